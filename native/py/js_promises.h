// Answers that come later, for threads with a running asyncio loop. Needs the GIL.
//  1. The caller gets a future of its loop at once. When JS has settled its promise, whoever holds the GIL next tells
//     the loop, and the loop's thread decodes the answer: JS never waits for the GIL.
//  2. An answer that nobody takes (the future was cancelled, the loop closed) gives back what it brought.
#pragma once

#include <memory>

#include "py/environment.h"
#include "py/ref.h"

namespace snakebridge {

// The asyncio loop that runs on this thread; null when there is none. Cheap: asyncio is not imported for it.
Ref runningLoop();

// The future of `loop` that stands for the answer of `call`. `value` is the JS value that was asked.
Ref futureOf(Borrowed loop, Environment& environment, Borrowed value, PendingCall& call);

}  // namespace snakebridge
