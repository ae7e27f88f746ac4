// Where batches run.
//  1. The pool: threads of our own, made when needed, never more than the limit. An idle thread spins before it sleeps,
//     one at a time: waking a sleeping thread is most of what an awaited call costs. It spins for as long as JS usually
//     takes from one result to the next batch, or briefly when that is too long (SpinTime). It is handed its batch
//     without the lock: who waits for another processor's cache lines does so for each of them.
//     A thread takes a batch only when it has the GIL, and then others while there are any: of calls that compute, a
//     second thread has nothing to do but to take the GIL away. One more than those at work waits for the GIL (it is
//     entering): it gets it when one of them lets go of it, in a call that waits, and makes another enter.
//  2. The monitor watches the pool, one look a millisecond while something runs. A thread that is still in the same
//     operation as at the last look is stuck: somebody joins its batch (executor.h), and what is queued gets a thread.
//     Items of streams that have gathered meanwhile are sent (items.h), those of dedicated lanes too.
//  3. A dedicated lane is one thread, strictly in order.
//  4. Nothing here holds a lock while it waits for the GIL or runs Python.
//  5. On Node's pool (node_pool.h) the same work is done by visits: a thread comes, takes what is queued until nothing
//     is left, and goes back to Node. It does not spin or sleep here; its PyThreadState stays with it. Threads beyond
//     the limit (rule 6) are ours, for one visit.
//  6. A thread that waits for JavaScript may wait for what is queued behind it: a function that Python called awaits
//     Python in its turn. When all are stuck, those that wait do not count against the limit. Threads beyond it take
//     what was written in callbacks first, and end as soon as they have nothing to do.
//  7. What a lane counts as waiting, and refuses when that is too much, are operations, not batches (backlog.h): one
//     turn of JS may write thousands.
//  8. A batch that came out of a callback runs on the thread that waits for the callback, if that does nothing else
//     (py/hosting.h). The monitor watches it there: behind an operation that JavaScript awaits the batch is joined as
//     any other, behind one that nobody awaits only when somebody waits for it, or after seconds.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "py/cache_line.h"
#include "py/executor.h"

namespace snakebridge {

using Clock = std::chrono::steady_clock;

// How long an idle thread spins, learnt from how long the pool was idle before: as long as most of the last gaps were
// short enough to be bridged, they are.
class SpinTime {
 public:
  void learn(Clock::duration gap);
  Clock::duration next() const;

 private:
  static constexpr int kMostMissed = 8;
  int missed_ = kMostMissed;
};

class Pool {
 public:
  static Pool& instance();
  // Before the first batch.
  void configure(size_t limit, size_t queueLimit, bool onNode);
  const BacklogRef& backlog() const { return backlog_; }
  void submit(const BatchRef& batch);
  // Somebody must go on with this batch: its operations became ready, or its thread is stuck.
  void join(const BatchRef& batch);
  // Runs it in the calling thread: rule 8.
  void host(const BatchRef& batch, const std::string& lane, PendingCall& call);
  // Somebody must acquire the GIL soon, to release what was dropped; `urgent`: at once, busy as the others may be.
  void requestDrain(bool urgent);
  // Wakes the monitor: there is something to look at once a millisecond.
  void ensureMonitor();

  struct Stats {
    size_t threads, busy, stuck, queued, limit;
    bool onNode;
  };
  Stats stats();
  // What runs for one environment.
  std::vector<RunningOperation> running(const void* environment);
  bool idle();

 private:
  struct Worker {
    std::condition_variable wakeUp;
    Progress progress;
    BatchRef batch;         // guarded by mutex_
    uint64_t lastSeen = 0;  // monitor only
    bool stuck = false;     // guarded by mutex_
    Clock::time_point since;
    Clock::time_point movedAt;    // of a host
    PendingCall* call = nullptr;  // that a host waits for
  };
  enum class Limit { kUsual, kBeyondWaiting };  // rule 6
  bool startWorker(Worker* self, bool isBeyond);
  void work(Worker& self);
  void visit(Worker& self);
  void runQueued(Worker& self);
  void runTurn(Worker& self, bool alive);
  BatchRef takeQueued(Worker& self, Clock::time_point now);  // mutex_ held
  void waitForWork(Worker& self, std::unique_lock<std::mutex>& lock);
  bool hasWork() const { return !queue_.empty() || drainWanted_.load(); }  // mutex_ held
  void wakeOne(Limit limit = Limit::kUsual);                               // mutex_ held
  size_t mostThreads(Limit limit) const;                                   // mutex_ held
  size_t threadsBeyond() const;                                            // mutex_ held
  std::deque<BatchRef>::iterator writtenInCallback();                      // mutex_ held
  bool mayGoBeyond();                                                      // mutex_ held
  bool endIfBeyond(Worker& self);                                          // mutex_ held
  void monitor();
  bool look(Worker& worker);                    // mutex_ held
  bool lookAtHost(Worker& host);                // mutex_ held
  bool isStranded(const Worker& worker) const;  // mutex_ held

  // What the thread that spins is handed past the lock and the queue; null: it waits for it; kNobody: none does.
  static inline Batch* const kNobody = reinterpret_cast<Batch*>(uintptr_t{1});
  bool handOver(const BatchRef& batch);
  bool isHanded() const;
  void takeHanded(Clock::time_point now);  // mutex_ held
  alignas(kCacheLine) std::atomic<Batch*> handed_{kNobody};

  alignas(kCacheLine) std::mutex mutex_;
  std::deque<BatchRef> queue_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> sleeping_;
  std::vector<Worker*> hosts_;  // rule 8
  std::atomic<size_t> queued_{0};
  std::atomic<bool> spinning_{false};
  std::atomic<bool> drainWanted_{false};
  SpinTime spin_;                  // guarded by mutex_
  Clock::time_point idleSince_{};  // of the thread that spins or span last; guarded by mutex_
  size_t entering_ = 0;            // threads that were woken, or woke, and have not got the GIL yet
  size_t busy_ = 0;                // threads that have
  size_t limit_ = 64;
  size_t ticksWithoutThread_ = 0;  // monitor only
  bool onNode_ = false;
  const BacklogRef backlog_ = std::make_shared<Backlog>();

  std::mutex monitorMutex_;
  std::condition_variable monitorWake_;
  std::atomic<bool> monitorAwake_{false};
  bool monitorStarted_ = false;
};

class DedicatedLane {
 public:
  DedicatedLane(std::string name, size_t stackSize, size_t queueLimit, uint32_t number);
  const std::string name;
  const BacklogRef backlog = std::make_shared<Backlog>();
  // False when the system refused the thread.
  bool start();
  void submit(const BatchRef& batch);
  // No more batches; the thread ends after the last.
  void close();
  size_t queued();
  bool running(const void* environment, RunningOperation& out) const;
  // Of all environments; a lane outlives the JS that made it for as long as its last batch runs.
  static bool anyBusy() { return unfinished_.load(std::memory_order_acquire) != 0; }

 private:
  struct State;
  static std::atomic<size_t> unfinished_;
  std::shared_ptr<State> state_;
  size_t stackSize_;
  uint32_t number_;
};

}  // namespace snakebridge
