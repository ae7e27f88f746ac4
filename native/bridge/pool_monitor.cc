// The pool's monitor (lanes.h rules 2, 6 and 8).
#include <algorithm>

#include "bridge/lanes.h"
#include "node/thread.h"
#include "py/items.h"
#include "py/js_calls.h"

namespace snakebridge {

namespace {

constexpr auto kTick = std::chrono::milliseconds(1);
// It sleeps after this many looks at nothing.
constexpr int kIdleTicks = 50;
// Of a host, behind an operation that nobody awaits.
constexpr auto kHostPatience = std::chrono::seconds(5);

}  // namespace

void Pool::ensureMonitor() {
  if (monitorAwake_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(monitorMutex_);
  monitorAwake_.store(true);
  if (!monitorStarted_) {
    monitorStarted_ = startThread([this] { monitor(); }, 256 * 1024);
  } else {
    monitorWake_.notify_one();
  }
}

// Rule 2. Whether it moves: it is stuck where it is seen twice in the same operation, at least one tick after it took
// the batch.
bool Pool::look(Worker& worker) {
  const uint64_t seen = worker.progress.operations.load(std::memory_order_relaxed);
  worker.stuck = seen == worker.lastSeen && Clock::now() - worker.since > kTick;
  worker.lastSeen = seen;
  return !worker.stuck;
}

// Rule 8. What is written after an operation that nobody awaits is the rest of an expression, or the next statement.
bool Pool::lookAtHost(Worker& host) {
  const bool moves = look(host);
  if (moves) host.movedAt = Clock::now();
  const bool soon = host.progress.isInAwaited() || host.batch->environment->isWaitedFor();
  if (!soon && Clock::now() - host.movedAt < kHostPatience) host.stuck = false;
  return !host.stuck;
}

// Whether there is something to do in its batch, for which nobody comes yet.
bool Pool::isStranded(const Worker& worker) const {
  if (!worker.stuck || !worker.batch) return false;
  const Batch& batch = *worker.batch;
  const bool more = batch.cursor.load(std::memory_order_relaxed) < batch.size ||
                    batch.resultsWaiting.load(std::memory_order_relaxed) || !batch.environment->ready.empty();
  return more && std::ranges::find(queue_, worker.batch) == queue_.end();
}

void Pool::monitor() {
  int idle = 0;
  for (;;) {
    {
      std::unique_lock lock(monitorMutex_);
      if (idle > kIdleTicks) {
        monitorAwake_.store(false);
        monitorWake_.wait(lock, [&] { return monitorAwake_.load(); });
        idle = 0;
      } else {
        monitorWake_.wait_for(lock, kTick);
      }
    }
    std::vector<BatchRef> stranded;
    {
      std::lock_guard lock(mutex_);
      bool anyBusy = !queue_.empty() || isHanded();
      bool anyFree = spinning_.load() || entering_ != 0;
      std::vector<const Batch*> moving;
      for (auto& worker : workers_) {
        if (!worker->batch) continue;
        anyBusy = true;
        if (!look(*worker)) continue;
        moving.push_back(worker->batch.get());
        anyFree = true;
      }
      for (Worker* host : hosts_) {
        anyBusy = true;
        if (lookAtHost(*host)) {
          moving.push_back(host->batch.get());
        } else {
          for (const BatchRef& batch : host->call->refuse()) {  // it has not come to them
            batch->isHosted.store(false, std::memory_order_relaxed);
            stranded.push_back(batch);
          }
        }
      }
      const auto joinIfStranded = [&](const Worker& worker) {
        if (!isStranded(worker) || std::ranges::find(moving, worker.batch.get()) != moving.end()) return;
        moving.push_back(worker.batch.get());
        stranded.push_back(worker.batch);
      };
      for (auto& worker : workers_) joinIfStranded(*worker);
      for (const Worker* host : hosts_) joinIfStranded(*host);
      if (!queue_.empty() && !anyFree) wakeOne(mayGoBeyond() ? Limit::kBeyondWaiting : Limit::kUsual);
      idle = anyBusy ? 0 : idle + 1;
    }
    for (const BatchRef& batch : stranded) join(batch);
    if (GatheredItems::sendOverdue()) idle = 0;
  }
}

}  // namespace snakebridge
