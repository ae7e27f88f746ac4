// The key lists ("shapes") of a message's plain dicts. Needs the GIL.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "py/ref.h"

namespace snakebridge {

// Two dicts have one shape when their keys are the same str objects in the same order; equal strings in other
// objects make another shape, which costs bytes, not correctness. The table owns the keys, so that an address is
// an identity.
class ShapeTable {
 public:
  struct Found {
    uint32_t number;
    bool isNew;
  };
  // The shape of `dict`; nothing when a key is no exact str.
  std::optional<Found> shapeOf(Borrowed dict);
  uint32_t size(uint32_t shape) const { return starts_[shape + 1] - starts_[shape]; }
  Borrowed key(uint32_t shape, size_t index) const { return keys_[starts_[shape] + index]; }
  bool isSmall() const { return keys_.capacity() <= 1024 && slots_.size() <= 1024; }
  void clear();

 private:
  bool isShape(uint32_t shape) const;
  void addSlot(uint32_t shape);

  std::vector<Ref> keys_;             // of all shapes, one after another
  std::vector<uint32_t> starts_{};    // shape → its first key; one more than there are shapes
  std::vector<uint64_t> hashes_;      // shape → hash of its keys' addresses
  std::vector<uint32_t> slots_;       // open addressing: shape + 1, or 0
  std::vector<PyObject*> candidate_;  // borrowed from the dict being looked up
};

}  // namespace snakebridge
