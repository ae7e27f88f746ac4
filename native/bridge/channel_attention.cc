// Channel: how JS stays awake for what comes soon. Waking a loop that sleeps is most of what an answer costs.
//  1. Before the loop asks the system for input, JS waits for a result, briefly and as long as that pays (SpinGauge):
//     when the last results came soon after JS had nothing else to do. Input and timers are looked at between two.
//  2. When requests of other threads come one soon after the other, as from a sort key, JS stays awake for the next.
//  3. Neither lasts longer than 1 ms in one turn of the loop.
#include "bridge/channel.h"

namespace snakebridge {

namespace {

constexpr auto kNext = std::chrono::microseconds(30);
constexpr auto kSoon = std::chrono::microseconds(50);
constexpr auto kLongestTurn = std::chrono::milliseconds(1);

}  // namespace

// Rule 1.
void Channel::beforePoll() {
  polledAt_ = {};
  if (closed_ || inFlight_ == 0 || !loop_->isGoingToWait()) return;
  const std::shared_ptr<Channel> keep = shared_from_this();
  const auto began = Clock::now();
  auto start = began;
  while (resultGauge_.pays()) {
    const std::optional<bool> came = awaitArrival(start);
    if (!came) return;
    resultGauge_.learn(*came);
    if (!*came) return;
    drain();
    start = Clock::now();
    if (closed_ || inFlight_ == 0 || start - began > kLongestTurn) return;
    if (!loop_->isGoingToWait() || loop_->hasInput()) return;
  }
  polledAt_ = start;
}

// Rule 1: the result has woken the loop.
void Channel::woken() {
  if (polledAt_ != Clock::time_point()) resultGauge_.learn(Clock::now() - std::exchange(polledAt_, {}) < kSoon);
  drain();
}

// Whether something came before kNext was over. Nothing where the loop has been woken already: it is about to come
// back, and does what else there is first.
std::optional<bool> Channel::awaitArrival(Clock::time_point start) {
  uint64_t seen;
  {
    std::lock_guard lock(mutex_);
    if (signalled_) return std::nullopt;
    attentive_ = true;
    seen = arrivals_.load(std::memory_order_relaxed);
  }
  while (arrivals_.load(std::memory_order_acquire) == seen && Clock::now() - start < kNext) relax();
  std::lock_guard lock(mutex_);
  attentive_ = false;
  return arrivals_.load(std::memory_order_relaxed) != seen;
}

// Rule 2. A request comes.
void Channel::noteCall() { callGauge_.learn(Clock::now() - answeredAt_ < kSoon); }

bool Channel::awaitNextCall(Clock::time_point began) {
  if (!callGauge_.pays()) return false;
  const auto start = Clock::now();
  return start - began <= kLongestTurn && awaitArrival(start).value_or(false);
}

}  // namespace snakebridge
