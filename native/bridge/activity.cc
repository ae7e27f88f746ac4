#include "bridge/activity.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "bridge/lanes.h"

namespace snakebridge {

namespace {

struct Registry {
  std::mutex mutex;
  std::vector<const Activity*> all;
};
Registry& registry() {
  static Registry* only = new Registry();  // read at the exit, after static destructors may have begun
  return *only;
}

}  // namespace

Activity::Activity() {
  std::lock_guard lock(registry().mutex);
  registry().all.push_back(this);
}

Activity::~Activity() {
  std::lock_guard lock(registry().mutex);
  std::erase(registry().all, this);
}

bool Activity::any() {
  std::lock_guard lock(registry().mutex);
  return std::any_of(registry().all.begin(), registry().all.end(),
                     [](const Activity* activity) { return activity->inside_.load(std::memory_order_acquire); });
}

bool pythonIsBusy() { return !Pool::instance().idle() || DedicatedLane::anyBusy() || Activity::any(); }

}  // namespace snakebridge
