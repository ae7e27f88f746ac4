#include "py/copy_memory.h"

#include <cstdlib>
#include <mutex>
#include <utility>

#ifndef _WIN32
#include <sys/mman.h>
#endif

namespace snakebridge {

#ifdef _WIN32

uint8_t* takeCopyMemory(size_t length) { return static_cast<uint8_t*>(std::malloc(length == 0 ? 1 : length)); }
void giveCopyMemory(uint8_t* memory, size_t) { std::free(memory); }

#else

namespace {

constexpr size_t kOwnPages = 1 << 20;
constexpr size_t kLargestKept = 32 << 20;  // as much as glibc's malloc would keep
constexpr size_t kPage = 64 << 10;         // a multiple of every machine's

// Rule 2.
struct Kept {
  std::mutex mutex;
  void* memory = nullptr;
  size_t length = 0;
};
Kept& kept() {
  static Kept* only = new Kept();  // outlives static destructors, as the threads that use it do
  return *only;
}

size_t wholePages(size_t length) { return (length + kPage - 1) & ~(kPage - 1); }

}  // namespace

uint8_t* takeCopyMemory(size_t length) {
  if (length < kOwnPages) return static_cast<uint8_t*>(std::malloc(length == 0 ? 1 : length));
  const size_t size = wholePages(length);
  {
    std::lock_guard lock(kept().mutex);
    if (kept().length == size) {
      kept().length = 0;
      return static_cast<uint8_t*>(std::exchange(kept().memory, nullptr));
    }
  }
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<uint8_t*>(memory);
}

void giveCopyMemory(uint8_t* memory, size_t length) {
  if (length < kOwnPages) return std::free(memory);
  size_t size = wholePages(length);
  void* old = memory;
  if (size <= kLargestKept) {
    std::lock_guard lock(kept().mutex);
    old = std::exchange(kept().memory, old);
    std::swap(kept().length, size);
  }
  if (old != nullptr) munmap(old, size);
}

#endif

}  // namespace snakebridge
