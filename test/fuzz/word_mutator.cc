// How libFuzzer changes an input: half of the time as it does anyway, byte by byte, and else in the words that messages
// are made of. Bytes alone seldom make a header with a count that is one too high, or move a value to where another
// was.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>

#include "wire/wire.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

namespace {

using snakebridge::wire::kWord;

constexpr uint32_t kTags = 31;
// Also what overflows 32 bits when it is multiplied by the size of an element.
constexpr uint32_t kCounts[] = {0x10000001, 0x20000001, 0x40000001, 0x7fffffff, 0x80000001, 0xfffffffe, 0xffffffff};
constexpr double kNumbers[] = {0, -0.0, -1, 0.5, 8, 40, 41, 48, 9007199254740992, 1e19, 1e300};

class WordMutator {
 public:
  WordMutator(uint8_t* data, size_t words, size_t most, unsigned seed)
      : data_(data), words_(words), most_(most), random_(seed) {}

  size_t mutate() {
    switch (words_ == 0 ? 0 : upTo(5)) {
      case 0:
        insert();
        break;
      case 1:
        setHeader(upTo(words_ - 1));
        break;
      case 2:
        put(upTo(words_ - 1), 4, count());
        break;
      case 3: {
        const double number = kNumbers[upTo(std::size(kNumbers) - 1)];
        std::memcpy(at(upTo(words_ - 1)), &number, kWord);
        break;
      }
      case 4:
        copy();
        break;
      default:
        remove();
    }
    return words_ * kWord;
  }

 private:
  uint8_t* at(size_t word) { return data_ + word * kWord; }
  size_t upTo(size_t last) { return std::uniform_int_distribution<size_t>(0, last)(random_); }

  void put(size_t word, size_t offset, size_t value) {
    const auto narrow = static_cast<uint32_t>(value);
    std::memcpy(at(word) + offset, &narrow, sizeof narrow);
  }

  // Small, about what is there, or far too much.
  size_t count() {
    switch (upTo(3)) {
      case 0:
        return kCounts[upTo(std::size(kCounts) - 1)];
      case 1:
        return words_ + upTo(2) - 1;
      default:
        return upTo(6);
    }
  }

  void setHeader(size_t word) {
    const size_t tag = upTo(kTags);
    put(word, 0, tag | (upTo(3) == 0 ? upTo(15) << 8 : 0));
    put(word, 4, count());
    // Objects have a generation behind them: the first, mostly.
    if (tag == static_cast<size_t>(snakebridge::wire::Tag::kObject) && word + 1 < words_) put(word + 1, 0, 1);
  }

  void insert() {
    if (words_ == most_) return;
    const size_t place = upTo(words_);
    std::memmove(at(place + 1), at(place), (words_ - place) * kWord);
    words_++;
    setHeader(place);
  }

  void copy() {
    const size_t from = upTo(words_ - 1);
    const size_t to = upTo(words_ - 1);
    const size_t length = 1 + upTo(std::min<size_t>(7, words_ - 1 - std::max(from, to)));
    std::memmove(at(to), at(from), length * kWord);
  }

  void remove() {
    const size_t place = upTo(words_ - 1);
    const size_t length = 1 + upTo(std::min<size_t>(3, words_ - 1 - place));
    std::memmove(at(place), at(place + length), (words_ - place - length) * kWord);
    words_ -= length;
  }

  uint8_t* const data_;
  size_t words_;
  const size_t most_;
  std::minstd_rand random_;
};

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize, unsigned seed) {
  if ((seed & 1) != 0) return LLVMFuzzerMutate(data, size, maxSize);
  return WordMutator(data, size / kWord, maxSize / kWord, seed >> 1).mutate();
}
