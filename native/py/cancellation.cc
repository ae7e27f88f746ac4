#include "py/cancellation.h"

#include <algorithm>

#include "py/completion.h"
#include "py/interrupts.h"
#include "py/ordering.h"
#include "py/python_error.h"
#include "py/suspension.h"

namespace snakebridge {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause(5);
constexpr milliseconds kLongestPause(1000);
constexpr milliseconds kPatience(5000);
constexpr milliseconds kImportPatience(10000);
constexpr milliseconds kImportPause(100);

// snakebridge.cancellation.
Ref function(const char* name) {
  static PyObject* module = nullptr;
  if (module == nullptr) module = check(py.PyImport_ImportModule("snakebridge.cancellation")).release();
  return check(py.PyObject_GetAttrString(module, name));
}

// How the thread took the exception; the numbers are those of snakebridge.cancellation.reaction.
enum class Reaction : long { kPending = 0, kHandled = 1, kSwallowed = 2 };
Reaction reactionOf(unsigned long thread) {
  Ref ident = check(py.PyLong_FromUnsignedLongLong(thread));
  Ref answer = check(py.PyObject_CallFunctionObjArgs(function("reaction").get(), ident.get(), nullptr));
  return static_cast<Reaction>(py.PyLong_AsLong(answer.get()));
}

// Whether the thread is in the bookkeeping of an import, or anywhere inside of one.
bool isIn(const char* question, unsigned long thread) {
  Ref ident = check(py.PyLong_FromUnsignedLongLong(thread));
  return check(py.PyObject_CallFunctionObjArgs(function(question).get(), ident.get(), nullptr)).get() == py.True;
}

// Not in the middle of an import's bookkeeping: the next look tries again. Every later import of that module would
// hang.
void interrupt(Call& call) {
  if (isIn("in_import_system", call.thread)) return;
  forgetInterrupt(call.thread);
  Ref exception = function("CallCancelled");
  if (call.state != Call::State::kRunning) return;  // it ended while those ran
  call.interrupted = true;
  py.PyThreadState_SetAsyncExc(call.thread, exception.get());
  wakeWaits(call.thread);
}

// Rule 6.
bool isLeftToImport(Pursuit& pursuit, const Call& call) {
  pursuit.importing += pursuit.pause;
  return pursuit.importing < kImportPatience && isIn("inside_import", call.thread);
}

// Rule 2.
milliseconds lookAtRunning(Pursuit& pursuit, Call& call) {
  if (!call.interrupted) {
    if (isLeftToImport(pursuit, call)) return std::clamp(pursuit.pause * 2, kFirstPause, kImportPause);
    interrupt(call);
    pursuit.patience = kPatience;
    return kFirstPause;
  }
  const milliseconds longer = std::min(pursuit.pause * 2, kLongestPause);
  switch (reactionOf(call.thread)) {
    case Reaction::kPending:
      wakeWaits(call.thread);  // it may have begun to wait since
      break;
    case Reaction::kHandled:
      pursuit.handling += pursuit.pause;
      if (pursuit.handling < pursuit.patience) break;
      pursuit.handling = milliseconds(0);
      pursuit.patience *= 2;
      interrupt(call);
      break;
    case Reaction::kSwallowed:
      interrupt(call);
      break;
  }
  return longer;
}

// Rule 1.
void failWaiting(const Pursuit& pursuit, Call& call) {
  Environment& environment = *pursuit.environment;
  if (!call.settled && pursuit.batch) {
    call.settled = true;
    environment.temps.fail(pursuit.temp, cancellationOf(environment, call, nullptr));
    tempArrived(environment, pursuit.temp);
    wakeParked(environment, call.activeId);
    handReadyToPool(environment);
  }
  environment.announceProgress();  // a thread that may not park looks again
}

// Rule 3. When it has not quite been handed to the loop, whoever does that will ask again.
void cancelSuspended(Environment& environment, Call& call) {
  const auto found = environment.suspended.find(call.activeId);
  if (call.taskCancelled || found == environment.suspended.end() || !found->second) return;
  call.taskCancelled = true;
  cancelJob(found->second.copy());
}

// Rule 4.
void finishAbandoned(const Pursuit& pursuit, Call& call) {
  if (call.completed || !pursuit.batch) return;
  call.completed = call.settled = true;
  if (call.state == Call::State::kRunning) {
    abandonedThreads++;
    rememberTouched(*pursuit.environment, call.activeId);
  }
  complete(pursuit.batch, call.operation, 0, Ref(), cancellationOf(*pursuit.environment, call, nullptr));
  flush(*pursuit.batch);
  handReadyToPool(*pursuit.environment);
}

}  // namespace

