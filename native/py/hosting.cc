#include "py/hosting.h"

#include "py/bottom_frame.h"
#include "py/completion.h"
#include "py/insist.h"
#include "py/js_calls.h"

namespace snakebridge {

namespace {

constexpr int kDeepest = 16;

void (*runWatched)(const BatchRef&, const std::string&, PendingCall&) = nullptr;
thread_local LaneQueue* laneQueue = nullptr;
thread_local int depth = 0;

class Deeper {
 public:
  Deeper() { depth++; }
  ~Deeper() { depth--; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
};

}  // namespace

void setLaneQueue(LaneQueue* queue) { laneQueue = queue; }

bool mayHost() { return depth < kDeepest && runWatched != nullptr; }

void runOffered(const BatchRef& batch, PendingCall& call) {
  static const std::string pool = "pool";
  const Deeper deeper;
  try {
    inOwnBottomFrame([&] { runWatched(batch, laneQueue == nullptr ? pool : laneQueue->name(), call); });
  } catch (const std::bad_alloc&) {  // it has not begun
    giveToPool(batch);
  }
}

bool hostOfLane(const Environment& environment, uint32_t caller) {
  const BatchRef batch = laneQueue == nullptr ? nullptr : laneQueue->takeOf(environment, caller);
  if (!batch) return false;
  const Deeper deeper;
  Progress progress;
  progress.lane = laneQueue->name();
  Progress* const outer = setCurrentProgress(&progress);
  inOwnBottomFrame([&] { runHosted(batch, progress, Order::kStrict, nullptr); });
  setCurrentProgress(outer);
  laneQueue->ended();
  return true;
}

void giveToPool(const BatchRef& batch) {
  batch->isHosted.store(false, std::memory_order_relaxed);
  insist([&] { resumeOnPool(batch); });
}

void onHosting(void (*run)(const BatchRef&, const std::string&, PendingCall&)) { runWatched = run; }

}  // namespace snakebridge
