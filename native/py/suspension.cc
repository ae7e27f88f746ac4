#include "py/suspension.h"

#include "py/cancellation.h"
#include "py/completion.h"
#include "py/entry.h"
#include "py/forked_child.h"
#include "py/gil.h"
#include "py/import_module.h"
#include "py/insist.h"
#include "py/items.h"
#include "py/ordering.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

using Settled = std::function<void(Ref value, FailureRef failure)>;

constexpr const char* kCapsule = "snakebridge.settle";

Ref eventLoop(const char* function) {
  static PyObject* module = nullptr;
  if (module == nullptr) module = importModule("snakebridge.event_loop").release();
  return check(py.PyObject_GetAttrString(module, function));
}

bool isException(PyObject* object) {
  return py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(typeOf(object)),
                             reinterpret_cast<PyTypeObject*>(py.BaseException)) != 0;
}

// `future` has ended; an exception in its place: it never came to be one.
void settle(const Settled& settled, PyObject* future) {
  Ref value;
  FailureRef failure;
  try {
    if (isException(future)) {
      failure = failureOf(own(future));
    } else {
      Ref result = check(py.PyObject_GetAttrString(future, "result"));
      value = check(py.PyObject_CallNoArgs(result.get()));
    }
  } catch (...) {
    failure = currentFailure();
  }
  if (inForkedChild()) endForkedChild(failure ? failure->exception : Borrowed());
  settled(std::move(value), std::move(failure));
}

PyObject* settleEntry(PyObject* capsule, PyObject* future) {
  return enterFromPython([&] {
    auto* settled = static_cast<Settled*>(py.PyCapsule_GetPointer(capsule, kCapsule));
    if (settled == nullptr) throw PythonError::fetch();
    if (*settled) settle(std::exchange(*settled, nullptr), future);
    return own(py.None);
  });
}

// Rule 3.
void dropSettle(PyObject* capsule) {
  GilHeld held;
  ErrorScope error;
  std::unique_ptr<Settled> settled(static_cast<Settled*>(py.PyCapsule_GetPointer(capsule, kCapsule)));
  if (!settled || !*settled) return;
  py.PyErr_SetString(py.RuntimeError, "expected an outcome of the awaitable, got none: the event loop dropped it");
  (*settled)(Ref(), failureOf(PythonError::fetch().takeException()));
}

// The temp that a fetch asks for; kNoTemp when it asks for something else.
uint32_t fetchedTemp(const Batch& batch, const Operation& operation, size_t offset) {
  if (operation.opcode != wire::Opcode::kFetch) return wire::kNoTemp;
  wire::Reader in = batch.reader();
  in.seek(offset + wire::kOpHeaderSize);
  if (operation.inContext()) {
    Decoder::ShapeSizes shapes;
    const auto ignore = [](uint32_t) {};
    Decoder::scan(in, shapes, ignore, ignore);
  }
  const auto target = in.word();
  return (target.low & 0xff) == static_cast<uint32_t>(wire::Tag::kTemp) ? target.high : wire::kNoTemp;
}

// Rule 1. Not when the number stands for something else by now.
void replace(TempTable& temps, uint32_t temp, Borrowed awaitable, const Ref& value, const FailureRef& failure) {
  if (temp == wire::kNoTemp || temps.state(temp) != TempTable::State::kReady) return;
  if (!temps.value(temp).is(awaitable.get())) return;
  if (failure) {
    temps.fail(temp, failure);
  } else {
    temps.succeed(temp, value.copy());
  }
}

// The items that an asynchronous pull brought go in front of its result.
void deliverPulled(Batch& batch, uint32_t temp, Ref& value, FailureRef& failure) {
  if (failure) return;
  GatheredItems items(batch, temp);
  try {
    value = takePulled(value, items);
  } catch (...) {
    failure = currentFailure();
  }
  items.finish();
}

PyMethodDef settleMethod = {"settle", settleEntry, METH_O, "settle(future): the awaitable has ended"};

}  // namespace

bool isAwaitable(PyObject* object) {
  PyObject* type = typeOf(object);
  if (object == py.None || type == py.LongType || type == py.FloatType || type == py.UnicodeType ||
      type == py.BoolType || type == py.ListType || type == py.DictType || type == py.TupleType ||
      type == py.BytesType) {
    return false;
  }
  return py.PyType_GetSlot(reinterpret_cast<PyTypeObject*>(type), Py_am_await) != nullptr;
}

