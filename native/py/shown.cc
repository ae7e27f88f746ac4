#include "py/shown.h"

namespace snakebridge {

namespace {

constexpr size_t kLongest = 200;

// Whether `repr(object)` is the interpreter's own and short.
bool hasCheapRepr(PyTypeObject* type) {
  constexpr unsigned long kHoldsElements = Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS |
                                           Py_TPFLAGS_BYTES_SUBCLASS | Py_TPFLAGS_UNICODE_SUBCLASS |
                                           Py_TPFLAGS_DICT_SUBCLASS;
  auto* asObject = reinterpret_cast<PyObject*>(type);
  void* repr = py.PyType_GetSlot(type, Py_tp_repr);
  if (repr == py.PyType_GetSlot(reinterpret_cast<PyTypeObject*>(py.BaseObjectType), Py_tp_repr)) return true;
  if (asObject == py.ModuleType || asObject == py.TypeType || asObject == py.CFunctionType) return true;
  // A class made by a `class` statement may define __repr__ in Python; one from an extension may hold anything.
  if ((py.PyType_GetFlags(type) & (kHoldsElements | Py_TPFLAGS_HEAPTYPE)) != 0) return false;
  return py.PyType_GetSlot(type, Py_mp_length) == nullptr && py.PyType_GetSlot(type, Py_sq_length) == nullptr;
}

std::string utf8(PyObject* text) {
  Py_ssize_t length = 0;
  const char* bytes = text == nullptr ? nullptr : py.PyUnicode_AsUTF8AndSize(text, &length);
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(length)};
}

}  // namespace

std::string shownText(Borrowed object) {
  auto* type = reinterpret_cast<PyTypeObject*>(typeOf(object.get()));
  std::string text;
  if (hasCheapRepr(type)) text = utf8(steal(py.PyObject_Repr(object.get())).get());
  py.PyErr_Clear();  // whatever could not be shown: the name will do
  if (text.empty() || text.size() > kLongest) {
    Ref module = steal(py.PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "__module__"));
    const std::string in = utf8(module.get());
    const std::string name = utf8(steal(py.PyType_GetQualName(type)).get());
    text = in.empty() || in == "builtins" ? name : in + "." + name;
  }
  py.PyErr_Clear();  // whatever could not be shown: the name will do
  return text;
}

}  // namespace snakebridge
