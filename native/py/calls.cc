#include "py/calls.h"

#include "py/cancellation.h"
#include "py/python_error.h"

namespace snakebridge {

std::atomic<size_t> abandonedThreads{0};

Call::State Calls::cancel(uint32_t temp, uint32_t reason) {
  std::lock_guard lock(mutex_);
  Call& call = calls_[temp];
  if (call.state == Call::State::kEnded || call.cancelled) return Call::State::kEnded;
  call.cancelled = true;
  call.reason = reason;
  return call.state;
}

Calls::Where Calls::abandon(uint32_t temp) {
  static const std::string none;
  std::lock_guard lock(mutex_);
  Call& call = calls_[temp];
  const auto age = std::chrono::steady_clock::now() - call.since;
  const bool started = call.state == Call::State::kRunning || call.state == Call::State::kSuspended;
  if (call.state != Call::State::kEnded) call.abandoned = true;
  return {call.state, started ? *call.lane : none, std::chrono::duration<double, std::milli>(age).count()};
}

bool Calls::isCancelled(uint32_t temp) {
  std::lock_guard lock(mutex_);
  const auto found = calls_.find(temp);
  return found != calls_.end() && found->second.cancelled;
}

bool Calls::meet(const Operation& operation, uint64_t activeId) {
  Call& call = at(operation.temp);
  call.operation = operation;
  call.activeId = activeId;
  std::lock_guard lock(mutex_);
  return !call.cancelled;
}

bool Calls::begin(uint32_t temp, const std::string& lane) {
  std::lock_guard lock(mutex_);
  Call& call = calls_[temp];
  if (call.cancelled) return false;
  call.state = Call::State::kRunning;
  call.lane = &lane;
  call.since = std::chrono::steady_clock::now();
  call.thread = py.PyThread_get_thread_ident();
  return true;
}

void Calls::beginEnding(unsigned long thread) {
  Call& call = at(wire::kNoTemp);
  std::lock_guard lock(mutex_);
  call.state = Call::State::kRunning;
  call.cancelled = true;
  call.thread = thread;
}

void Calls::stop(Call& call, Call::State state) {
  {
    std::lock_guard lock(mutex_);
    call.state = state;
  }
  if (!std::exchange(call.interrupted, false)) return;
  // The next operation of this thread must not get it.
  py.PyThreadState_SetAsyncExc(call.thread, nullptr);
  forgetInterrupt(call.thread);
}

void Calls::wait(uint32_t temp) { stop(at(temp), Call::State::kWaiting); }

void Calls::suspend(uint32_t temp, uint64_t id) {
  static const std::string loop = "asyncio";
  Call& call = at(temp);
  call.activeId = id;
  stop(call, Call::State::kSuspended);
  std::lock_guard lock(mutex_);
  call.lane = &loop;
}

Call& Calls::end(uint32_t temp) {
  Call& call = at(temp);
  stop(call, Call::State::kEnded);
  return call;
}

Call& Calls::at(uint32_t temp) {
  std::lock_guard lock(mutex_);
  return calls_[temp];
}

}  // namespace snakebridge
