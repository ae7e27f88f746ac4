#include "py/stall.h"

#include "py/import_module.h"
#include "py/operations.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

constexpr auto kPatience = std::chrono::milliseconds(580);
constexpr auto kLongPatience = std::chrono::seconds(30);
// Of the time, that threads of the process other than JS's compute.
constexpr double kBusy = 0.2;

std::string textOf(const Ref& text) {
  Py_ssize_t size = 0;
  const char* bytes = text ? py.PyUnicode_AsUTF8AndSize(text.get(), &size) : nullptr;
  if (bytes == nullptr) {
    py.PyErr_Clear();  // not a str, or one with lone surrogates: the error does without it
    return {};
  }
  return {bytes, static_cast<size_t>(size)};
}

std::string qualifiedName(PyObject* object) {
  Ref name = steal(py.PyObject_GetAttrString(object, "__qualname__"));
  if (!name) {
    py.PyErr_Clear();  // AttributeError: an instance
    name = steal(py.PyType_GetName(reinterpret_cast<PyTypeObject*>(typeOf(object))));
  }
  return textOf(name);
}

}  // namespace

bool StallDetector::isStuck(const ResultSink& sink, bool waitsForPromise) {
  const JsThreadLook look = sink.lookAtJs();
  const auto now = std::chrono::steady_clock::now();
  const bool served = waitsForPromise && look.endless;
  if (!look.inPython || (!served && !(look.known && look.waitsForLock))) {
    looked_ = false;
    return false;
  }
  if (!looked_ || look.served != first_.served || (!served && look.threadTime != first_.threadTime)) {
    looked_ = true;
    first_ = look;
    since_ = now;
    return false;
  }
  const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(now - since_);
  if (spent < kPatience) return false;
  if (served) return true;
  const double used = static_cast<double>(look.processTime - first_.processTime);
  return used < kBusy * static_cast<double>(spent.count()) || spent >= kLongPatience;
}

std::string describeBlockingCall(Environment& environment) {
  const BlockingOperation* blocking = environment.blocking;
  if (blocking == nullptr) return "a blocking call";
  const Operation& operation = *blocking->operation;
  std::string name;
  if (operation.isNamed() && !operation.hasInlineName()) {
    name = textOf(own(environment.name(operation.aux)));
  } else if (blocking->target != wire::kNoTemp) {
    if (const Ref target = own(environment.objects.peek(blocking->target))) name = qualifiedName(target.get());
  }
  std::string text = name.empty() ? "a blocking call" : "the blocking call of " + name;
  Ref frame;
  try {
    Ref where = check(py.PyObject_GetAttrString(importModule("snakebridge.serving").get(), "where"));
    Ref thread = check(py.PyLong_FromUnsignedLongLong(blocking->thread));
    frame = check(py.PyObject_CallFunctionObjArgs(where.get(), thread.get(), nullptr));
  } catch (const PythonError&) {
    return text;  // whatever went wrong: the text does without the place
  }
  const std::string place = textOf(frame);
  return place.empty() ? text : text + ", at " + place;
}

}  // namespace snakebridge
