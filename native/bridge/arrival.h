// What other threads send JS: results, or a request.
#pragma once

#include <cstring>
#include <span>
#include <utility>

#include "wire/bytes.h"

namespace snakebridge {

// Lives in a slot (py/one_way.h). A few bytes lie in it; for more it keeps memory, which the next value there uses.
class Arrival {
 public:
  bool isCall = false;
  bool lastOfBatch = false;

  // Leaves `bytes` empty: with its own memory, or with what the last value here used.
  void set(wire::Writer& bytes) {
    size_ = bytes.size();
    if (size_ <= sizeof inside_) {
      if (size_ != 0) std::memcpy(inside_, bytes.data(), size_);
    } else {
      std::swap(outside_, bytes);
    }
    bytes.clear();
  }
  std::span<const uint8_t> bytes() const { return {size_ <= sizeof inside_ ? inside_ : outside_.data(), size_}; }
  // The other way round.
  void take(wire::Writer& out) {
    if (size_ <= sizeof inside_) {
      out.clear();
      out.bytes(inside_, size_);
    } else {
      std::swap(outside_, out);
    }
  }
  // They have been read.
  void clear() {
    size_ = 0;
    if (outside_.capacity() > kKept) outside_ = wire::Writer();
  }

 private:
  static constexpr size_t kKept = 4096;
  uint32_t size_ = 0;
  alignas(8) uint8_t inside_[216]{};
  wire::Writer outside_;
};

}  // namespace snakebridge
