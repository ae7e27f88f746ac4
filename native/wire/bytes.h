// Writer and Reader over wire bytes. Knows neither Node nor CPython; no locks, one owner at a time.
#pragma once

#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "wire/wire.h"

namespace snakebridge::wire {

// Both languages count a message's bytes in 31 bits.
constexpr size_t kLargestMessage = 0x7ffffff8;

class MessageTooLarge : public std::length_error {
 public:
  MessageTooLarge()
      : std::length_error(
            "the value has more elements than fit: expected less than 2 GiB of values in one result; "
            "keep it in Python ($keep) and take parts of it, or share its memory (memoryview, NumPy)") {}
};

// A growing, word-aligned byte buffer. Always a whole number of words long.
class Writer {
 public:
  Writer() = default;
  Writer(Writer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Writer& operator=(Writer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { std::free(data_); }

  const uint8_t* data() const { return data_; }
  uint8_t* data() { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }
  // Undoes everything written after `size`; used when an encoding fails half-way.
  void truncate(size_t size) { size_ = size; }

  // `bytes` more bytes, rounded up to words; the padding is zeroed. The pointer holds until the next append.
  uint8_t* append(size_t bytes) {
    const size_t rounded = padded(bytes);
    if (rounded > capacity_ - size_) grow(rounded);
    uint8_t* at = data_ + size_;
    if (rounded != bytes) std::memset(at + rounded - kWord, 0, kWord);
    size_ += rounded;
    return at;
  }
  void word(uint32_t low, uint32_t high) {
    uint32_t both[2] = {low, high};
    std::memcpy(append(kWord), both, kWord);
  }
  void header(Tag tag, uint32_t n, uint32_t arg = 0) { word(static_cast<uint32_t>(tag) | arg << 8, n); }
  void number(double value) { std::memcpy(append(kWord), &value, kWord); }
  void bytes(const void* from, size_t count) {
    uint8_t* to = append(count);
    if (count != 0) std::memcpy(to, from, count);
  }
  void patch32(size_t offset, uint32_t value) { std::memcpy(data_ + offset, &value, 4); }

 private:
  void grow(size_t more) {
    if (more > kLargestMessage - size_) throw MessageTooLarge();
    size_t wanted = capacity_ < 256 ? 256 : capacity_ * 2;
    if (wanted > kLargestMessage) wanted = kLargestMessage;
    if (wanted < size_ + more) wanted = size_ + more;
    auto* moved = static_cast<uint8_t*>(std::realloc(data_, wanted));
    if (moved == nullptr) throw std::bad_alloc();
    data_ = moved;
    capacity_ = wanted;
  }
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Thrown when bytes do not follow wire.h: a bug on the other side, or forged input. Never a crash.
struct MalformedMessage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Reads words with bounds checks. `data` must be 8-byte aligned.
class Reader {
 public:
  Reader(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  // The same bytes in another place.
  void rebase(const uint8_t* data) { data_ = data; }
  size_t position() const { return position_; }
  size_t remaining() const { return size_ - position_; }
  void seek(size_t position) {
    if (position > size_) throw MalformedMessage("a message ends too early");
    position_ = position;
  }
  const uint8_t* take(size_t bytes) {
    if (bytes > remaining() || padded(bytes) > remaining()) throw MalformedMessage("a message ends too early");
    const uint8_t* at = data_ + position_;
    position_ += padded(bytes);
    return at;
  }
  struct Word {
    uint32_t low;
    uint32_t high;
  };
  Word word() {
    Word both;
    std::memcpy(&both, take(kWord), kWord);
    return both;
  }
  Word peek() const {
    if (remaining() < kWord) throw MalformedMessage("a message ends too early");
    Word both;
    std::memcpy(&both, data_ + position_, kWord);
    return both;
  }
  double number() {
    double value;
    std::memcpy(&value, take(kWord), kWord);
    return value;
  }

 private:
  const uint8_t* data_;
  size_t size_;
  size_t position_ = 0;
};

}  // namespace snakebridge::wire
