#include "py/packed_lists.h"

#include "py/integers.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

using wire::Tag;
using GetItem = PyObject* (*)(PyObject*, Py_ssize_t);

void writeHeader(uint8_t* at, Tag tag, Py_ssize_t size, bool isTuple) {
  const uint32_t words[2] = {static_cast<uint32_t>(tag) | (isTuple ? 1u << 8 : 0u), static_cast<uint32_t>(size)};
  std::memcpy(at, words, sizeof words);
}

bool packFloats(wire::Writer& out, PyObject* list, GetItem item, Py_ssize_t size, bool isTuple) {
  const size_t start = out.size();
  uint8_t* to = out.append(wire::kWord + static_cast<size_t>(size) * 8);
  writeHeader(to, Tag::kFloatList, size, isTuple);
  to += wire::kWord;
  for (Py_ssize_t i = 0; i < size; ++i, to += 8) {
    PyObject* element = item(list, i);
    if (typeOf(element) != py.FloatType) {
      out.truncate(start);
      return false;
    }
    const double value = py.PyFloat_AsDouble(element);
    std::memcpy(to, &value, 8);
  }
  return true;
}

// An element that is an exact int and safe; false otherwise.
inline bool readSafe(PyObject* element, int64_t& value) {
  if (typeOf(element) != py.LongType) return false;
  int overflow = 0;
  value = py.PyLong_AsLongLongAndOverflow(element, &overflow);
  return overflow == 0 && isSafeInteger(value);
}

// Turns the first `count` of the int32 elements behind the header at `start` into doubles, in place.
void widen(wire::Writer& out, size_t start, Py_ssize_t size, Py_ssize_t count) {
  out.append(static_cast<size_t>(size) * 8 - wire::padded(static_cast<size_t>(size) * 4));
  uint8_t* elements = out.data() + start + wire::kWord;
  for (Py_ssize_t i = count - 1; i >= 0; --i) {  // backwards: each lands behind those still to be read
    int32_t narrow;
    std::memcpy(&narrow, elements + i * 4, 4);
    const double wide = narrow;
    std::memcpy(elements + i * 8, &wide, 8);
  }
}

bool packInts(wire::Writer& out, PyObject* list, GetItem item, Py_ssize_t size, bool isTuple) {
  const size_t start = out.size();
  writeHeader(out.append(wire::kWord + static_cast<size_t>(size) * 4), Tag::kInt32List, size, isTuple);
  uint8_t* to = out.data() + start + wire::kWord;
  int64_t value = 0;
  Py_ssize_t i = 0;
  for (; i < size; ++i, to += 4) {
    if (!readSafe(item(list, i), value)) {
      out.truncate(start);
      return false;
    }
    if (!fitsInt32(value)) break;
    const auto narrow = static_cast<int32_t>(value);
    std::memcpy(to, &narrow, 4);
  }
  if (i == size) return true;

  widen(out, start, size, i);
  writeHeader(out.data() + start, Tag::kInt53List, size, isTuple);
  to = out.data() + start + wire::kWord + i * 8;
  for (; i < size; ++i, to += 8) {
    if (!readSafe(item(list, i), value)) {
      out.truncate(start);
      return false;
    }
    const auto wide = static_cast<double>(value);
    std::memcpy(to, &wide, 8);
  }
  return true;
}

template <class Number, class Make>
Ref unpack(wire::Reader& in, uint32_t size, bool isTuple, Make make) {
  const uint8_t* from = in.take(size_t{size} * sizeof(Number));
  const auto setItem = isTuple ? py.PyTuple_SetItem : py.PyList_SetItem;
  Ref list = check(isTuple ? py.PyTuple_New(size) : py.PyList_New(size));
  for (uint32_t i = 0; i < size; ++i, from += sizeof(Number)) {
    Number value;
    std::memcpy(&value, from, sizeof value);
    PyObject* element = make(value);
    if (element == nullptr) throw PythonError::fetch();
    setItem(list.get(), i, element);  // steals; the slot exists
  }
  return list;
}

}  // namespace

bool encodePackedList(wire::Writer& out, Borrowed list, Py_ssize_t size, bool isTuple) {
  if (size == 0) return false;
  const GetItem item = isTuple ? py.PyTuple_GetItem : py.PyList_GetItem;
  // Three looks spare most mixed lists the scan.
  PyObject* const type = typeOf(item(list.get(), 0));
  if (type != py.FloatType && type != py.LongType) return false;
  if (typeOf(item(list.get(), size - 1)) != type || typeOf(item(list.get(), size / 2)) != type) return false;
  return type == py.FloatType ? packFloats(out, list.get(), item, size, isTuple)
                              : packInts(out, list.get(), item, size, isTuple);
}

Ref decodePackedList(wire::Reader& in, Tag tag, uint32_t size, bool isTuple) {
  switch (tag) {
    case Tag::kFloatList:
      return unpack<double>(in, size, isTuple, [](double value) { return py.PyFloat_FromDouble(value); });
    case Tag::kInt32List:
      return unpack<int32_t>(in, size, isTuple, [](int32_t value) { return py.PyLong_FromLong(value); });
    default:
      return unpack<double>(in, size, isTuple, [](double value) { return py.PyLong_FromLongLong(safeInteger(value)); });
  }
}

}  // namespace snakebridge
