#include "py/tree_encoder.h"

#include <limits>

#include "py/packed_lists.h"
#include "py/scalars.h"

namespace snakebridge {

namespace {

using wire::Tag;

constexpr size_t kSpareFrames = 256;
constexpr size_t kSpareExports = 4096;

uint32_t countOf(Py_ssize_t size) {
  if (size < 0) throw PythonError::fetch();
  if (size > Py_ssize_t{std::numeric_limits<uint32_t>::max()}) {
    raise(py.OverflowError, "more elements than fit (expected less than 2**32, got " + std::to_string(size) + ")");
  }
  return static_cast<uint32_t>(size);
}

[[noreturn]] void raiseChanged(const char* what) {
  py.PyErr_Clear();  // IndexError: the list became shorter
  raise(py.RuntimeError, std::string("the ") + what + " changed while it was being converted");
}

}  // namespace

std::unique_ptr<TreeEncoder::Workspace> TreeEncoder::spare;

bool TreeEncoder::Workspace::isSmall() const {
  return frames.capacity() <= kSpareFrames && memo.isSmall() && shapes.isSmall() && handles.size() <= kSpareExports &&
         arrays.size() <= kSpareExports;
}

void TreeEncoder::Workspace::clear() {
  frames.clear();
  memo.clear();
  shapes.clear();
}

// A message within a message (Python code that ran calls back) finds no spare and makes its own.
TreeEncoder::TreeEncoder(wire::Writer& out, ExportSink& sink)
    : out_(out), sink_(sink), start_(out.size()), work_(spare ? std::move(spare) : std::make_unique<Workspace>()) {}

TreeEncoder::~TreeEncoder() {
  if (!finished_) takeBack();
  if (!work_->isSmall()) return;
  work_->clear();  // may run Python code: the workspace is not the spare yet
  spare = std::move(work_);
}

void TreeEncoder::takeBack() {
  out_.truncate(start_);
  while (handleCount_ > 0) sink_.unexportObject(work_->handles[--handleCount_]);
  while (arrayCount_ > 0) sink_.unexportArray(work_->arrays[--arrayCount_]);
}

void TreeEncoder::encode(Borrowed value) {
  if (open(value)) run();
  finished_ = true;
}

void TreeEncoder::encodeReference(Borrowed value) {
  writeReference(value);
  finished_ = true;
}

void TreeEncoder::run() {
  while (!work_->frames.empty()) {
    switch (work_->frames.back().kind) {
      case Kind::kList:
      case Kind::kTuple:
        stepItems();
        break;
      case Kind::kShaped:
        stepShaped();
        break;
      case Kind::kDict:
        stepDict();
        break;
      case Kind::kExported:
        stepExported();
        break;
    }
  }
}

// A step writes elements until one of them needs a frame of its own, or until the container is done. open() may
// move the frames: after it pushed one, `frame` is gone.
void TreeEncoder::stepItems() {
  Frame& frame = work_->frames.back();
  const bool isList = frame.kind == Kind::kList;
  const auto getItem = isList ? py.PyList_GetItem : py.PyTuple_GetItem;
  while (frame.index < frame.size) {
    const Borrowed item = borrow(getItem(frame.container.get(), frame.index++));
    if (!item) raiseChanged("list");
    if (!encodeScalar(out_, item) && open(item)) return;
  }
  if (isList && frame.keep && py.PyList_Size(frame.container.get()) != frame.size) raiseChanged("list");
  pop();
}

void TreeEncoder::stepShaped() {
  Frame& frame = work_->frames.back();
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  while (frame.index < frame.size) {
    if (py.PyDict_Next(frame.container.get(), &frame.position, &key, &value) == 0 ||
        !work_->shapes.key(frame.shape, static_cast<size_t>(frame.index)).is(key)) {
      raiseChanged("dict");
    }
    ++frame.index;
    const Borrowed item = borrow(value);
    if (!encodeScalar(out_, item) && open(item)) return;
  }
  if (frame.keep && py.PyDict_Size(frame.container.get()) != frame.size) raiseChanged("dict");
  pop();
}

void TreeEncoder::stepDict() {
  Frame& frame = work_->frames.back();
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  while (true) {
    if (frame.valueIsNext) {
      frame.valueIsNext = false;
      if (!encodeScalar(out_, frame.held) && open(frame.held)) return;
    }
    if (frame.keep && py.PyDict_Size(frame.container.get()) != frame.size) raiseChanged("dict");
    if (frame.index == frame.size) return pop();
    if (py.PyDict_Next(frame.container.get(), &frame.position, &key, &value) == 0) raiseChanged("dict");
    ++frame.index;
    const Borrowed item = borrow(value);
    if (encodeScalar(out_, borrow(key))) {
      if (!encodeScalar(out_, item) && open(item)) return;
    } else {
      frame.held = own(item);
      frame.valueIsNext = true;
      if (open(borrow(key))) return;
    }
  }
}

void TreeEncoder::stepExported() {
  Frame& frame = work_->frames.back();
  if (frame.index++ == 0) {
    if (encodeScalar(out_, frame.container) || !open(frame.container)) stepExported();
    return;
  }
  pop();
}

void TreeEncoder::pop() {
  const Frame closed = std::move(work_->frames.back());  // destroyed last: that may run Python code
  work_->frames.pop_back();
  if (pinned_ > work_->frames.size()) pinned_ = work_->frames.size();
  if (closed.kind != Kind::kExported) return;
  --exporting_;
  work_->memo.renumber(closed.held, kNotExporting);
}

void TreeEncoder::pin() {
  for (; pinned_ < work_->frames.size(); ++pinned_) {
    Frame& frame = work_->frames[pinned_];
    if (!frame.keep) frame.keep = own(frame.container);
  }
}

bool TreeEncoder::open(Borrowed value) {
  PyObject* const type = typeOf(value.get());
  if (type == py.DictType) return openDict(value);
  if (type == py.ListType) return openSequence(value, false);
  if (type == py.TupleType) return openSequence(value, true);
  if (type == py.SetType) return openSet(value, Tag::kSet);
  if (type == py.FrozenSetType) return openSet(value, Tag::kFrozenSet);
  return openOther(value);
}

// False when `container` was met before and a back reference says it all; otherwise it has its number now.
bool TreeEncoder::numberOrBackReference(Borrowed container) {
  if (container.get()->ob_refcnt != 1) {  // Rule 3
    if (const auto known = work_->memo.findOrKeep(container, containers_)) {
      out_.header(Tag::kBackRef, *known);
      return false;
    }
  }
  ++containers_;
  return true;
}

bool TreeEncoder::openSequence(Borrowed value, bool isTuple) {
  const Py_ssize_t size = isTuple ? py.PyTuple_Size(value.get()) : py.PyList_Size(value.get());
  const uint32_t count = countOf(size);
  if (isTuple && count == 0) {  // one object in all of CPython: being the same says nothing
    ++containers_;
    out_.header(Tag::kTuple, 0);
    return false;
  }
  if (!numberOrBackReference(value) || encodePackedList(out_, value, size, isTuple)) return false;
  out_.header(isTuple ? Tag::kTuple : Tag::kList, count);
  if (count == 0) return false;
  push(isTuple ? Kind::kTuple : Kind::kList, value, size);
  return true;
}

bool TreeEncoder::openDict(Borrowed dict) {
  if (!numberOrBackReference(dict)) return false;
  const Py_ssize_t size = py.PyDict_Size(dict.get());
  const uint32_t count = countOf(size);
  const auto shape = work_->shapes.shapeOf(dict);
  if (!shape) {
    out_.header(Tag::kDict, count);
    push(Kind::kDict, dict, size);
    return true;
  }
  out_.header(Tag::kShaped, shape->number);
  if (shape->isNew) {
    out_.word(count, 0);
    for (uint32_t i = 0; i < count; ++i) encodeString(out_, work_->shapes.key(shape->number, i));
  }
  if (count == 0) return false;
  push(Kind::kShaped, dict, size);
  work_->frames.back().shape = shape->number;
  return true;
}

bool TreeEncoder::openSet(Borrowed set, Tag tag) {
  if (!numberOrBackReference(set)) return false;
  pin();
  const Ref alive = own(set);
  Ref elements = check(py.PySequence_List(set.get()));  // a snapshot: sets have no borrowed iteration
  const Py_ssize_t size = py.PyList_Size(elements.get());
  out_.header(tag, countOf(size));
  pushOwned(Kind::kList, std::move(elements), size);
  return true;
}

}  // namespace snakebridge
