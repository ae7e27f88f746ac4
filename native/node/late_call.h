// A JS function that another thread has called, once. Node-API's thread-safe function does not do: it is freed with its
// environment although a thread still holds it (a worker that was terminated while Python started took the process with
// it, Node 20).
//  1. `wake_` is the handle while it may be used: taken back under the lock before it is closed.
//  2. The event loop stays alive until the function has been called.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "node/napi_setup.h"

namespace snakebridge {

class LateCall {
 public:
  using Job = std::function<void(Napi::Env, Napi::Function)>;
  // JS thread.
  static std::shared_ptr<LateCall> make(Napi::Env env, Napi::Function function);
  // Any thread, once: `job` calls the function, on the JS thread. Nothing happens when the environment has ended.
  void call(Job job);

 private:
  explicit LateCall(napi_env env) : env_(env) {}
  void run();
  void close();

  const napi_env env_;
  std::shared_ptr<LateCall> self_;  // until the handle has been closed
  napi_ref function_ = nullptr;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  std::mutex mutex_;
  uv_async_t* wake_ = nullptr;
  Job job_;
};

}  // namespace snakebridge
