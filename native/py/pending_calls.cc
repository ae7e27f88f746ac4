#include "py/pending_calls.h"

#include <utility>

#include "py/insist.h"
#include "py/relax.h"
#include "wire/wire.h"

namespace snakebridge {

namespace {

// As long as JS takes for a short function when its loop was asleep, and then some.
constexpr auto kSpin = std::chrono::microseconds(40);
thread_local SpinGauge answerGauge;
thread_local SpinGauge batchGauge;

}  // namespace

void PendingCall::settle(State state, Answer answer) {
  std::function<void(Answer)> then;
  bool wake;
  {
    std::lock_guard lock(mutex_);
    if (settled()) return;
    then = std::exchange(then_, nullptr);
    if (!then) answer_ = std::move(answer);
    state_.store(state, std::memory_order_release);
    wake = sleeping_;
  }
  if (wake) changed_.notify_one();
  if (then) then(std::move(answer));
}

void PendingCall::answer(Answer answer) { settle(State::kAnswered, std::move(answer)); }

void PendingCall::abandon() { settle(State::kAbandoned, Answer{}); }

void PendingCall::promised() {
  {
    std::lock_guard lock(mutex_);
    if (settled()) return;
    state_.store(State::kPromised, std::memory_order_release);
  }
  changed_.notify_one();
}

PendingCall::State PendingCall::wait(std::chrono::milliseconds longest, Spin spin, bool orPromised) {
  const auto over = [&](State state) {
    return state == State::kAnswered || state == State::kAbandoned || (orPromised && state == State::kPromised) ||
           isOffered_.load(std::memory_order_acquire);
  };
  SpinGauge& gauge = spin == Spin::kForBatch ? batchGauge : answerGauge;
  const auto start = std::chrono::steady_clock::now();
  if (spin != Spin::kNot && gauge.pays()) {
    const auto until = start + kSpin;
    for (State state; !over(state = state_.load(std::memory_order_acquire)); relax()) {
      if (spin == Spin::kForAnswer && state == State::kPromised) break;  // it will take longer
      if (std::chrono::steady_clock::now() >= until) break;
    }
  }
  State state = state_.load(std::memory_order_acquire);
  if (!over(state)) {
    std::unique_lock lock(mutex_);
    sleeping_ = true;
    changed_.wait_for(lock, longest, [&] { return woken_ || over(state_.load(std::memory_order_relaxed)); });
    sleeping_ = woken_ = false;
    state = state_.load(std::memory_order_relaxed);
  }
  if (spin != Spin::kNot) gauge.learn(std::chrono::steady_clock::now() - start < kSpin);
  return state;
}

bool PendingCall::offer(const BatchRef& batch) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    if (!accepts_ || settled()) return false;
    insist([&] { offered_.push_back(batch); });
    isOffered_.store(true, std::memory_order_release);
    wake = sleeping_;
  }
  if (wake) changed_.notify_one();
  return true;
}

void PendingCall::accept() {
  std::lock_guard lock(mutex_);
  accepts_ = true;
}

BatchRef PendingCall::takeOffered() {
  if (!isOffered_.load(std::memory_order_acquire)) return nullptr;
  std::lock_guard lock(mutex_);
  if (offered_.empty()) return nullptr;
  BatchRef first = std::move(offered_.front());
  offered_.erase(offered_.begin());
  isOffered_.store(!offered_.empty(), std::memory_order_relaxed);
  accepts_ = false;
  return first;
}

std::vector<BatchRef> PendingCall::refuse() {
  std::lock_guard lock(mutex_);
  accepts_ = false;
  isOffered_.store(false, std::memory_order_relaxed);
  return std::exchange(offered_, {});
}

bool PendingCall::cameLater() const {
  return wire::Reader(answer_.bytes.data(), answer_.bytes.size()).word().high == wire::kCameLater;
}

void PendingCall::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void PendingCall::whenSettled(std::function<void(Answer)> then) {
  {
    std::lock_guard lock(mutex_);
    if (!settled()) {
      then_ = std::move(then);
      return;
    }
  }
  then(std::move(answer_));
}

PendingCallRef CallTable::open(uint32_t& id, uint32_t lane) {
  std::lock_guard lock(mutex_);
  if (closed_) return nullptr;
  do {
    id = next_++;
  } while (id == wire::kNoTemp || pending_.contains(id));
  return pending_.emplace(id, std::make_shared<PendingCall>(lane)).first->second;
}

PendingCallRef CallTable::take(uint32_t id) {
  std::lock_guard lock(mutex_);
  auto found = pending_.find(id);
  if (found == pending_.end()) return nullptr;
  PendingCallRef call = std::move(found->second);
  pending_.erase(found);
  return call;
}

PendingCallRef CallTable::find(uint32_t id) {
  std::lock_guard lock(mutex_);
  auto found = pending_.find(id);
  return found == pending_.end() ? nullptr : found->second;
}

void CallTable::close() {
  std::unordered_map<uint32_t, PendingCallRef> pending;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    pending.swap(pending_);
  }
  room_.notify_all();
  for (auto& [id, call] : pending) call->abandon();
}

bool CallTable::closed() {
  std::lock_guard lock(mutex_);
  return closed_;
}

bool CallTable::admitForgotten(bool always) {
  std::lock_guard lock(mutex_);
  if ((forgotten_ >= kMostForgotten && !always) || closed_) return false;
  forgotten_++;
  return true;
}

void CallTable::forgottenTaken() {
  {
    std::lock_guard lock(mutex_);
    forgotten_--;
  }
  room_.notify_one();
}

bool CallTable::hasRoom() {
  std::lock_guard lock(mutex_);
  return forgotten_ < kMostForgotten || closed_;
}

void CallTable::waitForRoom(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  if (forgotten_ >= kMostForgotten && !closed_) room_.wait_for(lock, longest);
}

void CallTable::wakeRoom() { room_.notify_all(); }

}  // namespace snakebridge
