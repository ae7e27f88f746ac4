#include "py/exports.h"
#include "py/copy_memory.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "py/gil.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

// Releases a Py_buffer with the GIL held.
struct HeldBuffer {
  Py_buffer* view = nullptr;
  HeldBuffer() = default;
  HeldBuffer(HeldBuffer&& other) noexcept : view(std::exchange(other.view, nullptr)) {}
  HeldBuffer& operator=(HeldBuffer&& other) noexcept {
    std::swap(view, other.view);
    return *this;
  }
  ~HeldBuffer() {
    if (view == nullptr) return;
    py.PyBuffer_Release(view);
    delete view;
  }
  static HeldBuffer of(PyObject* object) {
    HeldBuffer held;
    auto* view = new Py_buffer{};
    if (py.PyObject_GetBuffer(object, view, PyBUF_FULL_RO) < 0) {
      delete view;
      if (py.PyErr_ExceptionMatches(py.MemoryError) != 0) throw PythonError::fetch();
      py.PyErr_Clear();  // BufferError or ValueError: this object's dtype has no buffer form; it stays a reference
      return held;
    }
    held.view = view;
    return held;
  }
};

// The dtype of a PEP 3118 format, or -1. `native` sizes follow the C compiler's, as NumPy's '@' does.
int dtypeOf(const char* format, Py_ssize_t itemSize) {
  bool bigEndian = false;
  if (format == nullptr) return static_cast<int>(wire::DType::kUint8);
  if (*format == '>' || *format == '!') bigEndian = true;
  if (std::strchr("@=<>!^", *format) != nullptr && *format != '\0') format++;
  const bool complex = *format == 'Z';
  if (complex) format++;
  if (*format == '\0' || format[1] != '\0') return -1;
  const char c = *format;
  wire::DType found;
  if (complex) {
    if (c != 'f' && c != 'd') return -1;
    found = c == 'f' ? wire::DType::kComplex64 : wire::DType::kComplex128;
  } else if (c == '?') {
    found = wire::DType::kBool;
  } else if (c == 'e' || c == 'f' || c == 'd') {
    found = c == 'e' ? wire::DType::kFloat16 : c == 'f' ? wire::DType::kFloat32 : wire::DType::kFloat64;
  } else if (std::strchr("bhilqn", c) != nullptr) {
    found = itemSize == 1   ? wire::DType::kInt8
            : itemSize == 2 ? wire::DType::kInt16
            : itemSize == 4 ? wire::DType::kInt32
                            : wire::DType::kInt64;
  } else if (std::strchr("BHILQN", c) != nullptr) {
    found = itemSize == 1   ? wire::DType::kUint8
            : itemSize == 2 ? wire::DType::kUint16
            : itemSize == 4 ? wire::DType::kUint32
                            : wire::DType::kUint64;
  } else {
    return -1;  // 'c' (characters), 'g' (long double), 'O', 's', 'x', 'T{…}': no typed array holds them
  }
  return static_cast<int>(found) | (bigEndian && itemSize > 1 ? 0x100 : 0);
}

struct Extent {
  uint8_t* begin;
  uint8_t* end;
  bool empty;
};

Extent extentOf(const Py_buffer& view) {
  auto* at = static_cast<uint8_t*>(view.buf);
  Py_ssize_t low = 0, high = view.itemsize;
  for (int i = 0; i < view.ndim; i++) {
    if (view.shape[i] == 0) return {at, at, true};
    const Py_ssize_t reach = (view.shape[i] - 1) * view.strides[i];
    (reach < 0 ? low : high) += reach;
  }
  return {at + low, at + high, false};
}

PyObject* ndarrayType() {
  static PyObject* cached = nullptr;
  if (cached != nullptr) return cached;
  Ref name = check(py.PyUnicode_FromString("numpy"));
  Ref numpy = steal(py.PyImport_GetModule(name.get()));
  if (!numpy) {
    py.PyErr_Clear();
    return nullptr;
  }
  Ref found = steal(py.PyObject_GetAttrString(numpy.get(), "ndarray"));
  if (!found) py.PyErr_Clear();  // AttributeError: another thread is in the middle of its import
  cached = found.release();
  return cached;
}

