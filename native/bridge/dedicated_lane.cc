// A lane with one thread of its own (lanes.h rule 3).
#include <algorithm>
#include <utility>

#include "bridge/lanes.h"
#include "node/thread.h"
#include "py/bottom_frame.h"
#include "py/gil.h"
#include "py/hosting.h"
#include "py/js_calls.h"
#include "py/relax.h"

namespace snakebridge {

namespace {

constexpr auto kSpin = std::chrono::microseconds(20);

}  // namespace

std::atomic<size_t> DedicatedLane::unfinished_{0};

struct DedicatedLane::State : LaneQueue {
  const std::string& name() const override { return progress.lane; }
  BatchRef takeOf(const Environment& environment, uint32_t caller) override;
  void ended() override { unfinished_.fetch_sub(1, std::memory_order_acq_rel); }
  std::mutex mutex;
  std::condition_variable wakeUp;
  std::deque<BatchRef> queue;
  std::atomic<size_t> queued{0};
  bool closed = false;
  bool busy = false;
  Progress progress;
};

BatchRef DedicatedLane::State::takeOf(const Environment& environment, uint32_t caller) {
  std::lock_guard lock(mutex);
  const auto found = std::ranges::find_if(queue, [&](const BatchRef& batch) {
    return batch->caller == caller && batch->environment.get() == &environment;
  });
  if (found == queue.end()) return nullptr;
  BatchRef batch = std::move(*found);
  queue.erase(found);
  queued.store(queue.size());
  return batch;
}

DedicatedLane::DedicatedLane(std::string name, size_t stackSize, size_t queueLimit, uint32_t number)
    : name(std::move(name)), state_(std::make_shared<State>()), stackSize_(stackSize), number_(number) {
  backlog->setLimit(queueLimit);
  state_->progress.lane = this->name;
}

bool DedicatedLane::running(const void* environment, RunningOperation& out) const {
  return state_->progress.look(environment, out);
}

bool DedicatedLane::start() {
  return startThread(
      [state = state_, number = number_] {
        setCurrentLane(number);
        setLaneQueue(state.get());
        for (;;) {
          BatchRef batch;
          const auto until = Clock::now() + kSpin;
          while (state->queued.load(std::memory_order_acquire) == 0 && Clock::now() < until) relax();
          {
            std::unique_lock lock(state->mutex);
            state->wakeUp.wait(lock, [&] { return !state->queue.empty() || state->closed; });
            if (state->queue.empty()) break;
            batch = std::move(state->queue.front());
            state->queue.pop_front();
            state->queued.store(state->queue.size());
            state->busy = true;
          }
          batch->fetch();
          if (const Visit visit; visit) {
            GilAcquire gil;
            inBottomFrame([&] { runBatch(batch, state->progress, Order::kStrict); });
          }
          unfinished_.fetch_sub(1, std::memory_order_acq_rel);
          std::lock_guard lock(state->mutex);
          state->busy = false;
        }
        forgetThreadState();
      },
      stackSize_);
}

void DedicatedLane::submit(const BatchRef& batch) {
  unfinished_.fetch_add(1, std::memory_order_acq_rel);
  {
    std::lock_guard lock(state_->mutex);
    state_->queue.push_back(batch);
    state_->queued.store(state_->queue.size(), std::memory_order_release);
  }
  state_->wakeUp.notify_one();
}

void DedicatedLane::close() {
  {
    std::lock_guard lock(state_->mutex);
    state_->closed = true;
  }
  state_->wakeUp.notify_one();
}

size_t DedicatedLane::queued() {
  std::lock_guard lock(state_->mutex);
  return state_->queue.size() + (state_->busy ? 1 : 0);
}

}  // namespace snakebridge
