// Wire bytes → Python values. Needs the GIL. Iterative, bounds-checked: malformed bytes throw MalformedMessage,
// values Python refuses (an unhashable key) throw PythonError.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

struct MemoryView {
  uint32_t external;  // index into the batch's externals
  uint32_t kind;      // wire::MemoryKind
  uint32_t dtype;     // wire::DType | 0x100 when big-endian
  double byteOffset;
  double byteLength;
  std::vector<double> shape;    // kNdArray only
  std::vector<double> strides;  // kNdArray only, bytes
};

// What the bytes refer to outside themselves. Each throws PythonError when the thing is gone or was never there.
class ImportSource {
 public:
  virtual ~ImportSource() = default;
  virtual Ref object(uint32_t index, uint32_t generation) = 0;
  virtual Ref temp(uint32_t index) = 0;
  virtual Ref memory(const MemoryView& view) = 0;
  virtual Ref exported(uint32_t exportId) = 0;
  virtual Ref jsValue(uint32_t id, uint32_t kind, std::string_view details) = 0;
};

class Decoder {
 public:
  Decoder(wire::Reader& in, ImportSource& source) : in_(in), source_(source) {}
  ~Decoder() { abandon(); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  // The next value of the current message.
  Ref decode();
  // Starts a new message: container and shape numbers begin at 0 again.
  void reset();

  // The key counts of the shapes a message has defined so far: one of these per message, because a later operand
  // may use a shape that an earlier one defined.
  using ShapeSizes = std::vector<uint32_t>;
  // Skips the next value without building anything, calling `onTemp` for each kTemp, `onObject` for each kObject
  // index and `onJsValue` for each kJsValue id in it (the scheduler asks what an operation depends on). Needs no GIL.
  template <class OnTemp, class OnObject, class OnJsValue>
  static void scan(wire::Reader& in, ShapeSizes& shapes, OnTemp onTemp, OnObject onObject, OnJsValue onJsValue);
  template <class OnTemp, class OnObject>
  static void scan(wire::Reader& in, ShapeSizes& shapes, OnTemp onTemp, OnObject onObject) {
    scan(in, shapes, onTemp, onObject, [](uint32_t) {});
  }

 private:
  enum class Kind : uint8_t { kList, kTuple, kDict, kShaped, kSet, kFrozenSet, kRich };
  // A container whose elements are being read.
  struct Frame {
    Kind kind;
    uint32_t size;      // values it takes; a dict takes two for each entry
    uint32_t index;     // values it has
    uint32_t number;    // of the container; kRich: wire::RichKind
    uint32_t firstKey;  // kShaped: into keys_
    Ref object;
    Ref key;  // kDict: the key whose value comes next
  };
  struct Shape {
    uint32_t firstKey;
    uint32_t size;
    Ref model;  // a dict with the keys, from the second dict on
  };

  Ref read();
  Ref open(wire::Reader::Word header);
  Ref openShaped(uint32_t number);
  Ref push(Kind kind, uint32_t size, Ref object);
  void accept(Ref value);
  void acceptEntry(Frame& frame, Ref value);
  Ref close();
  Ref readPacked(wire::Tag tag, uint32_t size, bool isTuple);
  Ref readBackRef(uint32_t number) const;
  Ref readMemory(uint32_t external, uint32_t kind);
  Ref readJsValue(uint32_t id, uint32_t kind);
  void defineShape();
  Ref modelOf(const Shape& shape) const;
  void expectWords(uint64_t count) const;
  void settleOpenLists();
  void abandon();

  wire::Reader& in_;
  ImportSource& source_;
  std::vector<Frame> frames_;
  std::vector<Ref> containers_;  // by number; empty while a tuple or frozenset is being built
  std::vector<Shape> shapes_;
  std::vector<Ref> keys_;  // of all shapes
  uint64_t owed_ = 0;      // values that open frames below the top one still expect
  size_t settled_ = 0;     // frames_[0 … settled_) have no empty slot that Python code could see
};

// What a value that failed has left. A list may live on in a cycle, where the collector shows it to Python code.
inline void Decoder::abandon() {
  if (frames_.empty()) return;
  settleOpenLists();
  frames_.clear();
}

template <class OnTemp, class OnObject, class OnJsValue>
void Decoder::scan(wire::Reader& in, ShapeSizes& shapes, OnTemp onTemp, OnObject onObject, OnJsValue onJsValue) {
  using wire::Tag;
  for (uint64_t owed = 1; owed != 0; --owed) {
    const wire::Reader::Word header = in.word();
    const uint64_t n = header.high;
    switch (static_cast<Tag>(header.low & 0xff)) {
      case Tag::kTemp:
        onTemp(header.high);
        break;
      case Tag::kObject:
        in.take(wire::kWord);
        onObject(header.high);
        break;
      case Tag::kNone:
      case Tag::kTrue:
      case Tag::kFalse:
      case Tag::kInt32:
      case Tag::kBackRef:
      case Tag::kExport:
        break;
      case Tag::kJsValue:
        in.take(in.word().low);
        onJsValue(header.high);
        break;
      case Tag::kInt53:
      case Tag::kFloat:
        in.take(wire::kWord);
        break;
      case Tag::kAscii:
      case Tag::kUtf8:
      case Tag::kBytes:
        in.take(n);
        break;
      case Tag::kUtf16:
        in.take(n * 2);
        break;
      case Tag::kInt32List:
        in.take(n * 4);
        break;
      case Tag::kBigInt:
      case Tag::kFloatList:
      case Tag::kInt53List:
        in.take(n * 8);
        break;
      case Tag::kList:
      case Tag::kTuple:
      case Tag::kSet:
      case Tag::kFrozenSet:
      case Tag::kRich:
        owed += n;
        break;
      case Tag::kDict:
        owed += n * 2;
        break;
      case Tag::kShaped:
        if (n == shapes.size()) {
          shapes.push_back(in.word().low);
          owed += shapes.back();  // the keys
        } else if (n > shapes.size()) {
          throw wire::MalformedMessage("an unknown shape");
        }
        owed += shapes[n];
        break;
      case Tag::kMemory: {
        const uint64_t dimensions = in.word().high;
        const bool shaped = header.low >> 8 == static_cast<uint32_t>(wire::MemoryKind::kNdArray);
        in.take((2 + (shaped ? 2 * dimensions : 0)) * wire::kWord);
        break;
      }
      default:
        throw wire::MalformedMessage("an unexpected tag");
    }
  }
}

}  // namespace snakebridge
