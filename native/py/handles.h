// What one JS environment holds of Python. Needs the GIL, except where said.
//  1. Objects: settled references. Canonical: one live object has one index; `exported` counts how often the index
//     travelled to JS, JS gives the same count back when its reference dies, and zero frees the slot. So a handle
//     that crosses JS's release on its way is never lost.
//  2. Temps: results of operations, numbered by JS before they exist. A temp that is neither ready nor failed is
//     one whose operation has not run yet. An awaitable's temp is filled twice: its outcome takes its place.
//  3. Both tables know the weight of what they hold (weight.h).
//  4. A closed table, whose JS has gone, takes nothing any more: what it held may keep the environment, and so the
//     table (an exception's frames, a JS value).
//  5. Failures are shared: what depends on a failed temp fails with the same record, and the record is described once.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "py/encoder.h"
#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

struct Failure {
  Ref exception;
  wire::Writer description;  // an encoded value; empty until somebody needs it
};
using FailureRef = std::shared_ptr<Failure>;

class ObjectTable {
 public:
  ObjectHandle add(Borrowed object);
  // Takes back `count` exports; the last one frees the slot and drops the object.
  void release(uint32_t index, uint32_t count);
  // Null when the handle was released or never given out.
  Borrowed find(uint32_t index, uint32_t generation) const;
  // The object of a live slot, whatever its generation; null otherwise.
  Borrowed peek(uint32_t index) const;
  // Any thread, without the GIL.
  size_t size() const { return size_.load(std::memory_order_relaxed); }
  size_t weight() const { return weight_; }
  void close();

 private:
  struct Slot {
    PyObject* object = nullptr;
    uint32_t generation = 0;
    uint32_t exported = 0;
    size_t weight = 0;
  };
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  std::unordered_map<PyObject*, uint32_t> indexOf_;
  std::atomic<size_t> size_{0};  // of indexOf_
  size_t weight_ = 0;
  bool closed_ = false;
};

class TempTable {
 public:
  enum class State { kPending, kReady, kFailed };
  State state(uint32_t index) const;
  Borrowed value(uint32_t index) const { return slots_[index].value; }
  FailureRef failure(uint32_t index) const { return slots_[index].failure; }
  // Makes room: what follows for this index finds memory.
  void reserve(uint32_t index) { at(index); }
  void succeed(uint32_t index, Ref value);
  void fail(uint32_t index, FailureRef failure);
  void release(uint32_t index);
  // Any thread, without the GIL.
  size_t size() const { return live_.load(std::memory_order_relaxed); }
  size_t weight() const { return weight_; }
  void close();

 private:
  struct Slot {
    Ref value;
    FailureRef failure;
    size_t weight = 0;
  };
  Slot& at(uint32_t index);
  std::vector<Slot> slots_;
  void count(size_t change) { live_.store(live_.load(std::memory_order_relaxed) + change, std::memory_order_relaxed); }
  std::atomic<size_t> live_{0};
  size_t weight_ = 0;
  bool closed_ = false;
};

}  // namespace snakebridge
