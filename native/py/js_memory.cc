#include "py/js_memory.h"

#include <new>

#include "py/gil.h"
#include "py/import_module.h"
#include "py/python_error.h"
#include "wire/wire.h"

namespace snakebridge {

namespace {

struct JsBuffer {
  PyObject_HEAD
  JsMemoryRef memory;
  uint8_t* data;
  Py_ssize_t length;
  Py_ssize_t itemSize;
  Py_ssize_t count;
  const char* format;
};

PyObject* jsBufferType = nullptr;

struct Element {
  const char* format;
  Py_ssize_t size;
  const char* name;  // NumPy's, without byte order
};
// Indexed by wire::DType.
constexpr Element kElements[] = {{"?", 1, "b1"}, {"b", 1, "i1"}, {"B", 1, "u1"},  {"h", 2, "i2"},   {"H", 2, "u2"},
                                 {"i", 4, "i4"}, {"I", 4, "u4"}, {"q", 8, "i8"},  {"Q", 8, "u8"},   {"e", 2, "f2"},
                                 {"f", 4, "f4"}, {"d", 8, "f8"}, {"Zf", 8, "c8"}, {"Zd", 16, "c16"}};

void dealloc(PyObject* self) {
  GilHeld held;
  reinterpret_cast<JsBuffer*>(self)->~JsBuffer();
  auto* type = reinterpret_cast<PyTypeObject*>(typeOf(self));
  auto free = reinterpret_cast<freefunc>(py.PyType_GetSlot(type, Py_tp_free));
  free(self);
  py.Py_DecRef(reinterpret_cast<PyObject*>(type));
}

Ref allocate() {
  Ref self = check(py.PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(jsBufferType), 0));
  // The header is CPython's; only our member is constructed.
  new (&reinterpret_cast<JsBuffer*>(self.get())->memory) JsMemoryRef();
  return self;
}

int getBuffer(PyObject* self, Py_buffer* view, int flags) {
  auto* buffer = reinterpret_cast<JsBuffer*>(self);
  py.Py_IncRef(self);
  *view = Py_buffer{};
  view->obj = self;
  view->buf = buffer->data;
  view->len = buffer->length;
  view->itemsize = buffer->itemSize;
  view->readonly = 0;
  view->ndim = 1;
  view->format = (flags & PyBUF_FORMAT) != 0 ? const_cast<char*>(buffer->format) : nullptr;
  view->shape = (flags & PyBUF_ND) != 0 ? &buffer->count : nullptr;
  view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &buffer->itemSize : nullptr;
  return 0;
}

Ref makeType(const char* name, int size, PyType_Slot* slots) {
  PyType_Spec spec{name, size, 0, Py_TPFLAGS_DEFAULT, slots};
  return check(py.PyType_FromSpec(&spec));
}

Ref makeBuffer(const JsMemoryRef& memory, double offset, double length, const Element& element) {
  const double end = offset + length;
  if (!(offset >= 0) || !(length >= 0) || end > static_cast<double>(memory->length)) {
    raise(py.ValueError, "expected a range inside the ArrayBuffer, got bytes " + std::to_string(offset) + " to " +
                             std::to_string(end) + " of " + std::to_string(memory->length));
  }
  Ref self = allocate();
  auto* buffer = reinterpret_cast<JsBuffer*>(self.get());
  buffer->memory = memory;
  buffer->data = memory->data + static_cast<size_t>(offset);
  buffer->itemSize = element.size;
  buffer->count = static_cast<Py_ssize_t>(length) / element.size;
  buffer->length = buffer->count * element.size;
  buffer->format = element.format;
  return self;
}

Ref tupleOf(const std::vector<double>& numbers) {
  Ref tuple = check(py.PyTuple_New(static_cast<Py_ssize_t>(numbers.size())));
  for (size_t i = 0; i < numbers.size(); i++) {
    Ref number = check(py.PyLong_FromDouble(numbers[i]));
    check(py.PyTuple_SetItem(tuple.get(), static_cast<Py_ssize_t>(i), number.release()));
  }
  return tuple;
}

}  // namespace

void createJsBufferType() {
  if (jsBufferType != nullptr) return;
  PyType_Slot bufferSlots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
                               {Py_bf_getbuffer, reinterpret_cast<void*>(getBuffer)},
                               {Py_tp_doc, const_cast<char*>("Memory of a JavaScript ArrayBuffer.")},
                               {0, nullptr}};
  jsBufferType = makeType("snakebridge.JsBuffer", sizeof(JsBuffer), bufferSlots).release();
}

Ref viewOfJsMemory(const JsMemoryRef& memory, const MemoryView& view) {
  if (!memory) {
    raise(py.ValueError,
          "expected memory that is in place when the call starts, got an ArrayBuffer that JavaScript "
          "transferred away (detached); transfer it after the call, or pass a copy");
  }
  const uint32_t code = view.dtype & 0xff;
  const bool bigEndian = (view.dtype & 0x100) != 0;
  if (code >= std::size(kElements)) raise(py.ValueError, "expected a known element type, got " + std::to_string(code));
  const Element& element = kElements[code];
  if (view.kind == static_cast<uint32_t>(wire::MemoryKind::kView)) {
    // Typed arrays are in the machine's byte order; big-endian memory has no typed array to come from.
    Ref buffer = makeBuffer(memory, view.byteOffset, view.byteLength, element);
    return check(py.PyMemoryView_FromObject(buffer.get()));
  }
  Ref whole =
      makeBuffer(memory, 0, static_cast<double>(memory->length), kElements[static_cast<int>(wire::DType::kUint8)]);
  Ref bytes = check(py.PyMemoryView_FromObject(whole.get()));
  Ref arrays = importModule("snakebridge.arrays");
  Ref make = check(py.PyObject_GetAttrString(arrays.get(), "view"));
  const std::string dtype = (bigEndian ? ">" : "<") + std::string(element.name);
  Ref name = check(py.PyUnicode_FromString(dtype.c_str()));
  Ref shape = tupleOf(view.shape);
  Ref strides = tupleOf(view.strides);
  Ref offset = check(py.PyLong_FromDouble(view.byteOffset));
  return check(py.PyObject_CallFunctionObjArgs(make.get(), bytes.get(), name.get(), shape.get(), strides.get(),
                                               offset.get(), nullptr));
}

}  // namespace snakebridge
