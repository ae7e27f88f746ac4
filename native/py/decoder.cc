#include "py/decoder.h"

#include <utility>

#include "py/packed_lists.h"
#include "py/scalars.h"
#include "py/values_module.h"

namespace snakebridge {

namespace {

using wire::MalformedMessage;
using wire::Tag;

// Before 3.12 the collector runs inside allocations, and walks over a growing message again and again (a quarter
// of the time of 1,000 records); later it runs between bytecodes only.
constexpr size_t kPausesCollector = 4096;  // bytes of message

class CollectorPause {
 public:
  explicit CollectorPause(size_t bytes)
      : paused_(py.minor < 12 && bytes > kPausesCollector && py.PyGC_Disable() != 0) {}
  ~CollectorPause() {
    if (paused_) py.PyGC_Enable();
  }
  CollectorPause(const CollectorPause&) = delete;
  CollectorPause& operator=(const CollectorPause&) = delete;

 private:
  const bool paused_;
};

// Their hash runs no Python code.
bool hashesByItself(Borrowed value) {
  PyObject* const type = typeOf(value.get());
  return type == py.UnicodeType || type == py.LongType || type == py.FloatType || type == py.BytesType ||
         type == py.BoolType || value.is(py.None);
}

// After a failed insertion of `key`: the pending error in the words of the caller's language.
[[noreturn]] void raiseUnhashable(Borrowed key, const char* place) {
  PyObject* const type = typeOf(key.get());
  if (type == py.MemoryViewType && py.PyErr_ExceptionMatches(py.ValueError) != 0) {
    py.PyErr_Clear();  // ValueError: cannot hash writable memoryview object
    raise(py.TypeError, std::string("a Buffer or typed array cannot be ") + place +
                            " (expected a hashable value): JavaScript may change it; use python.bytes(buffer)");
  }
  const bool isList = type == py.ListType;
  const bool isSet = type == py.SetType;
  if ((!isList && !isSet && type != py.DictType) || py.PyErr_ExceptionMatches(py.TypeError) == 0) {
    throw PythonError::fetch();
  }
  py.PyErr_Clear();  // TypeError: unhashable type
  const std::string what = isList ? "an Array" : isSet ? "a Set" : "an object or Map";
  const std::string advice = isList  ? "; use python.tuple([...])"
                             : isSet ? "; use python.frozenset(...)"
                                     : "; use a python.tuple of its entries";
  raise(py.TypeError, what + " cannot be " + place + " (expected a hashable value)" + advice);
}

}  // namespace

Ref Decoder::decode() {
  abandon();
  owed_ = settled_ = 0;
  Ref value = read();
  if (value) return value;
  const CollectorPause pause(in_.remaining());
  while (true) {
    if (value) {
      if (frames_.empty()) return value;
      accept(std::move(value));
    }
    const Frame& top = frames_.back();
    value = top.index == top.size ? close() : read();
  }
}

void Decoder::reset() {
  abandon();
  containers_.clear();
  shapes_.clear();
  keys_.clear();
}

// A whole value, or an empty Ref when its elements come next in a new frame.
Ref Decoder::read() {
  const wire::Reader::Word header = in_.word();
  Ref scalar = decodeScalar(in_, header);
  return scalar ? std::move(scalar) : open(header);
}

Ref Decoder::open(wire::Reader::Word header) {
  const uint32_t n = header.high;
  const uint32_t arg = header.low >> 8;
  switch (const Tag tag = static_cast<Tag>(header.low & 0xff)) {
    case Tag::kList:
      expectWords(n);
      return push(Kind::kList, n, check(py.PyList_New(n)));
    case Tag::kTuple:
      expectWords(n);
      return push(Kind::kTuple, n, check(py.PyTuple_New(n)));
    case Tag::kDict:
      expectWords(uint64_t{n} * 2);
      return push(Kind::kDict, n * 2, check(py.PyDict_New()));
    case Tag::kShaped:
      return openShaped(n);
    case Tag::kSet:
      expectWords(n);
      return push(Kind::kSet, n, check(py.PySet_New(nullptr)));
    case Tag::kFrozenSet:
      expectWords(n);
      return push(Kind::kFrozenSet, n, check(py.PyFrozenSet_New(nullptr)));
    case Tag::kRich: {
      expectWords(n);
      Ref built = push(Kind::kRich, n, check(py.PyTuple_New(n)));
      frames_.back().number = arg;
      return built;
    }
    case Tag::kFloatList:
    case Tag::kInt32List:
    case Tag::kInt53List:
      return readPacked(tag, n, arg != 0);
    case Tag::kBackRef:
      return readBackRef(n);
    case Tag::kObject:
      return source_.object(n, in_.word().low);
    case Tag::kTemp:
      return source_.temp(n);
    case Tag::kMemory:
      settleOpenLists();
      return readMemory(n, arg);
    case Tag::kExport:
      settleOpenLists();
      return source_.exported(n);
    case Tag::kJsValue:
      settleOpenLists();
      return readJsValue(n, arg);
    default:
      throw MalformedMessage("an unexpected tag");
  }
}

// Every value takes a word or more, so what is announced must be there: a forged count allocates nothing.
void Decoder::expectWords(uint64_t count) const {
  const uint64_t above = frames_.empty() ? 0 : frames_.back().size - frames_.back().index - 1;
  if (owed_ + above + count > in_.remaining() / wire::kWord) {
    throw MalformedMessage("a container announces more elements than the message has");
  }
}

// Opens a frame, to which Rich gives no number. An empty container needs no frame, except those that close()
// has to finish.
Ref Decoder::push(Kind kind, uint32_t size, Ref object) {
  if (!frames_.empty()) owed_ += frames_.back().size - frames_.back().index - 1;
  const auto number = static_cast<uint32_t>(containers_.size());
  if (kind == Kind::kTuple || kind == Kind::kFrozenSet) {
    containers_.emplace_back();
  } else if (kind != Kind::kRich) {
    containers_.push_back(object.copy());
  }
  frames_.push_back({kind, size, 0, number, 0, std::move(object), Ref()});
  return Ref();
}

// A copy of a dict has room for all keys, and their order; one that is filled key by key grows as it goes. Its values
// show None until they come.
Ref Decoder::openShaped(uint32_t number) {
  const bool isFirst = number == shapes_.size();
  if (isFirst) defineShape();
  if (number >= shapes_.size()) throw MalformedMessage("an unknown shape");
  Shape& shape = shapes_[number];
  expectWords(shape.size);
  if (!isFirst && !shape.model) shape.model = modelOf(shape);
  push(Kind::kShaped, shape.size, check(shape.model ? py.PyDict_Copy(shape.model.get()) : py.PyDict_New()));
  frames_.back().firstKey = shape.firstKey;
  return Ref();
}

Ref Decoder::modelOf(const Shape& shape) const {
  Ref model = check(py.PyDict_New());
  for (uint32_t i = 0; i < shape.size; ++i) {
    check(py.PyDict_SetItem(model.get(), keys_[shape.firstKey + i].get(), py.None));
  }
  return model;
}

void Decoder::defineShape() {
  const uint32_t size = in_.word().low;
  expectWords(size);
  const auto first = static_cast<uint32_t>(keys_.size());
  for (uint32_t i = 0; i < size; ++i) keys_.push_back(decodeKey(in_));
  shapes_.push_back({first, size, Ref()});
}

void Decoder::accept(Ref value) {
  Frame& frame = frames_.back();
  switch (frame.kind) {
    case Kind::kList:
      check(py.PyList_SetItem(frame.object.get(), frame.index, value.release()));
      break;
    case Kind::kTuple:
    case Kind::kRich:
      check(py.PyTuple_SetItem(frame.object.get(), frame.index, value.release()));
      break;
    case Kind::kShaped:
      check(py.PyDict_SetItem(frame.object.get(), keys_[frame.firstKey + frame.index].get(), value.get()));
      break;
    case Kind::kDict:
      acceptEntry(frame, std::move(value));
      break;
    case Kind::kSet:
    case Kind::kFrozenSet:
      if (!hashesByItself(value)) settleOpenLists();
      if (py.PySet_Add(frame.object.get(), value.get()) < 0) raiseUnhashable(value, "an element of a set");
      break;
  }
  ++frame.index;
}

void Decoder::acceptEntry(Frame& frame, Ref value) {
  if (!frame.key) {
    frame.key = std::move(value);
    return;
  }
  const Ref key = std::move(frame.key);
  if (!hashesByItself(key)) settleOpenLists();
  if (py.PyDict_SetItem(frame.object.get(), key.get(), value.get()) < 0) raiseUnhashable(key, "a dict key");
}

// Finishes the top frame, all of whose elements have come.
Ref Decoder::close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (settled_ > frames_.size()) settled_ = frames_.size();
  if (!frames_.empty()) owed_ -= frames_.back().size - frames_.back().index - 1;

