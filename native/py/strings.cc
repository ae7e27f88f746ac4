#include "py/strings.h"

#include <limits>

#include "py/python_error.h"

namespace snakebridge {

namespace {

using wire::Tag;

// From here on a non-ASCII str goes as UTF-16: CPython writes it and V8 reads it 2 to 10 times faster than UTF-8
// (1 MB of mixed text: 0.27 against 0.63 ms, and 1.3 against 3.7 ms). And PyUnicode_AsUTF8AndSize would keep a
// second copy of the text for as long as the str lives.
constexpr Py_ssize_t kLongString = 128;
constexpr Py_ssize_t kByteOrderMark = 2;
constexpr uint32_t kLongestKey = 64;
constexpr size_t kKeySlots = 1024;

void writeText(wire::Writer& out, Tag tag, const char* text, Py_ssize_t size, Py_ssize_t unit) {
  if (size / unit > std::numeric_limits<uint32_t>::max()) {
    raise(py.OverflowError, "the str has more characters than fit (4 GiB of encoded text)");
  }
  const auto bytes = static_cast<size_t>(size);
  uint8_t* to = out.append(wire::kWord + bytes);
  const uint32_t header[2] = {static_cast<uint32_t>(tag), static_cast<uint32_t>(size / unit)};
  std::memcpy(to, header, wire::kWord);
  if (bytes != 0) std::memcpy(to + wire::kWord, text, bytes);
}

void writeUtf16(wire::Writer& out, Borrowed encoded, Py_ssize_t skipped) {
  const char* text = py.PyBytes_AsString(encoded.get()) + skipped;
  writeText(out, Tag::kUtf16, text, py.PyBytes_Size(encoded.get()) - skipped, 2);
}

Ref decodeUtf16(const char* units, Py_ssize_t size) {
  int littleEndian = -1;
  return check(py.PyUnicode_DecodeUTF16(units, size, "surrogatepass", &littleEndian));
}

// The pending error must be the encoder's refusal of a surrogate; anything else is thrown on.
void clearSurrogateError() {
  if (!py.PyErr_ExceptionMatches(py.ValueError)) throw PythonError::fetch();
  py.PyErr_Clear();  // UnicodeEncodeError: the text has lone surrogates and goes as UTF-16
}

void encodeSurrogates(wire::Writer& out, Borrowed text) {
  const Ref encoded = check(py.PyUnicode_AsEncodedString(text.get(), "utf-16-le", "surrogatepass"));
  const Ref back = decodeUtf16(py.PyBytes_AsString(encoded.get()), py.PyBytes_Size(encoded.get()));
  const int order = py.PyUnicode_Compare(text.get(), back.get());
  if (order == -1 && py.PyErr_Occurred() != nullptr) throw PythonError::fetch();
  if (order != 0) {
    raise(py.ValueError,
          "a str with a high surrogate followed by a low one cannot become a JavaScript string: the two would "
          "read as one character; encode it to bytes first");
  }
  writeUtf16(out, encoded, 0);
}

bool isAscii(Borrowed text) {
  static const Ref& method = *new Ref(check(py.PyObject_GetAttrString(py.UnicodeType, "isascii")));
  const Ref answer = check(py.PyObject_CallFunctionObjArgs(method.get(), text.get(), nullptr));
  return answer.is(py.True);
}

struct CachedKey {
  Ref key;
  const char* text = nullptr;  // belongs to `key`
  uint32_t size = 0;
};

size_t keySlot(const uint8_t* text, size_t size) {
  uint64_t hash = size;
  for (size_t at = 0; at < size; at += wire::kWord) {  // whole words: the padding is zero
    uint64_t word;
    std::memcpy(&word, text + at, wire::kWord);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  return hash % kKeySlots;
}

}  // namespace

void encodeString(wire::Writer& out, Borrowed text) {
  const Py_ssize_t length = py.PyUnicode_GetLength(text.get());
  if (length < kLongString || isAscii(text)) {
    Py_ssize_t size = 0;
    const char* utf8 = py.PyUnicode_AsUTF8AndSize(text.get(), &size);
    if (utf8 != nullptr) return writeText(out, size == length ? Tag::kAscii : Tag::kUtf8, utf8, size, 1);
    clearSurrogateError();
    return encodeSurrogates(out, text);
  }
  const Ref encoded = steal(py.PyUnicode_AsUTF16String(text.get()));
  if (encoded) return writeUtf16(out, encoded, kByteOrderMark);
  clearSurrogateError();
  encodeSurrogates(out, text);
}

Ref decodeString(wire::Reader& in, Tag tag, uint32_t n) {
  if (tag == Tag::kUtf16) {
    const Py_ssize_t size = Py_ssize_t{n} * 2;
    return decodeUtf16(reinterpret_cast<const char*>(in.take(static_cast<size_t>(size))), size);
  }
  const auto* text = reinterpret_cast<const char*>(in.take(n));
  return check(tag == Tag::kAscii ? py.PyUnicode_DecodeLatin1(text, n, nullptr)
                                  : py.PyUnicode_DecodeUTF8(text, n, nullptr));
}

Ref decodeKey(wire::Reader& in) {
  static CachedKey* const cache = new CachedKey[kKeySlots];  // never destroyed: it would outlive the interpreter
  const wire::Reader::Word header = in.word();
  const Tag tag = static_cast<Tag>(header.low & 0xff);
  const uint32_t size = header.high;
  if (tag == Tag::kUtf8 || tag == Tag::kUtf16 || (tag == Tag::kAscii && size > kLongestKey)) {
    return decodeString(in, tag, size);
  }
  if (tag != Tag::kAscii) throw wire::MalformedMessage("a key of a plain object is not a string");
  const uint8_t* text = in.take(size);
  CachedKey& cached = cache[keySlot(text, size)];
  if (!cached.key || cached.size != size || std::memcmp(cached.text, text, size) != 0) {
    Ref key = check(py.PyUnicode_DecodeLatin1(reinterpret_cast<const char*>(text), size, nullptr));
    Py_ssize_t kept = 0;
    const char* own = py.PyUnicode_AsUTF8AndSize(key.get(), &kept);
    if (own == nullptr) throw PythonError::fetch();
    if (kept != Py_ssize_t{size}) throw wire::MalformedMessage("an ASCII string holds other bytes");
    cached.key = std::move(key);
    cached.text = own;
    cached.size = size;
  }
  return cached.key.copy();
}

}  // namespace snakebridge
