// The rows that types have by themselves: recognised by module and qualified name, so that nothing is imported
// for a type that the program does not use.
#include <array>
#include <string>
#include <string_view>

#include "py/js_values.h"
#include "py/python_error.h"
#include "py/type_table.h"

namespace snakebridge {

namespace {

using wire::RichKind;

struct RichRow {
  std::string_view module;
  std::string_view name;
  RichKind kind;
};

constexpr std::array kRichRows{
    RichRow{"builtins", "complex", RichKind::kComplex},
    RichRow{"builtins", "range", RichKind::kRange},
    RichRow{"builtins", "slice", RichKind::kSlice},
    RichRow{"builtins", "bytearray", RichKind::kByteArray},
    RichRow{"datetime", "datetime", RichKind::kDateTime},
    RichRow{"datetime", "date", RichKind::kDate},
    RichRow{"datetime", "time", RichKind::kTime},
    RichRow{"datetime", "timedelta", RichKind::kTimeDelta},
    RichRow{"datetime", "timezone", RichKind::kTimeZone},
    RichRow{"zoneinfo", "ZoneInfo", RichKind::kTimeZone},
    RichRow{"decimal", "Decimal", RichKind::kDecimal},
    RichRow{"fractions", "Fraction", RichKind::kFraction},
    RichRow{"uuid", "UUID", RichKind::kUuid},
    RichRow{"pathlib", "PurePosixPath", RichKind::kPath},
    RichRow{"pathlib", "PosixPath", RichKind::kPath},
    RichRow{"pathlib", "PureWindowsPath", RichKind::kPath},
    RichRow{"pathlib", "WindowsPath", RichKind::kPath},
};

constexpr std::array<std::string_view, 3> kNumpyFloats{"float16", "float32", "float64"};
constexpr std::array<std::string_view, 2> kNumpyBools{"bool", "bool_"};

struct TypeName {
  std::string module;
  std::string name;
  bool is(std::string_view wantedModule, std::string_view wantedName) const {
    return module == wantedModule && name == wantedName;
  }
};

std::string textOf(Borrowed value) {
  if (typeOf(value.get()) != py.UnicodeType) return {};
  Py_ssize_t size = 0;
  const char* text = py.PyUnicode_AsUTF8AndSize(value.get(), &size);
  if (text == nullptr) throw PythonError::fetch();
  return {text, static_cast<size_t>(size)};
}

// A class may hide its __module__; it then has no row by name.
TypeName nameOf(Borrowed type) {
  const Ref module = steal(py.PyObject_GetAttrString(type.get(), "__module__"));
  if (!module) {
    if (!py.PyErr_ExceptionMatches(py.AttributeError)) throw PythonError::fetch();
    py.PyErr_Clear();  // AttributeError: no __module__
    return {};
  }
  const Ref name = check(py.PyType_GetQualName(reinterpret_cast<PyTypeObject*>(type.get())));
  return {textOf(module), textOf(name)};
}

bool isSubtype(Borrowed type, PyObject* base) {
  return py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type.get()), reinterpret_cast<PyTypeObject*>(base)) != 0;
}

bool inheritsFrom(Borrowed mro, std::string_view module, std::string_view name) {
  const Py_ssize_t size = py.PyTuple_Size(mro.get());
  for (Py_ssize_t i = 0; i < size; ++i) {
    if (nameOf(borrow(py.PyTuple_GetItem(mro.get(), i))).is(module, name)) return true;
  }
  return false;
}

// Looks into the classes' own dictionaries: getattr would ask a metaclass, which may answer anything.
bool definesName(Borrowed mro, const char* name) {
  const Ref wanted = check(py.PyUnicode_FromString(name));
  const Py_ssize_t size = py.PyTuple_Size(mro.get());
  for (Py_ssize_t i = 0; i < size; ++i) {
    const Ref dict = check(py.PyObject_GetAttrString(py.PyTuple_GetItem(mro.get(), i), "__dict__"));
    const int found = py.PySequence_Contains(dict.get(), wanted.get());
    check(found);
    if (found == 1) return true;
  }
  return false;
}

// Fields alone would not carry what such an object is.
bool isBuiltinOrSpecial(Borrowed type, Borrowed mro) {
  PyObject* const bases[] = {py.LongType, py.FloatType,   py.UnicodeType,  py.BytesType, py.ByteArrayType,
                             py.ListType, py.TupleType,   py.DictType,     py.SetType,   py.FrozenSetType,
                             py.TypeType, py.ComplexType, py.BaseException};
  for (PyObject* base : bases) {
    if (isSubtype(type, base)) return true;
  }
  return inheritsFrom(mro, "enum", "Enum");
}

template <size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::string_view each : names) {
    if (each == name) return true;
  }
  return false;
}

RowKind numpyRow(Borrowed mro, std::string_view name) {
  if (name == "ndarray") return RowKind::kArray;
  if (!inheritsFrom(mro, "numpy", "generic")) return RowKind::kReference;
  if (contains(kNumpyFloats, name)) return RowKind::kNumpyFloat;
  if (contains(kNumpyBools, name)) return RowKind::kNumpyBool;
  // timedelta64 calls itself a signed integer.
  if (name != "timedelta64" && inheritsFrom(mro, "numpy", "integer")) return RowKind::kNumpyInt;
  return RowKind::kNumpyOther;
}

}  // namespace

Row builtinRow(Borrowed type, Borrowed mro) {
  if (isJsValueType(type)) return {RowKind::kJsValue, 0, {}};
  if (definesName(mro, "__snakebridge_class__")) return {RowKind::kJsInstance, 0, {}};
  TypeName type_name = nameOf(type);
  if (type_name.is("snakebridge.errors", "JavaScriptError")) return {RowKind::kJsInstance, 0, {}};
  if (type_name.module == "pathlib._local") type_name.module = "pathlib";  // 3.13
  for (const RichRow& row : kRichRows) {
    if (type_name.is(row.module, row.name)) return {RowKind::kRich, static_cast<uint32_t>(row.kind), {}};
  }
  if (type.is(py.MemoryViewType) || type_name.is("array", "array")) return {RowKind::kArray, 0, {}};
  if (type_name.module == "numpy") return {numpyRow(mro, type_name.name), 0, {}};
  if (isSubtype(type, py.TupleType) && definesName(mro, "_fields")) return {RowKind::kRecord, 0, {}};
  if (type_name.is("snakebridge.namespaces", "Names")) return {RowKind::kRecord, 0, {}};
  if (isBuiltinOrSpecial(type, mro)) return {};
  if (definesName(mro, "__dataclass_fields__")) return {RowKind::kRecord, 0, {}};
  return {};
}

}  // namespace snakebridge
