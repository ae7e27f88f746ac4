// Runs batches. Needs the GIL, which is also the only lock of everything here.
//
// Life of a batch: its operations run in program order, one after the other, on the thread that took it. While one of
// them takes long, another thread may join (lanes.h decides when) and go on with the operations behind it:
//  1. What uses a result that is not there yet is parked until it is.
//  2. Between two operations of which at least one is awaited by nobody (a statement: `model.fit(x)`), program order
//     is kept when the receiver of one is the receiver or an argument of the other. Two awaited operations are
//     independent, as in Promise.all. Modules, classes and plain functions are nobody's receiver, but what sets or
//     deletes one of their attributes or items comes before what uses them later, and the import of a module before
//     what imports, or uses, another module of its package (matplotlib.use() looks into a half of matplotlib.pyplot).
//     What was written in a callback is not bound to what was written further out: that waits for the callback.
//  3. Parked operations go on as soon as what they waited for has ended, on whichever pool thread notices.
//  4. Batches of the pool are taken in the order JS wrote them: a thread that comes to one first joins those before it
//     of which somebody has not taken all operations yet. The calling thread waits for both, that and rule 2. What was
//     written in a callback goes before batches that were written further out only: their operations may all be calls
//     that wait for callbacks.
//     What a host runs (hosting.h) is joined by batches of the same callback only.
//  5. Results that are ready are sent on when there are many, when a thread joins, and when it runs out of work; a long
//     operation never holds back the results before it.
//  6. An awaited operation that gives an awaitable ends later, elsewhere (suspension.h).
// Dedicated lanes and the calling thread run strictly in order and wait where the pool parks.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "py/batch.h"
#include "py/operations.h"
#include "py/progress.h"

namespace snakebridge {

enum class Order {
  kParallel,  // pool: park and go on
  kStrict,    // dedicated lanes, the calling thread: wait
};

// Runs what is left of the batch, and whatever becomes ready meanwhile.
void runBatch(const BatchRef& batch, Progress& progress, Order order);
// Runs the batch alone, inside of an operation (hosting.h), in that one's context. `accepts` takes another one when the
// last operation has come to its end.
void runHosted(const BatchRef& batch, Progress& progress, Order order, PendingCall* accepts);
// Waits until what comes before it by rule 4 has been taken. False: it took too long.
bool waitForEarlier(const BatchRef& batch);

}  // namespace snakebridge
