#include "py/scalars.h"

#include <limits>

namespace snakebridge {

using wire::Tag;

void encodeBytes(wire::Writer& out, Borrowed value) {
  const Py_ssize_t size = py.PyBytes_Size(value.get());
  if (size > Py_ssize_t{std::numeric_limits<uint32_t>::max()}) {
    raise(py.OverflowError, "the bytes are more than fit (4 GiB); share their memory with memoryview() instead");
  }
  out.header(Tag::kBytes, static_cast<uint32_t>(size));
  out.bytes(py.PyBytes_AsString(value.get()), static_cast<size_t>(size));
}

Ref decodeScalar(wire::Reader& in, wire::Reader::Word header) {
  const uint32_t n = header.high;
  switch (const Tag tag = static_cast<Tag>(header.low & 0xff)) {
    case Tag::kNone:
      return own(py.None);
    case Tag::kTrue:
      return own(py.True);
    case Tag::kFalse:
      return own(py.False);
    case Tag::kInt32:
      return check(py.PyLong_FromLong(static_cast<int32_t>(n)));
    case Tag::kInt53:
      return check(py.PyLong_FromLongLong(safeInteger(in.number())));
    case Tag::kFloat:
      return check(py.PyFloat_FromDouble(in.number()));
    case Tag::kBigInt:
      return decodeBigInt(in, n, (header.low >> 8) != 0);
    case Tag::kAscii:
    case Tag::kUtf8:
    case Tag::kUtf16:
      return decodeString(in, tag, n);
    case Tag::kBytes:
      return check(py.PyBytes_FromStringAndSize(reinterpret_cast<const char*>(in.take(n)), n));
    default:
      return Ref();
  }
}

}  // namespace snakebridge
