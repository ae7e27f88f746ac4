// Encodes one message that is more than a scalar. Needs the GIL; lives for one message.
//  1. While no Python code can run, nothing that a container holds can go away: elements and containers are
//     borrowed from the container above them.
//  2. Python code runs in values.*, in exporters, and wherever memory is made that the collector watches. Before
//     that, pin() makes every open frame own its container, and the element in hand is owned. Afterwards sizes
//     and keys are checked again: a container that changed is an error, never an over-read.
//  3. A container whose reference count is 1 belongs to the one slot it was met in and cannot be met again, so
//     it takes its number without a place in the memo. (The value at the top has one reference from the caller;
//     if that is all, no container refers to it.)
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "py/container_memo.h"
#include "py/encoder.h"
#include "py/shape_table.h"
#include "py/type_table.h"

namespace snakebridge {

class TreeEncoder {
 public:
  TreeEncoder(wire::Writer& out, ExportSink& sink);
  TreeEncoder(const TreeEncoder&) = delete;
  TreeEncoder& operator=(const TreeEncoder&) = delete;
  // Unless the message was finished, takes everything back that it wrote and exported.
  ~TreeEncoder();

  void encode(Borrowed value);
  void encodeReference(Borrowed value);

 private:
  // In the memo, instead of the number of a registered type's instance, which takes none.
  static constexpr uint32_t kExporting = 0xffffffffu;
  static constexpr uint32_t kNotExporting = 0xfffffffeu;
  // Likewise of a tuple that has _fields and is no namedtuple.
  static constexpr uint32_t kNoRecord = 0xfffffffdu;

  enum class Kind : uint8_t { kList, kTuple, kShaped, kDict, kExported };
  // A container whose elements are being written.
  struct Frame {
    Kind kind;
    bool valueIsNext = false;  // kDict: `held` is the value of the key just written
    uint32_t shape = 0;        // kShaped
    Py_ssize_t size = 0;
    Py_ssize_t index = 0;
    Py_ssize_t position = 0;  // for PyDict_Next
    Borrowed container;       // kExported: the one value
    Ref keep;                 // owns `container` once pinned; from the start when nobody else does
    Ref held;                 // kDict: a value on its turn; kExported: the object that was exported
  };

  // What a message needs to remember. The last one is kept for the next message: to allocate this for a dict of two
  // entries takes longer than to write it.
  struct Workspace {
    std::vector<Frame> frames;
    ContainerMemo memo;
    ShapeTable shapes;
    // Their sizes are counted apart: there is room before an export, so nothing can fail after it.
    std::vector<ObjectHandle> handles;
    std::vector<uint32_t> arrays;
    bool isSmall() const;
    void clear();
  };
  static std::unique_ptr<Workspace> spare;

  void takeBack();
  void run();
  void stepItems();
  void stepShaped();
  void stepDict();
  void stepExported();
  void push(Kind kind, Borrowed container, Py_ssize_t size) {
    Frame& frame = work_->frames.emplace_back();
    frame.kind = kind;
    frame.container = container;
    frame.size = size;
  }
  void pushOwned(Kind kind, Ref container, Py_ssize_t size) {
    push(kind, container, size);
    work_->frames.back().keep = std::move(container);
  }
  void pop();
  void pin();

  // Each writes what is not a scalar; true when a frame was pushed for the rest of it.
  bool open(Borrowed value);
  bool openSequence(Borrowed value, bool isTuple);
  bool openDict(Borrowed dict);
  bool openSet(Borrowed set, wire::Tag tag);
  bool openOther(Borrowed value);
  bool openRich(Borrowed value, wire::RichKind kind);
  bool openRecord(Borrowed record);
  bool openNumpyScalar(Borrowed scalar);
  bool openArray(Borrowed array);
  bool openCustom(Borrowed value, const Row& row);
  bool writeReference(Borrowed value);
  bool numberOrBackReference(Borrowed container);

  wire::Writer& out_;
  ExportSink& sink_;
  const size_t start_;
  bool finished_ = false;
  uint32_t containers_ = 0;
  size_t pinned_ = 0;     // so many frames, from the first, own their containers
  size_t exporting_ = 0;  // nesting of registered types
  size_t handleCount_ = 0;
  size_t arrayCount_ = 0;
  std::unique_ptr<Workspace> work_;
};

}  // namespace snakebridge