void cancelIfAsked(Environment& environment, Calls& calls, uint32_t temp) {
  if (calls.isCancelled(temp)) cancelSuspended(environment, calls.at(temp));
}

std::vector<Pursuit> endRunning(const EnvironmentRef& environment) {
  std::vector<Pursuit> running;
  for (Active* active = environment->firstActive; active != nullptr; active = active->next) {
    if (active->thread == 0 || active->ending) continue;
    active->ending = std::make_shared<Calls>();
    active->ending->beginEnding(active->thread);
    running.push_back({.environment = environment, .batch = nullptr, .calls = active->ending, .temp = wire::kNoTemp});
  }
  return running;
}

milliseconds pursue(Pursuit& pursuit) {
  Call& call = pursuit.calls->at(pursuit.temp);
  try {
    if (call.state == Call::State::kWaiting) {
      failWaiting(pursuit, call);
    } else if (call.state == Call::State::kSuspended) {
      cancelSuspended(*pursuit.environment, call);
      if (call.abandoned) finishAbandoned(pursuit, call);
    } else if (call.state == Call::State::kRunning) {
      if (call.abandoned) finishAbandoned(pursuit, call);
      return pursuit.pause = lookAtRunning(pursuit, call);
    }
  } catch (PythonError& error) {
    error.restore();
    py.PyErr_WriteUnraisable(nullptr);
  }
  return milliseconds(0);
}

namespace {

FailureRef cancellationBy(Environment& environment, uint32_t reason, const FailureRef& raised) {
  try {
    Ref js = own(py.None);
    if (reason != Calls::kNoReason) {
      js = environment.jsValues.take(environment, reason, static_cast<uint32_t>(wire::JsKind::kOpaque), "");
      JsValueTable::arrived(js);
    }
    PyObject* const context = raised ? raised->exception.get() : py.None;
    Ref make = function("cancellation");
    return failureOf(check(py.PyObject_CallFunctionObjArgs(make.get(), js.get(), context, nullptr)));
  } catch (...) {
    return currentFailure();
  }
}

}  // namespace

FailureRef cancellationOf(Environment& environment, Call& call, const FailureRef& raised) {
  if (call.failure) return call.failure;
  FailureRef failure = cancellationBy(environment, call.reason, raised);
  if (!call.failure) call.failure = std::move(failure);  // another thread may have been faster
  return call.failure;
}

void finishCancelled(const BatchRef& batch, const Operation& operation, uint64_t activeId, Call& call,
                     const FailureRef& raised) {
  Environment& environment = *batch->environment;
  if (call.completed) {
    if (call.thread != 0 && activeId != 0) abandonedThreads--;
    operationEnded(environment, activeId);
    environment.announceProgress();
    return;
  }
  FailureRef failure = cancellationOf(environment, call, raised);
  call.completed = true;
  if (!call.settled) return complete(batch, operation, activeId, Ref(), std::move(failure));
  if (!operation.awaited()) appendFailure(*batch, operation, failure);  // who waited has been told by JS
  operationEnded(environment, activeId);
  environment.announceProgress();
  endOperation(batch);
}

namespace {

// The innermost cancelled call that this thread is in, and that has been interrupted; null when there is none.
Call* interruptedAround(Environment& environment) {
  const unsigned long thread = py.PyThread_get_thread_ident();
  for (Active* active = environment.firstActive; active != nullptr; active = active->next) {
    if (active->thread != thread || !active->batch->calls) continue;
    wire::Reader in = active->batch->reader();
    in.seek(active->offset);
    const Operation operation = readOperation(in);
    if (!operation.cancellable()) continue;
    Call& call = active->batch->calls->at(operation.temp);
    if (call.cancelled && call.interrupted && call.state == Call::State::kRunning) return &call;
  }
  return nullptr;
}

bool isInterrupt(const FailureRef& failure) {
  Ref type = function("CallCancelled");
  return failure && failure->exception && typeOf(failure->exception.get()) == type.get();
}

}  // namespace

void endInside(Environment& environment, bool cancelled, FailureRef& failure) {
  if (!cancelled && !failure) return;
  Call* const outer = interruptedAround(environment);
  if (outer == nullptr) return;
  if (cancelled) {
    outer->interrupted = false;  // the next look interrupts it again
  } else if (isInterrupt(failure)) {
    failure = cancellationOf(environment, *outer, nullptr);
  }
}

void forgetInterrupt(unsigned long thread) {
  Ref ident = check(py.PyLong_FromUnsignedLongLong(thread));
  check(py.PyObject_CallFunctionObjArgs(function("forget").get(), ident.get(), nullptr));
}

}  // namespace snakebridge
