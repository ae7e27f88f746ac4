#include "node/late_call.h"

#include <utility>

namespace snakebridge {

std::shared_ptr<LateCall> LateCall::make(Napi::Env env, Napi::Function function) {
  std::shared_ptr<LateCall> made(new LateCall(env));
  napi_create_reference(env, function, 1, &made->function_);
  napi_async_init(env, nullptr, Napi::String::New(env, "snakebridge"), &made->context_);
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  made->wake_ = new uv_async_t();
  uv_async_init(loop, made->wake_, [](uv_async_t* handle) { static_cast<LateCall*>(handle->data)->run(); });
  made->wake_->data = made.get();
  made->self_ = made;
  napi_add_async_cleanup_hook(
      env, [](napi_async_cleanup_hook_handle, void* argument) { static_cast<LateCall*>(argument)->close(); },
      made.get(), &made->hook_);
  return made;
}

void LateCall::call(Job job) {
  std::lock_guard lock(mutex_);
  if (wake_ == nullptr) return;
  job_ = std::move(job);
  uv_async_send(wake_);
}

void LateCall::run() {
  Job job;
  {
    std::lock_guard lock(mutex_);
    job = std::exchange(job_, nullptr);
  }
  if (!job) return;
  try {
    const Napi::HandleScope handles(env_);
    const Napi::CallbackScope scope(env_, context_);
    napi_value function = nullptr;
    napi_get_reference_value(env_, function_, &function);
    job(env_, Napi::Function(env_, function));
  } catch (const Napi::Error&) {
    // A worker that is being terminated makes no values any more.
  }
  close();
}

// Rule 1.
void LateCall::close() {
  uv_async_t* handle;
  {
    std::lock_guard lock(mutex_);
    handle = std::exchange(wake_, nullptr);
  }
  if (handle == nullptr) return;
  napi_delete_reference(env_, function_);
  napi_async_destroy(env_, context_);
  uv_close(reinterpret_cast<uv_handle_t*>(handle), [](uv_handle_t* closed) {
    const std::shared_ptr<LateCall> self = std::move(static_cast<LateCall*>(closed->data)->self_);
    delete reinterpret_cast<uv_async_t*>(closed);
    napi_remove_async_cleanup_hook(self->hook_);
  });
}

}  // namespace snakebridge
