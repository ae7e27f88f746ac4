// Python strings ↔ wire bytes. Needs the GIL.
#pragma once

#include <cstdint>

#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

// `text` is an exact str. Throws ValueError for one that JavaScript cannot hold: two code points that are
// surrogate halves side by side would become one character.
void encodeString(wire::Writer& out, Borrowed text);

// The body of a kAscii, kUtf8 or kUtf16 value whose header said `n`.
Ref decodeString(wire::Reader& in, wire::Tag tag, uint32_t n);

// A whole string value that is a dict key: such strings come again and again, so the last ones are kept
// (a bounded cache of ours, not interning: on 3.12 interned strings are never freed).
Ref decodeKey(wire::Reader& in);

}  // namespace snakebridge
