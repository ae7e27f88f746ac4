#include "bridge/lanes.h"

#include <algorithm>
#include <utility>

#include "node/node_pool.h"
#include "node/thread.h"
#include "py/bottom_frame.h"
#include "py/gil.h"
#include "py/hosting.h"
#include "py/insist.h"
#include "py/js_calls.h"
#include "py/relax.h"

namespace snakebridge {

namespace {

constexpr auto kShortestSpin = std::chrono::microseconds(20);
constexpr auto kLongestSpin = std::chrono::microseconds(100);
// A thread that took its batch less than this ago is trusted to come back for the next one.
constexpr auto kFresh = std::chrono::microseconds(50);
// How long a thread keeps the GIL from one batch to the next.
constexpr auto kTurn = std::chrono::milliseconds(1);
constexpr size_t kOwnThreads = 64;
// Rule 6. The system may have fewer to give.
constexpr size_t kMostBeyond = 1024;

}  // namespace

void SpinTime::learn(Clock::duration gap) {
  if (gap <= kLongestSpin) {
    if (missed_ > 0) missed_--;
  } else if (missed_ < kMostMissed) {
    missed_++;
  }
}

Clock::duration SpinTime::next() const { return missed_ < kMostMissed / 2 ? kLongestSpin : kShortestSpin; }

Pool& Pool::instance() {
  static Pool* pool = new Pool();  // never destroyed: its threads outlive static destructors
  return *pool;
}

void Pool::configure(size_t limit, size_t queueLimit, bool onNode) {
  std::lock_guard lock(mutex_);
  onNode_ = onNode;
  limit_ = limit != 0 ? limit : onNode ? nodePoolSize() : kOwnThreads;
  backlog_->setLimit(queueLimit);
}

bool Pool::handOver(const BatchRef& batch) {
  Batch* expected = nullptr;
  if (handed_.load(std::memory_order_relaxed) != expected) return false;
  batch->handed = batch;
  if (handed_.compare_exchange_strong(expected, batch.get(), std::memory_order_acq_rel)) return true;
  batch->handed.reset();
  return false;
}

bool Pool::isHanded() const {
  const Batch* batch = handed_.load(std::memory_order_acquire);
  return batch != nullptr && batch != kNobody;
}

// Nothing is handed over any more. What was comes before all that is queued.
void Pool::takeHanded(Clock::time_point now) {
  Batch* const batch = handed_.exchange(kNobody, std::memory_order_acq_rel);
  if (batch == nullptr) return;
  batch->fetch();
  if (idleSince_ != Clock::time_point()) spin_.learn(now - std::exchange(idleSince_, {}));
  insist([&] { queue_.push_front(batch->handed); });
  batch->handed.reset();
  queued_.store(queue_.size(), std::memory_order_relaxed);
}

void Pool::submit(const BatchRef& batch) {
  if (!handOver(batch)) {
    std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    if (queue_.empty() && idleSince_ != Clock::time_point()) spin_.learn(now - std::exchange(idleSince_, {}));
    queue_.push_back(batch);
    queued_.store(queue_.size(), std::memory_order_release);
    if (!spinning_.load(std::memory_order_acquire)) {
      const bool somebodyIsNearlyDone = std::any_of(workers_.begin(), workers_.end(), [&](const auto& worker) {
        return worker->batch && !worker->stuck && now - worker->since < kFresh;
      });
      if (!somebodyIsNearlyDone) wakeOne();
    }
  }
  ensureMonitor();
}

void Pool::join(const BatchRef& batch) {
  std::lock_guard lock(mutex_);
  queue_.push_front(batch);
  queued_.store(queue_.size(), std::memory_order_release);
  wakeOne();
}

void Pool::requestDrain(bool urgent) {
  if (drainWanted_.exchange(true) && !urgent) return;
  std::lock_guard lock(mutex_);
  if (busy_ == 0 || urgent) wakeOne();
}

// Somebody enters, unless somebody does already.
void Pool::wakeOne(Limit limit) {
  if (entering_ != 0) return;
  if (!sleeping_.empty()) {
    Worker* worker = sleeping_.back();
    sleeping_.pop_back();
    entering_++;
    worker->wakeUp.notify_one();
    return;
  }
  if (workers_.size() >= mostThreads(limit)) return;
  const bool isBeyond = workers_.size() >= mostThreads(Limit::kUsual);
  auto worker = std::make_unique<Worker>();
  Worker* self = worker.get();
  workers_.push_back(std::move(worker));
  entering_++;
  if (!startWorker(self, isBeyond)) {
    entering_--;
    workers_.pop_back();
    if (isBeyond) return;
    limit_ = std::max<size_t>(workers_.size(), 1);  // the system has no more to give; what is queued waits its turn
  }
}

bool Pool::startWorker(Worker* self, bool isBeyond) {
  if (!onNode_) return startThread([this, self] { work(*self); });
  if (!isBeyond) return queueOnNodePool([this, self] { visit(*self); });
  return startThread([this, self] {
    visit(*self);
    forgetThreadState();
  });
}

size_t Pool::mostThreads(Limit limit) const {
  const size_t usual = limit_ + abandonedThreads.load(std::memory_order_relaxed);
  if (limit == Limit::kUsual) return usual;
  const auto waiting = std::count_if(workers_.begin(), workers_.end(), [](const auto& worker) {
    return worker->progress.waitsForJs.load(std::memory_order_relaxed);
  });
  return usual + std::min(static_cast<size_t>(waiting), kMostBeyond);
}

size_t Pool::threadsBeyond() const {
  const size_t usual = mostThreads(Limit::kUsual);
  return workers_.size() > usual ? workers_.size() - usual : 0;
}

std::deque<BatchRef>::iterator Pool::writtenInCallback() {
  return std::ranges::find_if(queue_, [](const auto& batch) { return batch->levels().least > 0; });
}

// Rule 6. Whether what is queued gets a thread beyond the limit, if need be. What was written in a callback does at
// once, the rest the later the more there are: JavaScript may only be slow.
bool Pool::mayGoBeyond() {
  if (writtenInCallback() == queue_.end() && ++ticksWithoutThread_ <= threadsBeyond() / 16) return false;
  ticksWithoutThread_ = 0;
  return true;
}

// Rule 6. True: `self` is gone.
bool Pool::endIfBeyond(Worker& self) {
  if (hasWork() || threadsBeyond() == 0) return false;
  std::erase_if(workers_, [&](const auto& worker) { return worker.get() == &self; });
  return true;
}

BatchRef Pool::takeQueued(Worker& self, Clock::time_point now) {
  if (queue_.empty()) return nullptr;
  auto next = queue_.begin();
  if (threadsBeyond() != 0) {
    next = writtenInCallback();
    if (next == queue_.end()) next = queue_.begin();
  }
  BatchRef batch = std::move(*next);
  queue_.erase(next);
  queued_.store(queue_.size(), std::memory_order_relaxed);
  self.batch = batch;
  self.since = now;
  return batch;
}

// Until this thread enters: it spins, then sleeps.
void Pool::waitForWork(Worker& self, std::unique_lock<std::mutex>& lock) {
  bool expected = false;
  if (!hasWork() && spinning_.compare_exchange_strong(expected, true)) {
    idleSince_ = Clock::now();
    auto now = idleSince_;
    const auto until = now + spin_.next();
    handed_.store(nullptr, std::memory_order_release);
    lock.unlock();
    while (!isHanded() && queued_.load(std::memory_order_acquire) == 0 &&
           !drainWanted_.load(std::memory_order_relaxed) && now < until) {
      relax();
      now = Clock::now();
    }
    lock.lock();
    takeHanded(now);
    spinning_.store(false, std::memory_order_release);
  }
  if (hasWork()) {
    entering_++;
  } else {
    sleeping_.push_back(&self);
    self.wakeUp.wait(lock, [&] { return std::find(sleeping_.begin(), sleeping_.end(), &self) == sleeping_.end(); });
  }
}

void Pool::work(Worker& self) {
  setCurrentProgress(&self.progress);
  for (;;) {
    runQueued(self);
    std::unique_lock lock(mutex_);
    if (endIfBeyond(self)) break;
    waitForWork(self, lock);
  }
  setCurrentProgress(nullptr);
  forgetThreadState();
}

// Rule 5.
void Pool::visit(Worker& self) {
  setCurrentProgress(&self.progress);
  for (;;) {
    runQueued(self);
    std::lock_guard lock(mutex_);
    if (!hasWork()) {
      setCurrentProgress(nullptr);
      std::erase_if(workers_, [&](const auto& worker) { return worker.get() == &self; });
      return;
    }
    entering_++;
  }
}

// `entering_` counts this thread already.
void Pool::runQueued(Worker& self) {
  const Visit visit;
  if (!visit) return runTurn(self, false);
  GilAcquire gil;
  inBottomFrame([&] { runTurn(self, true); });
}

// What is queued, for one turn.
void Pool::runTurn(Worker& self, bool alive) {
  std::unique_lock lock(mutex_);
  entering_--;
  busy_++;
  auto now = Clock::now();
  const auto end = now + kTurn;
  do {
    if (drainWanted_.load(std::memory_order_relaxed) && drainWanted_.exchange(false) && alive) {
      lock.unlock();
      drainDeferred();
      lock.lock();
    }
    BatchRef batch = takeQueued(self, now);
    if (!batch) break;
    if (!queue_.empty() && !spinning_.load(std::memory_order_relaxed)) wakeOne();
    lock.unlock();
    if (alive) runBatch(batch, self.progress, Order::kParallel);
    lock.lock();
    self.stuck = false;
    self.batch.reset();
    lock.unlock();
    batch.reset();  // Rule 4: its end may be that of its environment, whose objects ask for a drain
    now = Clock::now();
    lock.lock();
  } while (now < end);
  busy_--;
}

void Pool::host(const BatchRef& batch, const std::string& lane, PendingCall& call) {
  if (!waitForEarlier(batch)) return giveToPool(batch);
  Worker self;
  self.progress.lane = lane;
  self.batch = batch;
  self.call = &call;
  self.since = self.movedAt = Clock::now();
  {
    std::lock_guard lock(mutex_);
    insist([&] { hosts_.push_back(&self); });
  }
  ensureMonitor();
  Progress* const outer = setCurrentProgress(&self.progress);
  runHosted(batch, self.progress, Order::kParallel, &call);
  setCurrentProgress(outer);
  {
    std::lock_guard lock(mutex_);
    std::erase(hosts_, &self);
  }
}

Pool::Stats Pool::stats() {
  std::lock_guard lock(mutex_);
  const auto stuck = std::count_if(workers_.begin(), workers_.end(), [](const auto& w) { return w->stuck; });
  const auto busy = std::count_if(workers_.begin(), workers_.end(), [](const auto& w) { return w->batch != nullptr; });
  const size_t queued = queue_.size() + (isHanded() ? 1 : 0);
  return {workers_.size(), static_cast<size_t>(busy), static_cast<size_t>(stuck), queued, limit_, onNode_};
}

std::vector<RunningOperation> Pool::running(const void* environment) {
  std::vector<RunningOperation> found;
  std::lock_guard lock(mutex_);
  for (auto& worker : workers_) {
    RunningOperation operation;
    if (worker->progress.look(environment, operation)) found.push_back(operation);
  }
  for (const Worker* host : hosts_) {
    RunningOperation operation;
    if (host->progress.look(environment, operation)) found.push_back(operation);
  }
  return found;
}

bool Pool::idle() {
  std::lock_guard lock(mutex_);
  return queue_.empty() && !isHanded() && hosts_.empty() &&
         std::none_of(workers_.begin(), workers_.end(), [](const auto& w) { return bool(w->batch); });
}

}  // namespace snakebridge
