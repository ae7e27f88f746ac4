// Channel: how JS stays awake for what comes soon. Waking a loop that sleeps is most of what an answer costs.
//  1. Before the loop asks the system for input, and after it was woken, JS waits for a result, briefly and as long as
//     that pays (SpinGauge): when the last results came soon after JS had nothing else to do. Timers are looked at
//     between two results, input every kLook.
//  2. When requests of other threads come one soon after the other, as from a sort key, JS stays awake for the next.
//  3. Neither lasts longer than 1 ms in one turn of the loop.
//  4. Meanwhile, and while JS runs what the results lead to, nobody wakes the loop: JS finds what came. What it has not
//     taken when that is over wakes the loop then. A loop that runs inside, from a callback, ends it: it may sleep.
#include "bridge/channel.h"

namespace snakebridge {

namespace {

constexpr auto kNext = std::chrono::microseconds(30);
constexpr auto kSoon = std::chrono::microseconds(50);
constexpr auto kLook = std::chrono::microseconds(50);
constexpr auto kLongestTurn = std::chrono::milliseconds(1);

}  // namespace

// Rule 4.
class Channel::Attention {
 public:
  explicit Attention(Channel& channel) : channel_(channel.shared_from_this()) {
    std::lock_guard lock(channel_->mutex_);
    channel_->attentive_ = true;
  }
  ~Attention() { channel_->endAttention(); }
  Attention(const Attention&) = delete;
  Attention& operator=(const Attention&) = delete;

 private:
  const std::shared_ptr<Channel> channel_;
};

void Channel::endAttention() {
  std::lock_guard lock(mutex_);
  attentive_ = false;
  if (closed_ || signalled_ || !hasArrivals()) return;
  signalled_ = true;
  loop_->wake();
}

void Channel::beforePoll() {
  polledAt_ = {};
  if (attentive_) endAttention();
  if (closed_ || inFlight_ == 0 || !loop_->isGoingToWait()) return;
  if (signalled_.load(std::memory_order_relaxed)) return;  // woken() comes, and before it what else there is
  const Attention attention(*this);
  attend();
}

void Channel::woken() {
  if (polledAt_ != Clock::time_point()) resultGauge_.learn(Clock::now() - std::exchange(polledAt_, {}) < kSoon);
  const Attention attention(*this);
  drain(Clock::now());
  if (closed_ || inFlight_ == 0 || !loop_->isGoingToWait() || loop_->hasInput()) return;
  attend();
}

// Rule 1.
void Channel::attend() {
  const auto began = Clock::now();
  auto start = began;
  auto looked = began;
  while (resultGauge_.pays()) {
    const bool came = awaitArrival(start);
    resultGauge_.learn(came);
    if (!came) return;
    drain(start);
    start = Clock::now();
    if (closed_ || inFlight_ == 0 || start - began > kLongestTurn || !loop_->isGoingToWait()) return;
    if (start - looked > kLook && loop_->hasInput()) return;
    if (start - looked > kLook) looked = start;
  }
  polledAt_ = start;
}

// Whether something came before kNext was over.
bool Channel::awaitArrival(Clock::time_point start) {
  while (!hasArrivals()) {
    if (Clock::now() - start >= kNext) return false;
    relax();
  }
  return true;
}

// Rule 2. A request comes.
void Channel::noteCall() { callGauge_.learn(Clock::now() - answeredAt_ < kSoon); }

bool Channel::awaitNextCall(Clock::time_point began) {
  if (!callGauge_.pays()) return false;
  const auto start = Clock::now();
  return start - began <= kLongestTurn && awaitArrival(start);
}

}  // namespace snakebridge
