#include "py/handles.h"

#include "py/weight.h"

namespace snakebridge {

ObjectHandle ObjectTable::add(Borrowed object) {
  if (auto known = indexOf_.find(object.get()); known != indexOf_.end()) {
    Slot& slot = slots_[known->second];
    slot.exported++;
    return {known->second, slot.generation};
  }
  // Weighed first: it may run Python code.
  const size_t weight = weightOf(object);
  if (closed_) return {};  // Rule 4
  if (free_.empty()) {
    // First, as each may find no memory: an entry without a slot would stand for the object of another.
    slots_.emplace_back();
    free_.reserve(slots_.capacity());  // or a release might find no memory
    free_.push_back(static_cast<uint32_t>(slots_.size() - 1));
  }
  auto [found, inserted] = indexOf_.try_emplace(object.get(), 0);
  if (inserted) {
    const uint32_t index = free_.back();
    free_.pop_back();
    found->second = index;
    Slot& slot = slots_[index];
    slot.object = own(object).release();
    slot.generation++;
    slot.weight = weight;
    weight_ += weight;
    size_.store(indexOf_.size(), std::memory_order_relaxed);
  }
  Slot& slot = slots_[found->second];
  slot.exported++;
  return {found->second, slot.generation};
}

void ObjectTable::release(uint32_t index, uint32_t count) {
  if (index >= slots_.size()) return;
  Slot& slot = slots_[index];
  if (slot.object == nullptr) return;
  slot.exported = slot.exported > count ? slot.exported - count : 0;
  if (slot.exported != 0) return;
  Ref object = steal(slot.object);
  slot.object = nullptr;
  weight_ -= slot.weight;
  indexOf_.erase(object.get());
  size_.store(indexOf_.size(), std::memory_order_relaxed);
  free_.push_back(index);
  // `object` dies here, after the table is consistent: its finalizer may run Python code.
}

Borrowed ObjectTable::find(uint32_t index, uint32_t generation) const {
  if (index >= slots_.size() || slots_[index].generation != generation) return {};
  return borrow(slots_[index].object);
}

Borrowed ObjectTable::peek(uint32_t index) const {
  return index < slots_.size() ? borrow(slots_[index].object) : Borrowed();
}

void ObjectTable::close() {
  closed_ = true;
  std::vector<Slot> slots = std::move(slots_);
  slots_.clear();
  free_.clear();
  indexOf_.clear();
  size_.store(0, std::memory_order_relaxed);
  weight_ = 0;
  for (Slot& slot : slots) {
    if (slot.object != nullptr) decRefAnywhere(slot.object);
  }
}

TempTable::Slot& TempTable::at(uint32_t index) {
  if (index >= slots_.size()) slots_.resize(index + 1 > slots_.size() * 2 ? index + 1 : slots_.size() * 2);
  return slots_[index];
}

TempTable::State TempTable::state(uint32_t index) const {
  if (index >= slots_.size()) return State::kPending;
  const Slot& slot = slots_[index];
  if (slot.value) return State::kReady;
  return slot.failure ? State::kFailed : State::kPending;
}

void TempTable::succeed(uint32_t index, Ref value) {
  const size_t weight = weightOf(value);
  if (closed_) return;  // Rule 4
  Slot& slot = at(index);
  weight_ += weight - slot.weight;
  slot.weight = weight;
  if (!slot.value && !slot.failure) count(1);
  std::swap(slot.value, value);  // an old value, if any, dies after the table is consistent
}

void TempTable::fail(uint32_t index, FailureRef failure) {
  if (closed_) return;  // Rule 4
  Slot& slot = at(index);
  if (!slot.value && !slot.failure) count(1);
  weight_ -= slot.weight;
  slot.weight = 0;
  slot.failure = std::move(failure);
  Ref old = std::move(slot.value);  // an awaitable that failed; dies after the table is consistent
}

void TempTable::release(uint32_t index) {
  if (index >= slots_.size()) return;
  Slot& slot = slots_[index];
  if (slot.value || slot.failure) count(size_t{0} - 1);
  weight_ -= slot.weight;
  slot.weight = 0;
  Ref value = std::move(slot.value);
  FailureRef failure = std::move(slot.failure);
  slot.failure.reset();
}

void TempTable::close() {
  closed_ = true;
  std::vector<Slot> slots = std::move(slots_);
  slots_.clear();
  live_.store(0, std::memory_order_relaxed);
  weight_ = 0;
}

}  // namespace snakebridge
