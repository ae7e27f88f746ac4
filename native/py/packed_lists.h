// Lists and tuples of numbers, packed: one header, then bare numbers. Needs the GIL.
#pragma once

#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

// Writes kFloatList, kInt32List or kInt53List when every element is an exact float, or every element an exact
// int within ±(2⁵³ − 1). False: nothing was written. `size` is that of the list and fits 32 bits.
bool encodePackedList(wire::Writer& out, Borrowed list, Py_ssize_t size, bool isTuple);

// The body of such a list; `tag` is one of the three.
Ref decodePackedList(wire::Reader& in, wire::Tag tag, uint32_t size, bool isTuple);

}  // namespace snakebridge
