// A thread that waits for a callback runs what comes out of it: the batches that the JavaScript function writes, and
// waits for. So what Python keeps for each thread is in force for them (torch.no_grad(), an RLock, sqlite3,
// threading.local).
//  1. By preference only: a thread that runs one is offered no other, and the pool has it, until its last operation has
//     come to its end. What it was offered before it began is the pool's when it gets stuck. So two operations of which
//     one waits for the other do not wait for ever.
//  2. The monitor watches it as a thread of the pool: what is behind a long operation in its batch gets another thread.
//     Behind one that nobody awaits (a part of an expression, a statement) not before somebody waits for it, or for
//     seconds. Other batches join it, and keep their order with it, only if they come out of the same callback.
//  3. It runs nothing but that batch: what else is ready, or comes first, is the pool's, as it is not for this thread.
//  4. The batches of a dedicated lane whose thread waits are run by it in any case, in their order: nobody else may.
//  5. Not to any depth: each lies on the stack of the one before it, and counts against Python's recursion limit.
// Needs the GIL.
#pragma once

#include <string>

#include "py/executor.h"

namespace snakebridge {

// The queue of a dedicated lane, for its thread.
class LaneQueue {
 public:
  virtual ~LaneQueue() = default;
  virtual const std::string& name() const = 0;
  // The first batch that comes out of that callback; null when there is none.
  virtual BatchRef takeOf(const Environment& environment, uint32_t caller) = 0;
  // It has been run.
  virtual void ended() = 0;
};
// Of the calling thread.
void setLaneQueue(LaneQueue* queue);

// Rule 5, for the calling thread.
bool mayHost();

// Runs it in the calling thread, which waits for that call.
void runOffered(const BatchRef& batch, PendingCall& call);
// Rule 4. False: there was none.
bool hostOfLane(const Environment& environment, uint32_t caller);
// Gives what was offered, and not taken, to the pool.
void giveToPool(const BatchRef& batch);

// The pool's part: runs it in the calling thread, rule 2; `lane`: as errors call that.
void onHosting(void (*run)(const BatchRef& batch, const std::string& lane, PendingCall& call));

}  // namespace snakebridge
