// Node's event loop, as one JS environment sees it: how other threads wake it, and a look at it before it sleeps.
#pragma once

#include <uv.h>

#include <functional>

#include "node/napi_setup.h"

namespace snakebridge {

class EventLoop {
 public:
  // JS thread: `woken` after a wake(), `beforePoll` whenever the loop is about to ask the system for input. What they
  // throw is lost. They are called until close().
  static EventLoop* open(napi_env env, std::function<void()> woken, std::function<void()> beforePoll);
  // Deletes itself once the loop has let go of it, and then removes the hook of the environment.
  void close(napi_async_cleanup_hook_handle hook);
  // Any thread, until close().
  void wake();
  // Whether it goes on although nothing else keeps it.
  void keepAlive(bool alive);
  // Nothing is due at once: it is going to wait for input, or for a timer.
  bool isGoingToWait() const { return uv_backend_timeout(loop_) != 0; }
  // Input has come. Always false where the system does not tell.
  bool hasInput() const;

 private:
  EventLoop() = default;
  ~EventLoop() = default;
  static void closed(uv_handle_t* handle);

  uv_loop_t* loop_ = nullptr;
  uv_async_t wake_{};
  uv_prepare_t prepare_{};
  std::function<void()> woken_;
  std::function<void()> beforePoll_;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  int open_ = 2;
};

}  // namespace snakebridge
