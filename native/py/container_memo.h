// Which containers a message has met, and their numbers. Needs the GIL.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "py/ref.h"

namespace snakebridge {

// Open addressing over object addresses. It owns its keys: an address is only an identity while nobody can
// reuse it, and encoding may run Python code that drops a container.
class ContainerMemo {
 public:
  ContainerMemo() = default;
  ContainerMemo(const ContainerMemo&) = delete;
  ContainerMemo& operator=(const ContainerMemo&) = delete;

  // The number kept for `container`, or nothing after keeping `number` for it.
  std::optional<uint32_t> findOrKeep(Borrowed container, uint32_t number) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slotOf(slots_, container.get());
    if (slot.container) return slot.number;
    slot.container = own(container);
    slot.number = number;
    ++used_;
    return std::nullopt;
  }
  // Changes the number of a container that is kept.
  void renumber(Borrowed container, uint32_t number) { slotOf(slots_, container.get()).number = number; }

  bool isSmall() const { return slots_.size() <= 256; }
  void clear() {
    if (used_ == 0) return;
    used_ = 0;
    for (Slot& slot : slots_) slot.container = Ref();
  }

 private:
  struct Slot {
    Ref container;
    uint32_t number = 0;
  };
  static Slot& slotOf(std::vector<Slot>& slots, PyObject* container) {
    const size_t mask = slots.size() - 1;
    size_t at = (reinterpret_cast<uintptr_t>(container) >> 4) * 0x9e3779b97f4a7c15u >> 20 & mask;
    while (slots[at].container && !slots[at].container.is(container)) at = (at + 1) & mask;
    return slots[at];
  }
  void grow() {
    std::vector<Slot> larger(slots_.empty() ? 16 : slots_.size() * 2);
    for (Slot& slot : slots_) {
      if (slot.container) slotOf(larger, slot.container.get()) = std::move(slot);
    }
    slots_.swap(larger);
  }

  std::vector<Slot> slots_;
  size_t used_ = 0;
};

}  // namespace snakebridge
