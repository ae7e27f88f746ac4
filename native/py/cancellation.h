// What is done about an operation that somebody cancelled. Needs the GIL.
//  1. Waiting: its temp fails at once, so that what depends on it need not wait for its turn.
//  2. Running: its thread gets CallCancelled, an asynchronous exception, which Python code sees at its next step. Again
//     when it was swallowed, and, with much longer pauses, while it is being handled: a `finally` block runs in peace.
//  3. Suspended: its task is cancelled.
//  4. Abandoned: everybody who waits for it hears that it failed, though it goes on (calls.h rule 5).
//  5. The end of an environment (a worker that was terminated) interrupts what runs for it, as rule 2 does: a loop that
//     nobody waits for would otherwise keep a thread of the pool, and the GIL, for ever. Environment::releaseAll drops
//     what is parked and cancels what is suspended.
//  6. An import is given ten seconds to end, whoever began it: many packages (pandas, scikit-learn) cannot be imported
//     again in the same process after half an import. Who waits for the call is told by rule 4.
#pragma once

#include <chrono>
#include <vector>

#include "py/batch.h"
#include "py/calls.h"

namespace snakebridge {

// A cancelled operation, until it has ended.
struct Pursuit {
  EnvironmentRef environment;
  BatchRef batch;  // null for a call that blocks its caller
  CallsRef calls;
  uint32_t temp = 0;
  std::chrono::milliseconds pause{0};      // between the last two looks
  std::chrono::milliseconds patience{0};   // with a thread that handles the exception
  std::chrono::milliseconds handling{0};   // for so long it has
  std::chrono::milliseconds importing{0};  // for so long it was left to an import
};

// Looks after it. Returns how long until the next look; zero when there is nothing more to do.
std::chrono::milliseconds pursue(Pursuit& pursuit);

// Rule 5. What has to be pursued.
std::vector<Pursuit> endRunning(const EnvironmentRef& environment);

// For who has just handed a suspended operation to the loop.
void cancelIfAsked(Environment& environment, Calls& calls, uint32_t temp);

// Why a cancelled operation failed: one record, whoever asks. `raised`: what it ended with.
FailureRef cancellationOf(Environment& environment, Call& call, const FailureRef& raised);

// The end of a cancelled operation that did not start, or has ended as `raised` says. Its record knows what is left
// to do.
void finishCancelled(const BatchRef& batch, const Operation& operation, uint64_t activeId, Call& call,
                     const FailureRef& raised);

// An operation has ended that ran inside of another one, on the same thread. What interrupted it may have been meant
// for that: then it fails as that one does. Where it was cancelled itself, its end took what was pending for that, too.
void endInside(Environment& environment, bool cancelled, FailureRef& failure);

// The thread has nothing pending any more.
void forgetInterrupt(unsigned long thread);

}  // namespace snakebridge
