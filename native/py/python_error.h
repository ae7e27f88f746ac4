// The Python error as a C++ exception: it owns the exception object, can die on any thread, and is restored once.
#pragma once

#include <string>

#include "py/ref.h"

namespace snakebridge {

class PythonError {
 public:
  explicit PythonError(Ref exception) : exception_(std::move(exception)) {}
  PythonError(PythonError&&) = default;
  PythonError(const PythonError& other) : exception_(other.exception_.copy()) {}  // `throw` needs it; GIL held

  // Takes the pending Python error: normalised, with its traceback attached. GIL held.
  static PythonError fetch();

  Borrowed exception() const { return exception_; }
  Ref takeException() { return std::move(exception_); }
  // Makes it the pending error again; the object is empty afterwards.
  void restore();

 private:
  Ref exception_;
};

// Checks the result of a C-API call on the line that made it: null → throws the pending error.
inline Ref check(PyObject* result) {
  if (result == nullptr) throw PythonError::fetch();
  return steal(result);
}
inline Borrowed checkBorrowed(PyObject* result) {
  if (result == nullptr) throw PythonError::fetch();
  return borrow(result);
}
inline void check(int status) {
  if (status < 0) throw PythonError::fetch();
}

// Throws a new exception of a builtin type (py.TypeError, …).
[[noreturn]] void raise(PyObject* type, const std::string& message);

// Saves a pending error around clean-up that may run Python code.
class ErrorScope {
 public:
  ErrorScope() { py.PyErr_Fetch(&type_, &value_, &traceback_); }
  ~ErrorScope() { py.PyErr_Restore(type_, value_, traceback_); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;

 private:
  PyObject* type_ = nullptr;
  PyObject* value_ = nullptr;
  PyObject* traceback_ = nullptr;
};

}  // namespace snakebridge
