// The child of os.fork(). It has one thread; JavaScript, and whoever held a lock of ours, stayed in the parent.
//  1. It may end by os._exit(), as multiprocessing's do, and run Python until then.
//  2. When the operation that forked has ended there, so does the process: nothing in it could take the result.
//  3. Its calls of JavaScript fail, and nothing else is sent: no lock is taken for it.
#pragma once

#include <atomic>

#include "py/ref.h"

namespace snakebridge {

namespace detail {
extern std::atomic<bool> forkedChild;
}

// From now on forks are noticed. Once, when Python starts.
void watchForks();

inline bool inForkedChild() { return detail::forkedChild.load(std::memory_order_relaxed); }

// Rule 2. `exception`: what the operation ended with, if it did; SystemExit gives the code. Needs the GIL.
[[noreturn]] void endForkedChild(Borrowed exception);

}  // namespace snakebridge
