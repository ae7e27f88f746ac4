// The operations of one lane that nobody has begun: queued, or parked until another one ends. Any thread, without the
// GIL. A batch counts its own and takes back, when it dies, what never ran.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace snakebridge {

class Backlog {
 public:
  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
  size_t limit() const { return limit_.load(std::memory_order_relaxed); }
  void setLimit(size_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  bool full() const { return waiting() >= limit(); }

 private:
  friend class BacklogShare;
  std::atomic<size_t> waiting_{0};
  std::atomic<size_t> limit_{SIZE_MAX};
};
using BacklogRef = std::shared_ptr<Backlog>;

// Of one batch. The thread that holds the GIL; `set` and the destructor: whoever has the batch alone.
class BacklogShare {
 public:
  ~BacklogShare() { change(-static_cast<ptrdiff_t>(mine_)); }
  void set(BacklogRef backlog, size_t operations) {
    backlog_ = std::move(backlog);
    change(static_cast<ptrdiff_t>(operations));
  }
  void begun() { change(-1); }
  void putBack() { change(1); }

 private:
  void change(ptrdiff_t by) {
    if (!backlog_ || by == 0) return;
    mine_ = static_cast<size_t>(static_cast<ptrdiff_t>(mine_) + by);
    backlog_->waiting_.fetch_add(static_cast<size_t>(by), std::memory_order_relaxed);
  }
  BacklogRef backlog_;
  size_t mine_ = 0;
};

}  // namespace snakebridge
