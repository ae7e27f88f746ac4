#include "py/js_promises.h"

#include <utility>

#include "py/entry.h"
#include "py/gil.h"
#include "py/import_module.h"
#include "py/js_calls.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

constexpr const char* kCapsule = "snakebridge.answer";

// Between the JS thread, which brings the answer, and the loop's, which takes it.
struct Later {
  EnvironmentRef environment;
  Ref value;    // the JS value, for the error when JS has gone
  Ref arrived;  // tells the loop
  Answer answer;
  bool taken = false;

  ~Later() {
    if (!taken && !answer.bytes.empty()) dropAnswer(*environment, answer);  // Rule 2
  }
};
using LaterRef = std::shared_ptr<Later>;

Ref takeAnswer(PyObject* capsule) {
  auto* later = static_cast<LaterRef*>(py.PyCapsule_GetPointer(capsule, kCapsule));
  if (later == nullptr) throw PythonError::fetch();
  Later& answer = **later;
  if (std::exchange(answer.taken, true)) raise(py.RuntimeError, "expected to take the answer of JavaScript once");
  if (answer.answer.bytes.empty()) raiseGone(*jsValueState(answer.value));
  return valueOf(*answer.environment, answer.answer);
}

PyObject* takeEntry(PyObject* capsule, PyObject*) {
  return enterFromPython([&] { return takeAnswer(capsule); });
}

void dropCapsule(PyObject* capsule) {
  GilHeld held;
  ErrorScope error;
  delete static_cast<LaterRef*>(py.PyCapsule_GetPointer(capsule, kCapsule));
}

PyMethodDef takeMethod = {"take", takeEntry, METH_NOARGS, "take(): the value, or the exception that JavaScript threw"};

// With the GIL, on whichever thread.
void announce(void* argument) {
  std::unique_ptr<LaterRef> later(static_cast<LaterRef*>(argument));
  const Ref arrived = std::move((*later)->arrived);  // it keeps `later`
  if (steal(py.PyObject_CallNoArgs(arrived.get()))) return;
  py.PyErr_WriteUnraisable(arrived.get());
}

}  // namespace

Ref runningLoop() {
  static PyObject* get = nullptr;
  if (get == nullptr) {
    static PyObject* const name = check(py.PyUnicode_InternFromString("asyncio.events")).release();
    Ref module = steal(py.PyImport_GetModule(name));
    if (!module) {
      if (py.PyErr_Occurred() != nullptr) throw PythonError::fetch();
      return Ref();
    }
    Ref found = steal(py.PyObject_GetAttrString(module.get(), "_get_running_loop"));
    if (!found) {
      py.PyErr_Clear();  // AttributeError: another thread is in the middle of its import
      return Ref();
    }
    get = found.release();
  }
  Ref loop = check(py.PyObject_CallNoArgs(get));
  return loop.is(py.None) ? Ref() : std::move(loop);
}

Ref futureOf(Borrowed loop, Environment& environment, Borrowed value, PendingCall& call) {
  auto later = std::make_shared<Later>();
  later->environment = environment.shared_from_this();
  later->value = own(value);
  auto held = std::make_unique<LaterRef>(later);
  Ref capsule = check(py.PyCapsule_New(held.get(), kCapsule, dropCapsule));
  held.release();
  // Parenthesised: Python.h has a macro of this name.
  Ref take = check((py.PyCFunction_NewEx)(&takeMethod, capsule.get(), nullptr));
  Ref module = importModule("snakebridge.callbacks");
  Ref make = check(py.PyObject_GetAttrString(module.get(), "future"));
  Ref both = check(py.PyObject_CallFunctionObjArgs(make.get(), loop.get(), take.get(), nullptr));
  later->arrived = own(checkBorrowed(py.PyTuple_GetItem(both.get(), 1)));
  Ref future = own(checkBorrowed(py.PyTuple_GetItem(both.get(), 0)));
  // Rule 1.
  call.whenSettled([later = std::move(later)](Answer answer) mutable {
    later->answer = std::move(answer);
    if (pythonIsAlive()) deferCallSoon(announce, new LaterRef(std::move(later)));
  });
  return future;
}

}  // namespace snakebridge
