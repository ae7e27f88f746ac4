#include "py/integers.h"

#include <limits>

#include "py/python_error.h"

namespace snakebridge {

namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;

void writeWord(wire::Writer& out, uint64_t magnitude, bool negative) {
  out.header(wire::Tag::kBigInt, 1, negative ? 1 : 0);
  out.word(static_cast<uint32_t>(magnitude), static_cast<uint32_t>(magnitude >> 32));
}

Ref callMethod(Borrowed object, const char* name, Borrowed first = {}, Borrowed second = {}) {
  const Ref method = check(py.PyObject_GetAttrString(object.get(), name));
  return check(py.PyObject_CallFunctionObjArgs(method.get(), first.get(), second.get(), nullptr));
}

}  // namespace

void encodeBigInt(wire::Writer& out, Borrowed value, int64_t small, int overflow) {
  if (overflow == 0) {
    const bool negative = small < 0;
    const auto bits = static_cast<uint64_t>(small);
    return writeWord(out, negative ? 0 - bits : bits, negative);
  }
  // Method calls, because the functions that read digits differ between 3.11 and 3.13.
  const Ref magnitude = check(py.PyNumber_Absolute(value.get()));
  const Ref bitLength = callMethod(magnitude, "bit_length");
  const Py_ssize_t bits = py.PyLong_AsSsize_t(bitLength.get());
  if (bits < 0) throw PythonError::fetch();
  const Py_ssize_t words = bits / 64 + (bits % 64 != 0 ? 1 : 0);
  if (words > std::numeric_limits<uint32_t>::max()) raise(py.OverflowError, "the int has more digits than fit");
  const Ref size = check(py.PyLong_FromLongLong(words * 8));
  const Ref order = check(py.PyUnicode_FromString("little"));
  const Ref bytes = callMethod(magnitude, "to_bytes", size, order);
  out.header(wire::Tag::kBigInt, static_cast<uint32_t>(words), overflow < 0 ? 1 : 0);
  out.bytes(py.PyBytes_AsString(bytes.get()), static_cast<size_t>(words) * 8);
}

Ref decodeBigInt(wire::Reader& in, uint32_t words, bool negative) {
  const uint8_t* digits = in.take(size_t{words} * 8);
  if (words <= 1) {
    uint64_t magnitude = 0;
    if (words == 1) std::memcpy(&magnitude, digits, sizeof magnitude);
    if (!negative) return check(py.PyLong_FromUnsignedLongLong(magnitude));
    if (magnitude <= kSignBit) return check(py.PyLong_FromLongLong(static_cast<int64_t>(0 - magnitude)));
  }
  const Ref bytes = check(py.PyBytes_FromStringAndSize(reinterpret_cast<const char*>(digits), Py_ssize_t{words} * 8));
  const Ref order = check(py.PyUnicode_FromString("little"));
  Ref magnitude = callMethod(borrow(py.LongType), "from_bytes", bytes, order);
  return negative ? check(py.PyNumber_Negative(magnitude.get())) : std::move(magnitude);
}

}  // namespace snakebridge
