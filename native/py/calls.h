// The operations of a batch that may be cancelled: how far each is, and whether somebody asked.
//  1. JS asks without the GIL, so there is a lock. It is held for a look or a note, never across anything else.
//  2. State changes under the GIL as well: who holds it and sees an operation running may interrupt its thread.
//  3. What is cancelled while it waits never starts: whoever comes to it finds the note.
//  4. What is cancelled while it runs fails with the cancellation however it ends. Its value, if any, is dropped.
//  5. An abandoned call has failed for everybody, with its thread still inside. What comes of it is dropped; only what
//     is bound to it by order (executor.h rule 2) goes on waiting, because it uses the same object.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "py/operations.h"

namespace snakebridge {

struct Call {
  enum class State : uint8_t { kWaiting, kRunning, kSuspended, kEnded };
  // --- lock, and the GIL for changes ---
  State state = State::kWaiting;
  bool cancelled = false;
  bool abandoned = false;             // JS has given it up
  uint32_t reason = 0;                // the JS value that stands for the cancellation
  const std::string* lane = nullptr;  // running: where; lives as long as it runs there
  std::chrono::steady_clock::time_point since;
  // --- GIL ---
  Operation operation{};
  uint64_t activeId = 0;       // of its Active, or of what is suspended
  unsigned long thread = 0;    // running: Python's ident
  bool interrupted = false;    // an exception was sent to the thread, and may be pending there
  bool taskCancelled = false;  // suspended: once, or its clean-up would be interrupted
  bool settled = false;        // its temp has failed already
  bool completed = false;      // rule 5: it counts as ended
  FailureRef failure;
};

class Calls {
 public:
  static constexpr uint32_t kNoReason = 0xffffffffu;

  // --- any thread, without the GIL ---
  // How far it was when it was asked; kEnded: too late, nothing happens.
  Call::State cancel(uint32_t temp, uint32_t reason);
  struct Where {
    Call::State state;
    std::string lane;
    double milliseconds;
  };
  // JS gives it up. kEnded: its end is on the way.
  Where abandon(uint32_t temp);
  bool isCancelled(uint32_t temp);

  // --- whoever runs it, GIL held ---
  // It is about to start, or to be parked. False: it was cancelled.
  bool meet(const Operation& operation, uint64_t activeId);
  // False: it was cancelled and must not start.
  bool begin(uint32_t temp, const std::string& lane);
  // A record, by the temp kNoTemp, of what that thread runs for an environment that has ended.
  void beginEnding(unsigned long thread);
  // It has to wait for an operand.
  void wait(uint32_t temp);
  void suspend(uint32_t temp, uint64_t id);
  // Returns its record, which tells whether it was cancelled.
  Call& end(uint32_t temp);
  Call& at(uint32_t temp);

 private:
  void stop(Call& call, Call::State state);

  std::mutex mutex_;
  std::unordered_map<uint32_t, Call> calls_;  // by temp; records stay where they are
};
using CallsRef = std::shared_ptr<Calls>;

// Threads inside calls that everybody has given up: they do not count against the pool's limit.
extern std::atomic<size_t> abandonedThreads;

}  // namespace snakebridge
