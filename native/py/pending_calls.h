// The requests of one JS environment that are on their way (js_calls.h). Any thread, without the GIL; a lock of its
// own.
//  1. A request is answered once, or abandoned: JS will never answer.
//  2. Who waits may stop waiting: when JS owes a promise (promised), or has been stuck for too long (CallTable::take).
//     Whoever takes a request out of the table decides what becomes of it.
//  3. Of requests that nobody waits for no more than kMostForgotten are on their way: back-pressure.
//  4. A batch that comes out of the callback is offered to the thread that waits (hosting.h), if it does nothing else.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "py/js_memory.h"
#include "wire/bytes.h"

namespace snakebridge {

class Batch;
using BatchRef = std::shared_ptr<Batch>;

// What JS answered: see wire::AnswerStatus. `bytes` begin with the status word; none when it was abandoned.
struct Answer {
  wire::Writer bytes;
  std::vector<JsMemoryRef> externals;
};

class PendingCall {
 public:
  explicit PendingCall(uint32_t lane) : lane(lane) {}
  const uint32_t lane;  // whose thread waits; 0: no dedicated one's
  enum class State { kWaiting, kPromised, kAnswered, kAbandoned };
  void answer(Answer answer);
  void abandon();
  // JS has returned a promise: the answer comes when it settles.
  void promised();
  // Returns when it is answered or abandoned, when the time is over, when it is woken, and when JS owes a promise if
  // `orPromised`, and when a batch is offered.
  enum class Spin {
    kNot,
    kForAnswer,  // the first wait: JS often answers within microseconds
    kForBatch,   // it has just run one: the next often comes as quickly
  };
  State wait(std::chrono::milliseconds longest, Spin spin, bool orPromised);
  // Ends a wait, for a look at something else.
  void wake();
  Answer take() { return std::move(answer_); }
  // Of what was answered: JS gave a promise, which may have settled before anybody saw kPromised.
  bool cameLater() const;
  // Instead of waiting: `then` gets the answer, on whichever thread, at once if it is there.
  void whenSettled(std::function<void(Answer)> then);

  // Rule 4. False: somebody else has to run it.
  bool offer(const BatchRef& batch);
  // The thread that waits: from now on it takes one, until it has; what it was offered; no more, and what it has not
  // taken.
  void accept();
  BatchRef takeOffered();
  std::vector<BatchRef> refuse();

 private:
  bool settled() const { return state_ == State::kAnswered || state_ == State::kAbandoned; }
  void settle(State state, Answer answer);
  std::atomic<State> state_{State::kWaiting};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool sleeping_ = false;
  bool woken_ = false;
  bool accepts_ = false;
  std::vector<BatchRef> offered_;  // no deque: making one takes memory
  std::atomic<bool> isOffered_{false};
  Answer answer_;
  std::function<void(Answer)> then_;
};
using PendingCallRef = std::shared_ptr<PendingCall>;

class CallTable {
 public:
  // Null once the environment has closed.
  PendingCallRef open(uint32_t& id, uint32_t lane);
  // Null when nobody waits for it (any more).
  PendingCallRef take(uint32_t id);
  PendingCallRef find(uint32_t id);
  void close();
  bool closed();

  // Rule 3. True: one more is on its way; `always`: however many there are.
  bool admitForgotten(bool always = false);
  void forgottenTaken();
  // Until there may be room, the time is over, or somebody wakes who waits.
  void waitForRoom(std::chrono::milliseconds longest);
  void wakeRoom();
  bool hasRoom();

 private:
  static constexpr size_t kMostForgotten = 1024;
  std::mutex mutex_;
  std::condition_variable room_;
  std::unordered_map<uint32_t, PendingCallRef> pending_;
  uint32_t next_ = 0;
  size_t forgotten_ = 0;
  bool closed_ = false;
};

}  // namespace snakebridge
