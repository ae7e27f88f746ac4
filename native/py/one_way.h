// Values on their way from one thread to another, in order. Neither waits for a lock of the other's, and in passing a
// value they share the cache lines that it lies in, no others.
//  1. One thread puts and one takes, at a time: who may is the user's affair.
//  2. A value lies in a slot, whose turn tells that it is there. Slots are used again: what a value owns is left in
//     them, for the next to grow into.
//  3. What finds no free slot waits behind the others, under a lock. So does all that follows, until it was taken.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>

#include "py/cache_line.h"

namespace snakebridge {

template <class Value, size_t kSlots>
class OneWay {
 public:
  // `fill` gets the place of the next value. Throws, and has put nothing, where there is no memory.
  template <class Fill>
  void put(Fill fill) {
    if (!overflowing_.load(std::memory_order_relaxed)) {
      if (written_ - readSeen_ == kSlots) readSeen_ = read_.load(std::memory_order_acquire);
      if (written_ - readSeen_ < kSlots) {
        Slot& slot = slots_[written_ % kSlots];
        fill(slot.value);
        slot.turn.store(++written_, std::memory_order_release);
        fetchForWriting(&slots_[written_ % kSlots], sizeof(Slot));  // for the next
        return;
      }
    }
    std::lock_guard lock(overflowMutex_);
    fill(overflow_.emplace_back());
    overflowing_.store(true, std::memory_order_release);
  }
  // How many are there, in all. Neither side does anything meanwhile.
  size_t size() {
    std::lock_guard lock(overflowMutex_);
    return written_ - taken_ + spilled_.size() + overflow_.size();
  }

  // The oldest; null: there is none. It stays there until drop().
  Value* first() {
    if (!spilled_.empty()) return &spilled_.front();
    Value* inSlot = firstInSlot();
    if (inSlot != nullptr || !overflowing_.load(std::memory_order_acquire)) return inSlot;
    inSlot = firstInSlot();  // rule 3: what was there before it overflowed comes first
    if (inSlot != nullptr) return inSlot;
    std::lock_guard lock(overflowMutex_);
    spilled_.swap(overflow_);
    if (!spilled_.empty()) return &spilled_.front();
    overflowing_.store(false, std::memory_order_relaxed);
    return nullptr;
  }
  void drop() {
    if (!spilled_.empty()) return spilled_.pop_front();
    read_.store(++taken_, std::memory_order_release);
  }

 private:
  struct Slot {
    std::atomic<uint64_t> turn{0};
    Value value{};
  };
  Value* firstInSlot() {
    Slot& slot = slots_[taken_ % kSlots];
    return slot.turn.load(std::memory_order_acquire) == taken_ + 1 ? &slot.value : nullptr;
  }

  alignas(kCacheLine) std::array<Slot, kSlots> slots_;
  // Of who puts.
  alignas(kCacheLine) uint64_t written_ = 0;
  uint64_t readSeen_ = 0;
  // Of who takes; the other looks when the slots seem to be full.
  alignas(kCacheLine) std::atomic<uint64_t> read_{0};
  uint64_t taken_ = 0;
  std::deque<Value> spilled_;
  // Written by neither as long as slots are enough.
  alignas(kCacheLine) std::atomic<bool> overflowing_{false};
  std::mutex overflowMutex_;
  std::deque<Value> overflow_;
};

}  // namespace snakebridge
