// Node's own pool of threads (UV_THREADPOOL_SIZE), for `pool: 'node'`. Knows libuv, never CPython.
//
// uv_queue_work belongs to a loop's thread, and batches are handed on by threads that have none. So the work is queued
// on a loop of our own that nobody runs: it is used under a lock, and finished requests are swept when the next ones
// are queued. No environment of Node waits for it when it ends.
#pragma once

#include <functional>

namespace snakebridge {

// Any thread. False when libuv refused the work.
bool queueOnNodePool(std::function<void()> work);

// How many threads Node's pool has.
size_t nodePoolSize();

}  // namespace snakebridge
