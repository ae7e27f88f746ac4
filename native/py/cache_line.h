// What one thread writes and another reads moves between processors in pieces of this size.
#pragma once

#include <cstddef>
#include <cstdint>

namespace snakebridge {

#if defined(__APPLE__) && defined(__aarch64__)
constexpr size_t kCacheLine = 128;
#else
constexpr size_t kCacheLine = 64;
#endif

// Asks for the cache lines of an object that another processor has, all at once, and goes on. Otherwise each would be
// waited for when it is read, and again when it is written.
inline void fetchForWriting(const void* object, size_t size) {
  const auto begin = reinterpret_cast<uintptr_t>(object);
  for (uintptr_t line = begin & ~(kCacheLine - 1); line < begin + size; line += kCacheLine) {
#if defined(__x86_64__) && !defined(_MSC_VER)
    // The builtin makes it a fetch for reading where the compiler is not told of a newer processor.
    __asm__ volatile("prefetchw %0" : : "m"(*reinterpret_cast<const char*>(line)));
#elif !defined(_MSC_VER)
    __builtin_prefetch(reinterpret_cast<const void*>(line), 1);
#endif
  }
}

}  // namespace snakebridge
