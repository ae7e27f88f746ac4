#include "node/event_loop.h"

#ifndef _WIN32
#include <poll.h>
#endif

#include <utility>

namespace snakebridge {

namespace {

template <class Handle>
uv_handle_t* base(Handle& handle) {
  return reinterpret_cast<uv_handle_t*>(&handle);
}

// A worker that is being terminated makes no values any more: what came is dropped with it.
void callQuietly(const std::function<void()>& function) {
  try {
    function();
  } catch (const Napi::Error&) {
  }
}

}  // namespace

EventLoop* EventLoop::open(napi_env env, std::function<void()> woken, std::function<void()> beforePoll) {
  auto* self = new EventLoop();
  napi_get_uv_event_loop(env, &self->loop_);
  self->woken_ = std::move(woken);
  self->beforePoll_ = std::move(beforePoll);
  self->wake_.data = self->prepare_.data = self;
  uv_async_init(self->loop_, &self->wake_,
                [](uv_async_t* handle) { callQuietly(static_cast<EventLoop*>(handle->data)->woken_); });
  uv_prepare_init(self->loop_, &self->prepare_);
  uv_prepare_start(&self->prepare_,
                   [](uv_prepare_t* handle) { callQuietly(static_cast<EventLoop*>(handle->data)->beforePoll_); });
  uv_unref(base(self->wake_));
  uv_unref(base(self->prepare_));
  return self;
}

void EventLoop::close(napi_async_cleanup_hook_handle hook) {
  hook_ = hook;
  uv_close(base(wake_), closed);
  uv_close(base(prepare_), closed);
}

void EventLoop::closed(uv_handle_t* handle) {
  auto* self = static_cast<EventLoop*>(handle->data);
  if (--self->open_ != 0) return;
  napi_remove_async_cleanup_hook(self->hook_);
  delete self;
}

void EventLoop::wake() { uv_async_send(&wake_); }

void EventLoop::keepAlive(bool alive) { alive ? uv_ref(base(wake_)) : uv_unref(base(wake_)); }

bool EventLoop::hasInput() const {
#ifdef _WIN32
  return false;
#else
  pollfd descriptor{uv_backend_fd(loop_), POLLIN, 0};
  return descriptor.fd >= 0 && poll(&descriptor, 1, 0) > 0;
#endif
}

}  // namespace snakebridge
