#include "py/python_error.h"

namespace snakebridge {

PythonError PythonError::fetch() {
  // 3.12 keeps one normalised object; before that the triple is normalised here, with the traceback attached.
  if (py.PyErr_GetRaisedException != nullptr) {
    PyObject* raised = py.PyErr_GetRaisedException();
    if (raised != nullptr) return PythonError(steal(raised));
  } else {
    PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
    py.PyErr_Fetch(&type, &value, &traceback);
    if (type != nullptr) {
      py.PyErr_NormalizeException(&type, &value, &traceback);
      Ref ownedType = steal(type), ownedValue = steal(value), ownedTraceback = steal(traceback);
      if (ownedTraceback && py.PyException_SetTraceback(ownedValue.get(), ownedTraceback.get()) < 0) {
        py.PyErr_Clear();  // SystemError for a traceback of the wrong type: keep the exception without it
      }
      return PythonError(std::move(ownedValue));
    }
  }
  py.PyErr_SetString(py.SystemError, "a Python call failed without setting an exception");
  return fetch();
}

void PythonError::restore() {
  if (py.PyErr_SetRaisedException != nullptr) {
    py.PyErr_SetRaisedException(exception_.release());
    return;
  }
  PyObject* value = exception_.release();
  PyObject* type = py.PyObject_Type(value);
  py.PyErr_Restore(type, value, py.PyException_GetTraceback(value));
}

void raise(PyObject* type, const std::string& message) {
  py.PyErr_SetString(type, message.c_str());
  throw PythonError::fetch();
}

}  // namespace snakebridge