  PyObject* const object = frame.object.get();
  switch (frame.kind) {
    case Kind::kList:
      break;
    case Kind::kTuple:
      containers_[frame.number] = frame.object.copy();
      break;
    case Kind::kFrozenSet:
      containers_[frame.number] = frame.object.copy();
      [[fallthrough]];
    case Kind::kSet:
      if (py.PySet_Size(object) != frame.size) {
        raise(py.ValueError, "two elements of a Set are equal in Python (as 1 and true are); one would be lost");
      }
      break;
    case Kind::kDict:
    case Kind::kShaped:
      if (py.PyDict_Size(object) != (frame.kind == Kind::kDict ? frame.size / 2 : frame.size)) {
        raise(py.ValueError, "two keys of a Map are equal in Python (as 1 and true are); one would be lost");
      }
      break;
    case Kind::kRich:
      settleOpenLists();
      return buildRich(static_cast<wire::RichKind>(frame.number), frame.object);
  }
  return std::move(frame.object);
}

Ref Decoder::readPacked(Tag tag, uint32_t size, bool isTuple) {
  containers_.push_back(decodePackedList(in_, tag, size, isTuple));
  return containers_.back().copy();
}

Ref Decoder::readBackRef(uint32_t number) const {
  if (number >= containers_.size()) throw MalformedMessage("a back reference to a later container");
  if (!containers_[number]) {
    raise(py.ValueError, "a tuple or frozenset cannot contain itself; use an Array or a Map somewhere in the cycle");
  }
  return containers_[number].copy();
}

