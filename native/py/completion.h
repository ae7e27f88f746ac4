// What follows the end of an operation: its temp is filled, its result on the way, its dependents are ready. Needs the
// GIL.
#pragma once

#include "py/batch.h"

namespace snakebridge {

// The value as JS asked for it (wire::kKeep), appended to `out`. Throws.
void encodeResult(Environment& environment, uint32_t flags, const Ref& value, wire::Writer& out);

// `activeId` is 0 for what ends outside of the order of operations: an awaitable, an abandoned call.
void complete(const BatchRef& batch, const Operation& operation, uint64_t activeId, Ref value, FailureRef failure);
// One operation less to wait for.
void endOperation(const BatchRef& batch);

// Operations that became ready are run by the pool; for threads that must not.
void handReadyToPool(Environment& environment);
// Set once: hands a batch to the pool.
void onReady(void (*resume)(const BatchRef&));
// Somebody of the pool goes on with it.
void resumeOnPool(const BatchRef& batch);

}  // namespace snakebridge
