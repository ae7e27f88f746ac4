// Python ints ↔ wire bytes, exact at every size. Needs the GIL.
#pragma once

#include <cstdint>

#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

constexpr int64_t kMaxSafeInteger = (int64_t{1} << 53) - 1;

inline bool fitsInt32(int64_t value) { return value == static_cast<int32_t>(value); }
inline bool isSafeInteger(int64_t value) { return value >= -kMaxSafeInteger && value <= kMaxSafeInteger; }

// Outside ±(2⁵³ − 1); `small` is the value itself unless `overflow` (its sign) says it left 64 bits.
void encodeBigInt(wire::Writer& out, Borrowed value, int64_t small, int overflow);

// `value` is an exact int.
inline void encodeInt(wire::Writer& out, Borrowed value) {
  int overflow = 0;
  const int64_t small = py.PyLong_AsLongLongAndOverflow(value.get(), &overflow);
  if (overflow != 0 || !isSafeInteger(small)) return encodeBigInt(out, value, small, overflow);
  if (fitsInt32(small)) return out.header(wire::Tag::kInt32, static_cast<uint32_t>(small));
  out.header(wire::Tag::kInt53, 0);
  out.number(static_cast<double>(small));
}

// The int a kInt53 word holds; throws MalformedMessage for a double that is no safe integer.
inline int64_t safeInteger(double value) {
  if (!(value >= -static_cast<double>(kMaxSafeInteger) && value <= static_cast<double>(kMaxSafeInteger)) ||
      static_cast<double>(static_cast<int64_t>(value)) != value) {
    throw wire::MalformedMessage("an int53 holds something else");
  }
  return static_cast<int64_t>(value);
}

// `words` 64-bit digits, least significant first.
Ref decodeBigInt(wire::Reader& in, uint32_t words, bool negative);

}  // namespace snakebridge
