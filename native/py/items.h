// Items of a pull on their way to JS.
//  1. They are gathered into kItems entries. What has gathered for 250 µs is sent, and so is the rest at the pull's
//  end.
//  2. The iterator may block in its next step with items gathered: the monitor (lanes.h) sends what has waited for a
//     millisecond, from its own thread. So the entry in the making has a lock of its own instead of the GIL.
//  3. Encoding may run Python code: it is done before the lock is taken.
//  4. JS values on their way back to JS are kept until the entry that names them is delivered (js_values.h rule 3).
#pragma once

#include <chrono>
#include <mutex>

#include "py/batch.h"

namespace snakebridge {

// Of one kPull in a batch. Needs the GIL, except where said.
class GatheredItems final : public ItemSink {
 public:
  GatheredItems(Batch& batch, uint32_t temp) : batch_(batch), temp_(temp) {}
  ~GatheredItems() override;
  GatheredItems(const GatheredItems&) = delete;
  GatheredItems& operator=(const GatheredItems&) = delete;

  void add(Borrowed item) override;
  size_t weight() const override { return bytes_ + kept_; }
  void step() override;
  // The pull has ended: what is left goes with the batch's results, in front of the operation's own.
  void finish();

  // Rule 2. Any thread, without the GIL. Whether any pull is in progress.
  static bool sendOverdue();
  // Set once: told that sendOverdue() has to be called from now on, once a millisecond.
  static void onGathering(void (*notify)());

 private:
  using Clock = std::chrono::steady_clock;
  size_t held() const;
  std::vector<Ref> send();
  wire::Writer takeEntry();  // mutex_ held
  void sendEntry();          // likewise

  Batch& batch_;
  const uint32_t temp_;
  bool listed_ = false;
  size_t before_ = 0;  // what the tables kept alive when the pull began
  size_t kept_ = 0;    // what they keep more since
  size_t bytes_ = 0;
  wire::Writer message_;
  std::vector<Ref> travellers_;  // rule 4; may be kept longer, when the monitor delivered

  std::mutex mutex_;  // guards what follows
  wire::Writer entry_;
  uint32_t count_ = 0;
  size_t unsent_ = 0;  // weight
  Clock::time_point since_;
};

// Of a pull that runs at once: in front of its result, as the payload of a kItems entry.
class WrittenItems final : public ItemSink {
 public:
  WrittenItems(Environment& environment, wire::Writer& out);
  void add(Borrowed item) override;
  size_t weight() const override { return out_.size(); }
  void step() override {}

 private:
  Environment& environment_;
  wire::Writer& out_;
  const size_t start_;
  uint32_t count_ = 0;
};

}  // namespace snakebridge