Ref drive(Borrowed awaitable, Settled settled) {
  Ref submit = eventLoop("submit");
  auto owned = std::make_unique<Settled>(std::move(settled));
  Ref capsule = check(py.PyCapsule_New(owned.get(), kCapsule, dropSettle));
  Settled* handed = owned.release();
  // Parenthesised: Python.h has a macro of this name.
  try {
    Ref function = check((py.PyCFunction_NewEx)(&settleMethod, capsule.get(), nullptr));
    return check(py.PyObject_CallFunctionObjArgs(submit.get(), awaitable.get(), function.get(), nullptr));
  } catch (const PythonError&) {
    *handed = nullptr;
    throw;
  }
}

void cancelJob(Borrowed job) {
  try {
    Ref cancel = check(py.PyObject_GetAttrString(job.get(), "cancel"));
    check(py.PyObject_CallNoArgs(cancel.get()));
  } catch (PythonError& error) {
    error.restore();
    py.PyErr_WriteUnraisable(job.get());
  }
}

Ref waitFor(Environment& environment, Borrowed awaitable, Calls* calls) {
  struct Outcome {
    bool done = false;
    Ref value;
    FailureRef failure;
  };
  auto outcome = std::make_shared<Outcome>();
  const uint64_t id = environment.nextActiveId++;
  if (calls != nullptr) calls->suspend(wire::kNoTemp, id);
  Ref job = drive(awaitable, [outcome, waiting = environment.shared_from_this()](Ref value, FailureRef failure) {
    *outcome = {true, std::move(value), std::move(failure)};
    waiting->announceProgress();
  });
  environment.suspended.emplace(id, job.copy());
  if (calls != nullptr) cancelIfAsked(environment, *calls, wire::kNoTemp);
  while (!outcome->done && !environment.closed()) environment.waitForProgress();
  environment.suspended.erase(id);
  if (!outcome->done) cancelJob(job);
  if (outcome->failure) throw DependencyFailed{outcome->failure};
  return std::move(outcome->value);
}

namespace {

// The outcome of a suspended operation.
void resume(const BatchRef& batch, const Operation& operation, uint32_t fetched, Borrowed awaitable, Ref value,
            FailureRef failure) {
  Environment& environment = *batch->environment;
  Call* call = operation.cancellable() ? &batch->calls->end(operation.temp) : nullptr;
  if (environment.closed()) return;
  if (operation.opcode == wire::Opcode::kPull) deliverPulled(*batch, operation.temp, value, failure);
  if (call != nullptr && call->cancelled) {
    failure = cancellationOf(environment, *call, failure);
    replace(environment.temps, fetched, awaitable, value, failure);
    finishCancelled(batch, operation, 0, *call, failure);
  } else {
    replace(environment.temps, fetched, awaitable, value, failure);
    complete(batch, operation, 0, std::move(value), std::move(failure));
  }
  flush(*batch);
  handReadyToPool(environment);
}

}  // namespace

void suspend(const BatchRef& batch, const Operation& operation, const Active& active, const Ref& awaitable) {
  Environment& environment = *batch->environment;
  const uint64_t id = active.id;
  const uint32_t fetched = fetchedTemp(*batch, operation, active.offset);
  if (operation.opcode != wire::Opcode::kAwait && operation.temp != wire::kNoTemp) {
    insist([&] { environment.temps.reserve(operation.temp); });
    environment.temps.succeed(operation.temp, awaitable.copy());
    tempArrived(environment, operation.temp);
  }
  if (operation.cancellable()) batch->calls->suspend(operation.temp, id);
  operationEnded(environment, id);
  environment.announceProgress();
  auto& jobs = environment.suspended;
  try {
    jobs.try_emplace(id);  // first: the loop may be done with it before drive() returns
    auto source = std::make_shared<Ref>(awaitable.copy());
    Ref job = drive(awaitable, [batch, operation, id, fetched, source](Ref value, FailureRef failure) {
      batch->environment->suspended.erase(id);
      resume(batch, operation, fetched, *source, std::move(value), std::move(failure));
    });
    if (auto known = jobs.find(id); known != jobs.end()) known->second = job.copy();
    // Python code: the environment may have ended meanwhile, and found no job to cancel.
    if (environment.closed()) cancelJob(job);
    if (operation.cancellable()) cancelIfAsked(environment, *batch->calls, operation.temp);
  } catch (...) {
    jobs.erase(id);
    resume(batch, operation, fetched, awaitable, Ref(), currentFailure());
  }
}

}  // namespace snakebridge