Ref Decoder::readMemory(uint32_t external, uint32_t kind) {
  const wire::Reader::Word first = in_.word();
  MemoryView view{external, kind, first.low, 0, 0, {}, {}};
  view.byteOffset = in_.number();
  view.byteLength = in_.number();
  if (kind == static_cast<uint32_t>(wire::MemoryKind::kNdArray)) {
    expectWords(uint64_t{first.high} * 2);
    for (std::vector<double>* row : {&view.shape, &view.strides}) {
      row->reserve(first.high);
      for (uint32_t i = 0; i < first.high; ++i) row->push_back(in_.number());
    }
  }
  return source_.memory(view);
}

Ref Decoder::readJsValue(uint32_t id, uint32_t kind) {
  const uint32_t length = in_.word().low;
  const auto* details = reinterpret_cast<const char*>(in_.take(length));
  return source_.jsValue(id, kind, {details, length});
}

// Before Python code runs: it can reach the open lists through what refers to them, and an empty slot would
// crash it. They show None until their element comes. Never fails: the slots exist.
void Decoder::settleOpenLists() {
  for (; settled_ < frames_.size(); ++settled_) {
    const Frame& frame = frames_[settled_];
    if (frame.kind != Kind::kList) continue;
    for (uint32_t i = frame.index; i < frame.size; ++i) {
      check(py.PyList_SetItem(frame.object.get(), i, own(py.None).release()));
    }
  }
}

}  // namespace snakebridge
