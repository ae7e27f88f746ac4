// When a thread that waits for JS gives up: JS will not answer while it is inside a blocking call that waits for a
// lock, perhaps one that this very thread would have to release. Most waits are served (serving.h); what remains are
// raw locks and C code.
//  1. It gives up when, over kPatience, JS stayed in Python, did nothing for anybody, used no CPU time at all and is
//     asleep on a lock. A thread that computes, sleeps, reads a socket or waits for the GIL (which wakes it every few
//     milliseconds) is not stuck.
//  2. While the rest of the process is busy the lock may be that of a thread pool that computes for JS: then it gives
//  up
//     after kLongPatience only.
//  3. Where the system does not tell (ThreadWatch), it never gives up.
//  4. A promise that JS owes cannot settle during a blocking call: who waits for one gives up when JS is in a wait that
//     has no end by itself, though that wait is served.
#pragma once

#include <chrono>
#include <string>

#include "py/environment.h"

namespace snakebridge {

class StallDetector {
 public:
  // How long to wait between two looks.
  static constexpr auto kStep = std::chrono::milliseconds(200);
  // Without the GIL.
  bool isStuck(const ResultSink& sink, bool waitsForPromise);

 private:
  bool looked_ = false;
  JsThreadLook first_;
  std::chrono::steady_clock::time_point since_;
};

// The innermost blocking call of the environment, and the Python function it is in, for an error. GIL held.
std::string describeBlockingCall(Environment& environment);

}  // namespace snakebridge
