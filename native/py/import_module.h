// Imports for C++ that Python code may have called. Needs the GIL.
#pragma once

#include "py/python_error.h"

namespace snakebridge {

// PyImport_ImportModule asks the calling function's globals for `__import__`, and fails with a KeyError where somebody
// has taken `__builtins__` out of them.
//
// It waits for an import that is under way in another thread, and where that one fails (its call was cancelled in the
// middle, or its worker terminated) Python gives whoever waited the half of a module that is forgotten already. Then it
// is this thread's turn to import it.
inline Ref importModule(const char* name) {
  Ref text = check(py.PyUnicode_FromString(name));
  for (;;) {
    check(py.PyImport_ImportModuleLevel(name, nullptr, nullptr, nullptr, 0));  // the package
    Ref module = steal(py.PyImport_GetModule(text.get()));
    if (module) return module;
    if (py.PyErr_Occurred() != nullptr) throw PythonError::fetch();
  }
}

// Packages before what is in them, each to its end. A thread that begins with `torch.nn` while another one imports
// `torch` sees half of that, and what each of them waits for the other has: Python finds a deadlock, and raises.
inline Ref importInTurn(Borrowed name) {
  Py_ssize_t size = 0;
  const char* text = py.PyUnicode_AsUTF8AndSize(name.get(), &size);
  if (text == nullptr) throw PythonError::fetch();
  for (const char* at = text + 1; at < text + size; at++) {
    if (*at != '.') continue;
    Ref package = check(py.PyUnicode_FromStringAndSize(text, at - text));
    check(py.PyImport_Import(package.get()));
  }
  return check(py.PyImport_Import(name.get()));
}

}  // namespace snakebridge
