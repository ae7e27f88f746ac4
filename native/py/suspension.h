// Awaitables that JavaScript waits for. python/snakebridge/event_loop.py drives them, on a thread of its own; here they
// are handed over and finished. Needs the GIL.
//  1. An awaited operation whose result is an awaitable (and is not to be kept as one) is suspended: its temp is filled
//     with the awaitable at once, for what depends on it, and its batch stays unfinished, so that JS keeps the numbers
//     and the event loop of Node stays alive. In the order of operations it has ended. The outcome takes the
//     awaitable's place in the temp, and in the temp that was fetched: a reference that was awaited stands for its
//     value.
//  2. kAwait fills its temp with the outcome alone: what depends on it waits.
//  3. The loop calls `settle` once, with the finished future, on its own thread. If the loop drops it instead, that
//     counts as a failure: nothing waits for ever.
//  4. When its environment ends, what is suspended is cancelled.
#pragma once

#include <functional>

#include "py/batch.h"

namespace snakebridge {

// By its type: whether `await` would take it. Cheap for what most results are.
bool isAwaitable(PyObject* object);

// Drives an awaitable; `settled` is called once, with the GIL, on whichever thread. Returns the job, for cancelJob.
// Throws PythonError, and then `settled` is not called.
Ref drive(Borrowed awaitable, std::function<void(Ref value, FailureRef failure)> settled);
// Asks the loop to cancel it, as `task.cancel()` does.
void cancelJob(Borrowed job);

// Waits for the outcome, on the calling thread, without the GIL. `calls`: that of runNow.
Ref waitFor(Environment& environment, Borrowed awaitable, Calls* calls);

// Rules 1 and 2.
void suspend(const BatchRef& batch, const Operation& operation, const Active& active, const Ref& awaitable);
// Whether this result suspends its operation.
inline bool suspends(const Operation& operation, const Ref& result) {
  if (operation.opcode == wire::Opcode::kAwait) return true;
  return (operation.flags & (wire::kAwaited | wire::kKeep)) == wire::kAwaited && isAwaitable(result.get());
}

}  // namespace snakebridge
