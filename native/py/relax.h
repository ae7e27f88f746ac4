// What a thread does between two looks at something that changes soon. Knows neither Node nor CPython.
#pragma once

namespace snakebridge {

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace snakebridge
