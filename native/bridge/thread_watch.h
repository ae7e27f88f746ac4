// Looks at a thread from another one: how much CPU time it has used, and whether it waits for a lock. Knows neither
// Node nor CPython; no lock.
#pragma once

#include <cstdint>
#include <string>

#ifdef __linux__
#include <ctime>
#endif

namespace snakebridge {

class ThreadWatch {
 public:
  // Watches the thread that makes it, which must live as long as somebody looks.
  ThreadWatch();

  struct Look {
    bool known = false;         // false: this system does not tell
    uint64_t threadTime = 0;    // nanoseconds
    uint64_t processTime = 0;   // nanoseconds, of all threads
    bool waitsForLock = false;  // it is asleep until another thread of this process wakes it (a futex)
  };
  Look look() const;

 private:
#ifdef __linux__
  clockid_t clock_{};
  bool known_ = false;
  std::string syscallFile_;
#endif
};

}  // namespace snakebridge
