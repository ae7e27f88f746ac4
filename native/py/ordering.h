// Which operations must wait for which: rules 1, 2 and 4 of executor.h. Needs the GIL.
#pragma once

#include "py/batch.h"

namespace snakebridge {

// Rule 2: the earlier operation that must end first, or null.
Active* conflictOf(Environment& environment, Active& later);

// Moves a linked operation to the heap until what it waits for has ended: a temp, or another operation.
void parkUntilTemp(const BatchRef& batch, Active& active, uint32_t temp);
void parkUntilEnded(const BatchRef& batch, Active& active, const Active& earlier);
// What waited for them is ready.
void tempArrived(Environment& environment, uint32_t temp);
void operationEnded(Environment& environment, uint64_t activeId);

// A parked operation is ready, whatever it waited for.
void wakeParked(Environment& environment, uint64_t activeId);
// Finds what a running operation touches, while its bytes and temps still say so.
void rememberTouched(Environment& environment, uint64_t activeId);

// Rule 4, for an operation that runs at once and starts where `in` stands; until `calls` says it was cancelled.
void waitForTurn(Environment& environment, wire::Reader& in, Calls* calls);

}  // namespace snakebridge
