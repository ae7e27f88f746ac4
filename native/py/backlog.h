// The operations of one lane that nobody has begun: queued, or parked until another one ends. Any thread, without the
// GIL. A batch counts its own and takes back, when it dies, what never ran.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "py/cache_line.h"

namespace snakebridge {

// What JS writes and what the threads do are counted apart: neither waits for the other's cache line at each call.
class Backlog {
 public:
  size_t waiting() const {
    const size_t begun = begun_.load(std::memory_order_acquire);  // first: none is begun before it is written
    return written_.load(std::memory_order_relaxed) - begun;
  }
  size_t limit() const { return limit_.load(std::memory_order_relaxed); }
  void setLimit(size_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  bool full() {
    const size_t limit = this->limit();
    if (written_.load(std::memory_order_relaxed) - begunSeen_.load(std::memory_order_relaxed) < limit) return false;
    begunSeen_.store(begun_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    return waiting() >= limit;
  }

 private:
  friend class BacklogShare;
  alignas(kCacheLine) std::atomic<size_t> written_{0};
  std::atomic<size_t> begunSeen_{0};  // by full(): there are no fewer
  std::atomic<size_t> limit_{SIZE_MAX};
  alignas(kCacheLine) std::atomic<size_t> begun_{0};
};
using BacklogRef = std::shared_ptr<Backlog>;

// Of one batch. The thread that holds the GIL; `set` and the destructor: whoever has the batch alone.
class BacklogShare {
 public:
  ~BacklogShare() {
    if (backlog_ && mine_ != 0) backlog_->begun_.fetch_add(mine_, std::memory_order_relaxed);
  }
  void set(BacklogRef backlog, size_t operations) {
    backlog_ = std::move(backlog);
    mine_ = operations;
    backlog_->written_.fetch_add(operations, std::memory_order_relaxed);
  }
  void begun() {
    if (!backlog_) return;
    mine_--;
    backlog_->begun_.fetch_add(1, std::memory_order_relaxed);
  }
  void putBack() {
    if (!backlog_) return;
    mine_++;
    backlog_->written_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  BacklogRef backlog_;
  size_t mine_ = 0;
};

}  // namespace snakebridge
