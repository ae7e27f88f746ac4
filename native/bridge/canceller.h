// The thread that pursues cancelled operations, and ends blocking calls at their time limit: whoever asks never waits
// for the GIL. Started by the first cancellation.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "py/cancellation.h"

namespace snakebridge {

class Canceller {
 public:
  using Clock = std::chrono::steady_clock;
  static Canceller& instance();

  // An operation that was cancelled, or given up, a moment ago.
  void pursueSoon(Pursuit pursuit);

  // A time limit for a call that blocks its caller; the scope ends with the call.
  class TimeLimit {
   public:
    TimeLimit(std::chrono::milliseconds limit, Pursuit pursuit);
    ~TimeLimit();
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

   private:
    uint64_t number_;
  };

 private:
  struct Task {
    uint64_t number;
    bool isLimit;  // to be cancelled when its time comes
    Pursuit pursuit;
  };
  uint64_t add(Clock::time_point when, bool isLimit, Pursuit pursuit);
  void remove(uint64_t number);
  void run();
  void perform(Task task);

  std::mutex mutex_;  // guards everything here
  std::condition_variable changed_;
  std::multimap<Clock::time_point, Task> tasks_;
  uint64_t numbers_ = 0;
  bool started_ = false;
};

}  // namespace snakebridge
