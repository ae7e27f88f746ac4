#include "py/weight.h"

#include <unordered_map>

#include "py/exports.h"

namespace snakebridge {

namespace {

constexpr size_t kSmall = 256;
constexpr size_t kElement = 64;
// Beyond this many types the answers are forgotten and asked again.
constexpr size_t kMostTypes = 4096;

// Whether instances have `nbytes` (NumPy arrays, torch tensors, memoryviews). A type's address may be used again after
// its death: the worst that follows is a wrong weight.
bool hasByteCount(PyObject* type) {
  static auto* known = new std::unordered_map<PyObject*, bool>();
  if (auto found = known->find(type); found != known->end()) return found->second;
  if (known->size() >= kMostTypes) known->clear();
  Ref attribute = steal(py.PyObject_GetAttrString(type, "nbytes"));
  const bool sure = attribute || py.PyErr_ExceptionMatches(py.AttributeError) != 0;
  if (!attribute) py.PyErr_Clear();  // AttributeError: it has none; or there is no memory to look
  if (sure) known->try_emplace(type, static_cast<bool>(attribute));
  return static_cast<bool>(attribute);
}

// Whether the memory of an array that nobody else has goes with it: not that of a view of an array in use.
bool ownsMemory(PyObject* object) {
  Ref base = steal(py.PyObject_GetAttrString(object, "base"));
  if (!base) py.PyErr_Clear();  // AttributeError: no view of anything
  return !base || base.is(py.None) || base.get()->ob_refcnt <= kOwnReferences + 1;
}

size_t byteCount(PyObject* object) {
  Ref count = steal(py.PyObject_GetAttrString(object, "nbytes"));
  const Py_ssize_t bytes = count ? py.PyLong_AsSsize_t(count.get()) : -1;
  if (bytes >= 0) return static_cast<size_t>(bytes);
  py.PyErr_Clear();  // not a number, or not to be had now: a small object
  return 0;
}

}  // namespace

size_t weightOf(Borrowed object) {
  PyObject* type = typeOf(object.get());
  if (type == py.FloatType || type == py.LongType || type == py.BoolType || object.is(py.None)) return 0;
  if (type == py.UnicodeType) return kSmall + static_cast<size_t>(py.PyUnicode_GetLength(object.get()));
  if (type == py.BytesType) return kSmall + static_cast<size_t>(py.PyBytes_Size(object.get()));
  if (type == py.ByteArrayType) return kSmall + static_cast<size_t>(py.PyByteArray_Size(object.get()));
  if (type == py.ListType) return kSmall + kElement * static_cast<size_t>(py.PyList_Size(object.get()));
  if (type == py.TupleType) return kSmall + kElement * static_cast<size_t>(py.PyTuple_Size(object.get()));
  if (type == py.DictType) return kSmall + 2 * kElement * static_cast<size_t>(py.PyDict_Size(object.get()));
  if (type == py.ModuleType || type == py.TypeType || type == py.CFunctionType) return kSmall;
  // What Python uses too would not be freed.
  if (object.get()->ob_refcnt > kOwnReferences || !hasByteCount(type) || !ownsMemory(object.get())) return kSmall;
  return kSmall + byteCount(object.get());
}

}  // namespace snakebridge
