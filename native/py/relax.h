// What a thread does between two looks at something that changes soon. Knows neither Node nor CPython.
#pragma once

#include <algorithm>

namespace snakebridge {

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Whether spinning before a sleep pays, learnt from the waits before: where there are fewer cores than threads that
// want one, it only takes time from whoever is waited for.
class SpinGauge {
 public:
  bool pays() const { return missed_ <= kMost / 2; }
  // A wait was as short as a spin, whether it span or not.
  void learn(bool wasShort) { missed_ = wasShort ? std::max(missed_ - 1, 0) : std::min(missed_ + 2, kMost); }

 private:
  static constexpr int kMost = 16;
  int missed_ = kMost / 2;
};

}  // namespace snakebridge