// Rule 1. Subclasses stop the walk: their buffers may differ from what they show.
Ref rootOf(Borrowed object) {
  PyObject* type = ndarrayType();
  Ref root = own(object);
  while (type != nullptr && typeOf(root.get()) == type) {
    Ref base = check(py.PyObject_GetAttrString(root.get(), "base"));
    if (typeOf(base.get()) != type) break;
    root = std::move(base);
  }
  return root;
}

uint32_t contiguity(const Py_buffer& view) {
  bool c = true, f = true;
  Py_ssize_t expected = view.itemsize;
  for (int i = view.ndim - 1; i >= 0; i--) {
    if (view.shape[i] != 1 && view.strides[i] != expected) c = false;
    expected *= view.shape[i];
  }
  expected = view.itemsize;
  for (int i = 0; i < view.ndim; i++) {
    if (view.shape[i] != 1 && view.strides[i] != expected) f = false;
    expected *= view.shape[i];
  }
  if (view.len == 0) c = f = true;
  return (c ? wire::kCContiguous : 0u) | (f ? wire::kFContiguous : 0u);
}

}  // namespace

bool ExportTable::add(Borrowed object, ArrayExport& out) {
  HeldBuffer view = HeldBuffer::of(object.get());
  if (closed_ || view.view == nullptr || view.view->suboffsets != nullptr) return false;
  const int dtype = dtypeOf(view.view->format, view.view->itemsize);
  if (dtype < 0) return false;

  const Extent extent = extentOf(*view.view);
  const bool readOnly = view.view->readonly != 0;
  const bool copied = readOnly || alwaysCopy_;
  out.flags = contiguity(*view.view) | (readOnly ? wire::kReadOnly : 0u) | (copied ? wire::kCopied : 0u);
  out.dtype = static_cast<uint32_t>(dtype);
  out.shape.assign(view.view->shape, view.view->shape + view.view->ndim);
  out.strides.assign(view.view->strides, view.view->strides + view.view->ndim);

  if (copied) {
    // Rule 3. Only a read-only array is remembered: JS cannot have changed its copy's meaning for Python.
    const size_t length = static_cast<size_t>(extent.end - extent.begin);
    auto* copy = takeCopyMemory(length);
    if (copy == nullptr) throw std::bad_alloc();
    std::memcpy(copy, extent.begin, length);
    out.byteOffset = static_cast<double>(static_cast<uint8_t*>(view.view->buf) - extent.begin);
    Export entry;
    entry.data = copy;
    entry.length = length;
    entry.copied = true;
    if (readOnly) {
      entry.owner = own(object).release();
      out.flags |= wire::kWhole;
    }
    entry.promised = 1;
    std::lock_guard lock(mutex_);
    out.exportId = insert(entry);
    return true;
  }

  Ref root = rootOf(object);
  HeldBuffer rootView;
  Extent rootExtent = extent;
  if (!root.is(object.get())) {
    rootView = HeldBuffer::of(root.get());
    if (rootView.view != nullptr) rootExtent = extentOf(*rootView.view);
    const bool inside = rootView.view != nullptr && rootView.view->readonly == 0 &&
                        (extent.empty || (extent.begin >= rootExtent.begin && extent.end <= rootExtent.end));
    if (!inside) {
      root = own(object);
      rootExtent = extent;
    }
  }
  const bool whole = root.is(object.get());
  if (whole) rootView = std::move(view);
  if (whole) out.flags |= wire::kWhole;
  out.byteOffset =
      extent.empty ? 0
                   : static_cast<double>(static_cast<uint8_t*>((whole ? rootView : view).view->buf) - rootExtent.begin);

  std::lock_guard lock(mutex_);
  if (auto found = byOwner_.find(root.get());
      found != byOwner_.end() && exports_[found->second].data == rootExtent.begin &&
      exports_[found->second].length == static_cast<size_t>(rootExtent.end - rootExtent.begin)) {
    exports_[found->second].promised++;
    out.exportId = found->second;
    return true;
  }
  Export entry;
  entry.data = rootExtent.begin;
  entry.length = static_cast<size_t>(rootExtent.end - rootExtent.begin);
  entry.buffer = std::exchange(rootView.view, nullptr);
  entry.common = root.get()->ob_refcnt > kOwnReferences;
  entry.owner = root.release();
  entry.promised = 1;
  out.exportId = insert(entry);
  byOwner_[entry.owner] = out.exportId;
  return true;
}

