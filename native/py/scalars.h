// The values that cross without a container, an allocation or a line of Python code. Needs the GIL.
#pragma once

#include "py/integers.h"
#include "py/python_error.h"
#include "py/strings.h"

namespace snakebridge {

inline void encodeFloat(wire::Writer& out, double value) {
  out.header(wire::Tag::kFloat, 0);
  out.number(value);
}

void encodeBytes(wire::Writer& out, Borrowed value);

// False: `value` is no scalar, and nothing was written. Exact types only; the most frequent first.
inline bool encodeScalar(wire::Writer& out, Borrowed value) {
  PyObject* const type = typeOf(value.get());
  if (type == py.UnicodeType) {
    encodeString(out, value);
  } else if (type == py.LongType) {
    encodeInt(out, value);
  } else if (type == py.FloatType) {
    encodeFloat(out, py.PyFloat_AsDouble(value.get()));
  } else if (value.is(py.None)) {
    out.header(wire::Tag::kNone, 0);
  } else if (type == py.BoolType) {
    out.header(value.is(py.True) ? wire::Tag::kTrue : wire::Tag::kFalse, 0);
  } else if (type == py.BytesType) {
    encodeBytes(out, value);
  } else {
    return false;
  }
  return true;
}

// A value whose header word was just read; an empty Ref when its tag is no scalar's.
Ref decodeScalar(wire::Reader& in, wire::Reader::Word header);

}  // namespace snakebridge
