// Channel: results go to JS, from the inbox by the event loop (channel.h rule 1).
#include <algorithm>
#include <cstring>
#include <utility>

#include "bridge/channel.h"
#include "py/forked_child.h"
#include "py/insist.h"

namespace snakebridge {

namespace {

constexpr size_t kLargestKept = 2 << 20;
constexpr size_t kMostAtOnce = 64;
constexpr int64_t kToldStep = 1 << 20;
// What V8 is told beside the bytes that a reference keeps alive. Far more than its own memory, because a reference is
// only found dead by a full collection: with this one starts after some 4,000 of them. A million objects made and
// dropped then cost 2 to 4 MB of resident memory; told 8 KiB each they cost 13 to 24, told nothing 84.
constexpr size_t kReference = 16 << 10;

}  // namespace

void Channel::signal() {
  if (signalled_ || closed_ || attentive_) return;
  signalled_ = true;
  loop_->wake();
}

void Channel::put(wire::Writer& bytes, bool isCall, bool lastOfBatch) {
  insist([&] {
    inbox_.put([&](Arrival& arrival) {
      arrival.isCall = isCall;
      arrival.lastOfBatch = lastOfBatch;
      arrival.set(bytes);
    });
  });
  signal();
}

void Channel::signalOthers() {
  hasOthers_.store(true, std::memory_order_release);
  signal();
}

// Results and the end of their batch are one thing: the event loop must not end between the two, and whoever has the
// last result finds the batch done.
void Channel::deliver(wire::Writer& entries, bool lastOfBatch) {
  if (inForkedChild()) return;
  std::lock_guard lock(mutex_);
  if (!closed_) put(entries, false, lastOfBatch);
}

void Channel::jsValueDropped(uint32_t id, uint32_t arrivals) {
  if (inForkedChild()) return;
  std::lock_guard lock(mutex_);
  insist([&] { dropped_.push_back({id, arrivals}); });
  signalOthers();
}

void Channel::deleteLater(napi_ref reference) {
  if (inForkedChild()) return;
  std::lock_guard lock(mutex_);
  insist([&] { dead_.push_back(reference); });
  signalOthers();
}

void Channel::drain(Clock::time_point began) {
  while (drainOnce() && !closed_ && awaitNextCall(began)) continue;
}

Arrival* Channel::firstArrival() { return passedOver_.empty() ? inbox_.first() : &passedOver_.front(); }

void Channel::dropArrival() {
  if (!passedOver_.empty()) return passedOver_.pop_front();
  inbox_.first()->clear();
  inbox_.drop();
}

bool Channel::hasArrivals() { return firstArrival() != nullptr || hasOthers_.load(std::memory_order_acquire); }

// Takes what is there, kMostAtOnce at most; whether there was a request among it.
bool Channel::drainOnce() {
  bool answered = false;
  size_t most = kMostAtOnce;
  std::vector<Dropped> dropped;
  std::vector<napi_ref> dead;
  if (signalled_.load(std::memory_order_relaxed) || hasOthers_.load(std::memory_order_acquire)) {
    std::lock_guard lock(mutex_);
    signalled_ = false;  // what comes meanwhile wakes the loop again
    hasOthers_ = false;
    dropped.swap(dropped_);
    dead.swap(dead_);
    if (!dropped.empty()) most = passedOver_.size() + inbox_.size();  // what was sent before, and may name them
  }
  Napi::HandleScope scope(env_);
  for (napi_ref reference : dead) napi_delete_reference(env_, reference);

  size_t filled = 0;
  while (most > 0 && !closed_) {
    Arrival* const next = firstArrival();
    if (next == nullptr) break;
    if (next->isCall && filled != 0) {
      // JS goes on with the results, perhaps in a blocking call: the request is left where that finds and serves it.
      callJs(std::exchange(filled, 0), nullptr);
      continue;
    }
    most--;
    if (next->isCall) {
      wire::Writer request;
      next->take(request);
      dropArrival();
      noteCall();
      takeCall(request);
      answered = true;
      continue;
    }
    if (next->lastOfBatch && --inFlight_ == 0) loop_->keepAlive(false);
    const std::span<const uint8_t> bytes = next->bytes();
    if (bytes.size() <= resultsLength_ - filled) {
      takeSmall(bytes, filled);
      dropArrival();
    } else {
      wire::Writer entries;
      next->take(entries);
      dropArrival();
      takeResults(entries, filled);
    }
  }
  if (!dropped.empty()) {
    wire::Writer entry;
    entry.word(static_cast<uint32_t>(wire::EntryKind::kDropped), static_cast<uint32_t>(dropped.size()));
    entry.word(static_cast<uint32_t>((2 + dropped.size()) * wire::kWord), 0);
    for (const Dropped& each : dropped) entry.word(each.id, each.arrivals);
    takeResults(entry, filled);
  }
  if (filled != 0 && !closed_) callJs(filled, nullptr);
  if (!closed_) tellCollector();
  if (answered) answeredAt_ = Clock::now();
  return answered;
}

// There is room for them.
void Channel::takeSmall(std::span<const uint8_t> entries, size_t& filled) {
  traffic_.bytesToJs += entries.size();
  std::memcpy(results_ + filled, entries.data(), entries.size());
  filled += entries.size();
}

// Adds entries to those in the results buffer, which go to JS when it is full.
void Channel::takeResults(const wire::Writer& entries, size_t& filled) {
  if (closed_) return;
  if (filled != 0 && entries.size() > resultsLength_ - filled) callJs(std::exchange(filled, 0), nullptr);
  if (closed_) return;
  if (entries.size() > resultsLength_) {
    if (callJsWithBig(entries)) {
      traffic_.bytesToJs += entries.size();
    } else {
      takeApart(entries, filled);
    }
    return;
  }
  takeSmall({entries.data(), entries.size()}, filled);
}

// V8 collects when it learns that its objects keep much memory alive elsewhere. Told in steps: the call is not free.
void Channel::tellCollector() {
  const size_t held = environment->heldBytes() + environment->heldObjects() * kReference;
  const int64_t change = static_cast<int64_t>(held) - static_cast<int64_t>(toldBytes_);
  if (change < kToldStep && change > -kToldStep) return;
  int64_t total = 0;
  napi_adjust_external_memory(env_, change, &total);
  toldBytes_ = held;
}

// A buffer of its own for what does not fit. The last one serves again if it is not too large to be kept: new memory of
// this size is unmapped, mapped and zeroed each time, and V8 collects for it.
bool Channel::callJsWithBig(const wire::Writer& entries) {
  LargeBuffer big = std::exchange(large_, {});
  if (big.length < entries.size()) {
    if (big.reference != nullptr) napi_delete_reference(env_, big.reference);
    big.length = std::max(entries.size(), std::min(2 * entries.size(), kLargestKept));
    try {
      big.reference = makeReference(env_, makeArrayBuffer(env_, big.length, &big.data));
    } catch (const Napi::Error&) {
      return false;
    }
  }
  std::memcpy(big.data, entries.data(), entries.size());
  callJs(entries.size(), valueOf(big.reference));
  if (large_.reference == nullptr && big.length <= kLargestKept) {
    large_ = big;
  } else {
    napi_delete_reference(env_, big.reference);
  }
  return true;
}

// Entries that fit go by themselves. Of the others JS learns that they came, or their promises would never settle; what
// they refer to stays until the environment ends.
void Channel::takeApart(const wire::Writer& entries, size_t& filled) {
  wire::Reader in(entries.data(), entries.size());
  while (in.remaining() != 0) {
    const size_t start = in.position();
    const auto first = in.word();
    const auto second = in.word();
    wire::Writer one;
    if (second.low <= resultsLength_) {
      one.bytes(entries.data() + start, second.low);
    } else {
      one.word(static_cast<uint32_t>(wire::EntryKind::kLost), first.high);
      one.word(4 * wire::kWord, second.high);
      one.word(first.low, 0);
      one.number(second.low);
    }
    takeResults(one, filled);
    in.seek(start + second.low);
  }
}

void Channel::callJs(size_t length, napi_value big) {
  napi_value arguments[2] = {Napi::Number::New(env_, static_cast<double>(length)), big};
  napi_value result;
  const napi_status status = napi_make_callback(env_, context_, valueOf(receiver_), valueOf(onResults_),
                                                big == nullptr ? 1 : 2, arguments, &result);
  if (status != napi_pending_exception) return;
  napi_value exception;
  if (napi_get_and_clear_last_exception(env_, &exception) == napi_ok) napi_fatal_exception(env_, exception);
}

}  // namespace snakebridge
