// What others see of a thread that runs batches: how far it has come, and which operation it is in since when. Written
// by that thread, read by the monitor and by stats() without the GIL.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#ifdef __linux__
#include <ctime>
#endif

namespace snakebridge {

// Milliseconds of a clock that costs a few nanoseconds and is a few milliseconds behind: it is read for each operation.
inline int64_t coarseNow() {
#ifdef __linux__
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
#else
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
#endif
}

struct RunningOperation {
  uint32_t opcode = 0;
  uint32_t temp = 0;
  int64_t since = 0;  // coarseNow()
};

class Progress {
 public:
  std::string lane = "pool";  // as errors call it
  std::atomic<uint64_t> operations{0};
  // It waits for something that JavaScript owes (js_calls.h), and so perhaps for what is queued behind it.
  std::atomic<bool> waitsForJs{false};

  void begin(const void* environment, uint32_t opcode, uint32_t temp, bool awaited) {
    environment_.store(environment, std::memory_order_relaxed);
    since_.store(coarseNow(), std::memory_order_relaxed);
    what_.store(uint64_t{opcode | (awaited ? kAwaited : 0)} << 32 | temp, std::memory_order_release);
  }
  // Whether JavaScript awaits the operation that runs.
  bool isInAwaited() const { return (what_.load(std::memory_order_relaxed) >> 32 & kAwaited) != 0; }
  void end() { what_.store(0, std::memory_order_relaxed); }

  // The operation of that environment which runs here. Any thread.
  bool look(const void* environment, RunningOperation& out) const {
    const uint64_t what = what_.load(std::memory_order_acquire);
    const int64_t since = since_.load(std::memory_order_relaxed);
    const bool same = environment_.load(std::memory_order_relaxed) == environment;
    // Opcodes begin at 1. A thread that has gone on meanwhile is in the middle of short operations: nothing to show.
    if (what == 0 || !same || what_.load(std::memory_order_acquire) != what) return false;
    out = {static_cast<uint32_t>(what >> 32) & ~kAwaited, static_cast<uint32_t>(what), since};
    return true;
  }

 private:
  static constexpr uint32_t kAwaited = 0x100;
  std::atomic<const void*> environment_{nullptr};
  std::atomic<int64_t> since_{0};
  std::atomic<uint64_t> what_{0};
};

}  // namespace snakebridge
