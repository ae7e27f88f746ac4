#include "bridge/canceller.h"

#include <algorithm>

#include "node/thread.h"
#include "py/gil.h"

namespace snakebridge {

Canceller& Canceller::instance() {
  static Canceller* only = new Canceller();  // its thread outlives static destructors
  return *only;
}

void Canceller::pursueSoon(Pursuit pursuit) { add(Clock::now(), false, std::move(pursuit)); }

uint64_t Canceller::add(Clock::time_point when, bool isLimit, Pursuit pursuit) {
  std::lock_guard lock(mutex_);
  if (!started_) started_ = startThread([this] { run(); });
  const bool isFirst = tasks_.empty() || when < tasks_.begin()->first;
  tasks_.emplace(when, Task{++numbers_, isLimit, std::move(pursuit)});
  if (isFirst) changed_.notify_one();
  return numbers_;
}

void Canceller::remove(uint64_t number) {
  std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(tasks_, [&](const auto& entry) { return entry.second.number == number; });
  if (found != tasks_.end()) tasks_.erase(found);
}

void Canceller::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (tasks_.empty()) {
      changed_.wait(lock);
    } else if (const auto first = tasks_.begin()->first; first > Clock::now()) {
      changed_.wait_until(lock, first);
    } else {
      Task task = std::move(tasks_.begin()->second);
      tasks_.erase(tasks_.begin());
      lock.unlock();
      perform(std::move(task));
      lock.lock();
    }
  }
}

void Canceller::perform(Task task) {
  const Visit visit;
  if (!visit) return;
  Pursuit& pursuit = task.pursuit;
  if (task.isLimit && pursuit.calls->cancel(pursuit.temp, Calls::kNoReason) == Call::State::kEnded) return;
  std::chrono::milliseconds pause;
  {
    GilAcquire gil;
    pause = pursue(pursuit);
  }
  if (pause.count() > 0) add(Clock::now() + pause, false, std::move(pursuit));
}

Canceller::TimeLimit::TimeLimit(std::chrono::milliseconds limit, Pursuit pursuit)
    : number_(instance().add(Clock::now() + limit, true, std::move(pursuit))) {}

Canceller::TimeLimit::~TimeLimit() { instance().remove(number_); }

}  // namespace snakebridge
