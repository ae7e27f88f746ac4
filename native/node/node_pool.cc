#include "node/node_pool.h"

#include <uv.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>

namespace snakebridge {

namespace {

struct Queue {
  std::mutex mutex;
  uv_loop_t loop;
  bool usable = uv_loop_init(&loop) == 0;
};
Queue& queue() {
  static Queue* only = new Queue();  // work may end after static destructors have begun
  return *only;
}

struct Request {
  uv_work_t work{};
  std::function<void()> body;
};

constexpr size_t kDefaultSize = 4;  // libuv's
constexpr size_t kLargestSize = 1024;

}  // namespace

bool queueOnNodePool(std::function<void()> work) {
  Queue& q = queue();
  if (!q.usable) return false;
  auto request = std::make_unique<Request>();
  request->body = std::move(work);
  request->work.data = request.get();
  std::lock_guard lock(q.mutex);
  uv_run(&q.loop, UV_RUN_NOWAIT);  // the requests that have ended are deleted in here
  const int status = uv_queue_work(
      &q.loop, &request->work,
      [](uv_work_t* work) {
        auto* request = static_cast<Request*>(work->data);
        request->body();
      },
      [](uv_work_t* work, int) { delete static_cast<Request*>(work->data); });
  if (status != 0) return false;
  request.release();
  return true;
}

size_t nodePoolSize() {
  const char* text = std::getenv("UV_THREADPOOL_SIZE");
  const long size = text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  if (text == nullptr) return kDefaultSize;
  return std::clamp<size_t>(size > 0 ? static_cast<size_t>(size) : 1, 1, kLargestSize);
}

}  // namespace snakebridge
