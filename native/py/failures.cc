#include "py/failures.h"

#include <new>
#include <utility>

#include "py/import_module.h"
#include "py/insist.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

Ref newException(PyObject* type, const char* message) {
  py.PyErr_SetString(type, message);
  return PythonError::fetch().takeException();
}

void describe(Environment& environment, Failure& failure) {
  static PyObject* function = nullptr;
  if (function == nullptr) {
    Ref module = importModule("snakebridge.errors");
    function = check(py.PyObject_GetAttrString(module.get(), "describe")).release();
  }
  Environment* const before = std::exchange(Environment::describing, &environment);
  Ref description = steal(py.PyObject_CallFunctionObjArgs(function, failure.exception.get(), nullptr));
  Environment::describing = before;
  if (!description) throw PythonError::fetch();
  Encoder(failure.description, environment).encode(description);
}

// From CPython 3.12 on there is one MemoryError more than the sixteen in store: the one for whom none is left, always
// the same object, and never collected. Its traceback grows each time that it is raised, and with it what the frames
// hold lives for ever. Whoever fails with that one (the collector alone does not know it) has an exception of its own
// in its place.
Ref ownException(Ref exception) {
  PyObject* const shared = exception.get();
  if (typeOf(shared) != py.MemoryError || py.PyObject_GC_IsTracked(shared) != 0) return exception;
  Ref fresh = steal(py.PyObject_CallNoArgs(py.MemoryError));
  if (!fresh) {
    py.PyErr_Clear();  // MemoryError: then it is the shared one, and the next failure takes what hangs on it
    return exception;
  }
  if (Ref traceback = steal(py.PyException_GetTraceback(shared))) {
    check(py.PyException_SetTraceback(fresh.get(), traceback.get()));
    check(py.PyException_SetTraceback(shared, py.None));
  }
  py.PyException_SetCause(fresh.get(), py.PyException_GetCause(shared));
  py.PyException_SetContext(fresh.get(), py.PyException_GetContext(shared));
  py.PyException_SetCause(shared, nullptr);
  py.PyException_SetContext(shared, nullptr);
  return fresh;
}

// When even describing fails (no memory, a broken interpreter): the type's name alone.
void describeBarely(Failure& failure) {
  wire::Writer& out = failure.description;
  out.clear();
  std::string name = "Exception";
  Ref text = steal(py.PyType_GetName(reinterpret_cast<PyTypeObject*>(typeOf(failure.exception.get()))));
  if (text) {
    Py_ssize_t length = 0;
    if (const char* bytes = py.PyUnicode_AsUTF8AndSize(text.get(), &length))
      name.assign(bytes, static_cast<size_t>(length));
  }
  py.PyErr_Clear();  // whatever stood in the way of the name
  auto string = [&](const std::string& value) {
    out.header(wire::Tag::kUtf8, static_cast<uint32_t>(value.size()));
    out.bytes(value.data(), value.size());
  };
  out.header(wire::Tag::kShaped, 0);
  out.word(2, 0);
  string("type");
  string("message");
  string(name);
  string("the exception could not be described");
}

}  // namespace

FailureRef failureOf(Ref exception) {
  auto failure = insist([] { return std::make_shared<Failure>(); });
  failure->exception = std::move(exception);
  return failure;
}

FailureRef currentFailure() {
  try {
    throw;
  } catch (PythonError& error) {
    return failureOf(error.takeException());
  } catch (const DependencyFailed& dependency) {
    return dependency.failure;
  } catch (const std::bad_alloc&) {
    return failureOf(newException(py.MemoryError, "the bridge ran out of memory while converting values"));
  } catch (const wire::MessageTooLarge& error) {
    return failureOf(newException(py.OverflowError, error.what()));
  } catch (const std::exception& error) {
    return failureOf(newException(py.SystemError, error.what()));
  }
}

void encodeFailure(Environment& environment, Failure& failure, wire::Writer& out) {
  if (failure.description.empty()) {
    failure.exception = ownException(std::move(failure.exception));
    try {
      describe(environment, failure);
    } catch (...) {
      currentFailure();  // consumed: the failure to describe is not the user's failure
      insist([&] { describeBarely(failure); });
    }
  }
  const ObjectHandle handle = environment.exportObject(failure.exception);
  out.header(wire::Tag::kError, handle.index);
  out.word(handle.generation, 0);
  out.bytes(failure.description.data(), failure.description.size());
}

}  // namespace snakebridge
