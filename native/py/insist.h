// Steps without which somebody would wait for ever: the end of an operation, a result on its way, a release. Each needs
// little memory, and is tried again where there is none just now: what ran out of it is giving its own back. Knows
// neither Node nor CPython.
#pragma once

#include <chrono>
#include <new>
#include <thread>

namespace snakebridge {

// `work` has changed nothing where it throws. After a second without memory it throws after all.
template <class Work>
decltype(auto) insist(Work work) {
  for (int tries = 0;; tries++) {
    try {
      return work();
    } catch (const std::bad_alloc&) {
      if (tries == 1000) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
}

}  // namespace snakebridge
