// Imports for C++ that Python code may have called. Needs the GIL.
#pragma once

#include "py/python_error.h"

namespace snakebridge {

// PyImport_ImportModule asks the calling function's globals for `__import__`, and fails with a KeyError where somebody
// has taken `__builtins__` out of them.
inline Ref importModule(const char* name) {
  check(
      py.PyImport_ImportModuleLevel(name, nullptr, nullptr, nullptr, 0));  // the package; waits for an import under way
  Ref text = check(py.PyUnicode_FromString(name));
  return check(py.PyImport_GetModule(text.get()));
}

}  // namespace snakebridge
