// Waits of ours without the GIL that a cancellation ends. Needs the GIL.
//  1. The exception that a cancellation leaves with a thread (cancellation.h rule 2) is raised by Python code only: who
//     waits says how to be woken, from before it lets the GIL go until it has it again.
//  2. Woken, it runs a line of Python, in which what is pending is raised.
#pragma once

namespace snakebridge {

class InterruptibleWait {
 public:
  using Wake = void (*)(void* argument);
  // Of this thread.
  InterruptibleWait(Wake wake, void* argument);
  ~InterruptibleWait();
  InterruptibleWait(const InterruptibleWait&) = delete;
  InterruptibleWait& operator=(const InterruptibleWait&) = delete;

 private:
  friend void wakeWaits(unsigned long thread);
  const unsigned long thread_;
  const Wake wake_;
  void* const argument_;
  InterruptibleWait* next_;
  InterruptibleWait* previous_ = nullptr;
};

// The thread has got an exception.
void wakeWaits(unsigned long thread);

// Rule 2: throws what is pending for this thread.
void raisePending();

}  // namespace snakebridge
