// Who is inside Python, for the decision at the exit: the pool and the dedicated lanes know their own; the calling
// threads of the sync lane are here. One per JS environment.
#pragma once

#include <atomic>

namespace snakebridge {

class Activity {
 public:
  Activity();
  ~Activity();
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;

  // For the length of a call, the wait for the GIL included. A plain store: it is on the way of every blocking call.
  class Scope {
   public:
    explicit Scope(Activity& activity)
        : activity_(activity), before_(activity.inside_.load(std::memory_order_relaxed)) {
      activity_.inside_.store(true, std::memory_order_release);
    }
    ~Scope() { activity_.inside_.store(before_, std::memory_order_release); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Activity& activity_;
    bool before_;
  };

  // Any thread.
  static bool any();

 private:
  std::atomic<bool> inside_{false};
};

// Whether a call is in flight or queued anywhere: the pool, a dedicated lane, a calling thread.
bool pythonIsBusy();

}  // namespace snakebridge