uint32_t ExportTable::insert(Export entry) {
  uint32_t id;
  if (free_.empty()) {
    id = static_cast<uint32_t>(exports_.size());
    exports_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  entry.used = true;
  exports_[id] = entry;
  bytes_ += entry.length;
  live_++;
  return id;
}

void ExportTable::dropLocked(uint32_t id) {
  Export& entry = exports_[id];
  if (!entry.used || entry.promised != 0 || entry.held != 0 || entry.buffers != 0) return;
  if (entry.owner != nullptr) {
    auto found = byOwner_.find(entry.owner);
    if (found != byOwner_.end() && found->second == id) byOwner_.erase(found);
  }
  if (entry.listed) {
    const auto [first, last] = byData_.equal_range(entry.data);
    byData_.erase(std::find_if(first, last, [&](const auto& pair) { return pair.second == id; }));
  }
  // Deferred (gil.h rule 2): we may be on the JS thread, and this lock is held.
  if (entry.buffer != nullptr) deferBufferRelease(entry.buffer);
  if (entry.owner != nullptr) deferDecRef(entry.owner);
  if (entry.copied && entry.data != nullptr) giveCopyMemory(entry.data, entry.length);
  bytes_ -= entry.length;
  live_--;
  entry = Export{};
  free_.push_back(id);
}

void ExportTable::forget(uint32_t id) {
  std::lock_guard lock(mutex_);
  exports_[id].promised--;
  dropLocked(id);
}

Ref ExportTable::ownerOf(uint32_t id) {
  std::lock_guard lock(mutex_);
  return id < exports_.size() ? own(exports_[id].owner) : Ref();
}

ExportTable::Taken ExportTable::take(uint32_t id, bool bufferAlive) {
  std::lock_guard lock(mutex_);
  Taken taken;
  if (id >= exports_.size() || exports_[id].promised == 0) return taken;
  Export& entry = exports_[id];
  entry.promised--;
  taken.known = true;
  if (bufferAlive) return taken;
  taken.data = entry.data;
  taken.length = entry.length;
  taken.copied = entry.copied;
  taken.common = entry.common;
  if (entry.copied) {
    entry.data = nullptr;
  } else if (!entry.listed && entry.length != 0) {
    byData_.emplace(entry.data, id);
    entry.listed = true;
  }
  entry.buffers++;
  return taken;
}

void ExportTable::collected(uint32_t id) {
  std::lock_guard lock(mutex_);
  exports_[id].buffers--;
  dropLocked(id);
}

bool ExportTable::hold(const uint8_t* data, uint32_t& id) {
  std::lock_guard lock(mutex_);
  auto found = byData_.find(data);
  if (found == byData_.end()) return false;
  id = found->second;
  exports_[id].held++;
  return true;
}

void ExportTable::letGo(uint32_t id) {
  std::lock_guard lock(mutex_);
  exports_[id].held--;
  dropLocked(id);
}

size_t ExportTable::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

size_t ExportTable::count() const {
  std::lock_guard lock(mutex_);
  return live_;
}

void ExportTable::close() {
  closed_ = true;
  std::lock_guard lock(mutex_);
  for (uint32_t id = 0; id < exports_.size(); id++) {
    exports_[id].promised = 0;
    dropLocked(id);
  }
}

}  // namespace snakebridge
