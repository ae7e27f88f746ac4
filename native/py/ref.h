// Ownership of Python objects: `Ref` owns one reference, `Borrowed` is a parameter that somebody else keeps alive.
// A review greps three words: steal, borrow, release. Everything here needs the GIL, except moving a Ref,
// and destroying one: without the GIL the reference goes to the release queue (gil.h).
#pragma once

#include <cstddef>
#include <utility>

#include "py/api.h"

namespace snakebridge {

void decRefAnywhere(PyObject* object);  // gil.cc: now when this thread holds the GIL, else through the queue

class Borrowed {
 public:
  Borrowed() = default;
  PyObject* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool is(PyObject* other) const { return object_ == other; }

 private:
  friend Borrowed borrow(PyObject*);
  explicit Borrowed(PyObject* object) : object_(object) {}
  PyObject* object_ = nullptr;
};

inline Borrowed borrow(PyObject* object) { return Borrowed(object); }

class Ref {
 public:
  Ref() = default;
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  ~Ref() {
    if (object_ != nullptr) decRefAnywhere(object_);
  }

  PyObject* get() const { return object_; }
  operator Borrowed() const { return borrow(object_); }
  explicit operator bool() const { return object_ != nullptr; }
  bool is(PyObject* other) const { return object_ == other; }
  Ref copy() const {
    if (object_ != nullptr) py.Py_IncRef(object_);
    return Ref(object_);
  }
  PyObject* release() { return std::exchange(object_, nullptr); }

 private:
  friend Ref steal(PyObject*);
  explicit Ref(PyObject* object) : object_(object) {}
  PyObject* object_ = nullptr;
};

// Takes over a new reference (may be null).
inline Ref steal(PyObject* object) { return Ref(object); }
// A new reference to an object somebody else owns (may be null).
inline Ref own(PyObject* object) {
  if (object != nullptr) py.Py_IncRef(object);
  return steal(object);
}
inline Ref own(Borrowed object) { return own(object.get()); }

}  // namespace snakebridge
