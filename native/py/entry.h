// The entry wrapper CPython → C++, for functions that Python calls: no exception of C++ crosses its frames.
#pragma once

#include <exception>
#include <new>

#include "py/gil.h"
#include "py/python_error.h"

namespace snakebridge {

// What `body` returns, a Ref; null with the error set when it throws.
template <typename Body>
PyObject* enterFromPython(Body body) {
  GilHeld held;
  try {
    return body().release();
  } catch (PythonError& error) {
    error.restore();
  } catch (const std::bad_alloc&) {
    py.PyErr_SetString(py.MemoryError, "the bridge ran out of memory while converting values");
  } catch (const std::exception& error) {
    py.PyErr_SetString(py.SystemError, error.what());
  }
  return nullptr;
}

// The same for a function that takes what METH_O or METH_VARARGS give.
template <Ref (*function)(PyObject* argument)>
PyObject* entry(PyObject*, PyObject* argument) {
  return enterFromPython([&] { return function(argument); });
}

}  // namespace snakebridge
