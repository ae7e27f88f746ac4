// A native thread with a stack that NumPy can be imported on. Knows libuv, never CPython.
#pragma once

#include <uv.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace snakebridge {

constexpr size_t kPythonStack = 8 * 1024 * 1024;

// Starts a detached thread; false when the system refuses one. Threads that run Python are never joined: one that
// never returns must not hold up the exit.
inline bool startThread(std::function<void()> body, size_t stackSize = kPythonStack) {
  uv_thread_options_t options{};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = stackSize;
  auto* heap = new std::function<void()>(std::move(body));
  uv_thread_t thread;
  const int status = uv_thread_create_ex(
      &thread, &options,
      [](void* argument) {
        std::unique_ptr<std::function<void()>> body(static_cast<std::function<void()>*>(argument));
        (*body)();
      },
      heap);
  if (status == 0) return true;
  delete heap;
  return false;
}

}  // namespace snakebridge
