// TreeEncoder, the rows of the type table: everything that may run Python code.
#include <limits>

#include "py/python_error.h"
#include "py/scalars.h"
#include "py/tree_encoder.h"
#include "py/values_module.h"

namespace snakebridge {

namespace {

using wire::Tag;

// Exporters that export what they are given one level deeper, for ever, end here instead of in swap.
constexpr size_t kDeepestExport = 1'000'000;

std::string typeNameOf(Borrowed value) {
  const Ref name = check(py.PyType_GetQualName(value.get()->ob_type));
  Py_ssize_t size = 0;
  const char* text = py.PyUnicode_AsUTF8AndSize(name.get(), &size);
  if (text == nullptr) throw PythonError::fetch();
  return {text, static_cast<size_t>(size)};
}

}  // namespace

bool TreeEncoder::openOther(Borrowed value) {
  pin();
  const Ref alive = own(value);
  const Row row = sink_.types().rowOf(borrow(typeOf(value.get())));
  switch (row.kind) {
    case RowKind::kReference:
      return writeReference(value);
    case RowKind::kRich:
      return openRich(value, static_cast<wire::RichKind>(row.detail));
    case RowKind::kRecord:
      return openRecord(value);
    case RowKind::kNumpyFloat: {
      const double number = py.PyFloat_AsDouble(value.get());
      if (number == -1.0 && py.PyErr_Occurred() != nullptr) throw PythonError::fetch();
      encodeFloat(out_, number);
      return false;
    }
    case RowKind::kNumpyBool: {
      const int truth = py.PyObject_IsTrue(value.get());
      check(truth);
      out_.header(truth != 0 ? Tag::kTrue : Tag::kFalse, 0);
      return false;
    }
    case RowKind::kNumpyInt:
      encodeInt(out_, check(py.PyNumber_Index(value.get())));
      return false;
    case RowKind::kNumpyOther:
      return openNumpyScalar(value);
    case RowKind::kArray:
      return openArray(value);
    case RowKind::kCustom:
      return openCustom(value, row);
    case RowKind::kJsValue: {
      uint32_t id = 0;
      if (!sink_.exportJsValue(value, id)) return writeReference(value);
      out_.header(Tag::kJsRef, id);
      return false;
    }
  }
  return writeReference(value);
}

bool TreeEncoder::openRich(Borrowed value, wire::RichKind kind) {
  Ref parts = splitRich(kind, value);
  if (parts.is(py.NotImplemented)) return writeReference(value);
  if (typeOf(parts.get()) != py.TupleType) raise(py.TypeError, "snakebridge.values.split expected to return a tuple");
  const Py_ssize_t size = py.PyTuple_Size(parts.get());
  out_.header(Tag::kRich, static_cast<uint32_t>(size), static_cast<uint32_t>(kind));
  pushOwned(Kind::kTuple, std::move(parts), size);
  return true;
}

// The record takes the number of its plain object, so that shared and cyclic records keep their shape.
bool TreeEncoder::openRecord(Borrowed record) {
  if (const auto known = work_->memo.findOrKeep(record, containers_)) {
    if (*known == kNoRecord) return writeReference(record);
    out_.header(Tag::kBackRef, *known);
    return false;
  }
  Ref fields = fieldsOf(record);
  if (fields.is(py.NotImplemented)) {
    work_->memo.renumber(record, kNoRecord);
    return writeReference(record);
  }
  if (typeOf(fields.get()) != py.DictType) raise(py.TypeError, "snakebridge.values.fields expected to return a dict");
  // A dict that somebody else has too could have a number already.
  if (fields.get()->ob_refcnt != 1) fields = check(py.PyDict_Copy(fields.get()));
  if (!openDict(fields)) return false;
  work_->frames.back().keep = std::move(fields);
  return true;
}

bool TreeEncoder::openNumpyScalar(Borrowed scalar) {
  Ref value = builtinOfNumpyScalar(scalar);
  if (encodeScalar(out_, value)) return false;
  if (typeOf(value.get()) == py.ComplexType) return openRich(value, wire::RichKind::kComplex);
  return writeReference(scalar);
}

bool TreeEncoder::openArray(Borrowed array) {
  ArrayExport shared{};
  if (arrayCount_ == work_->arrays.size()) work_->arrays.emplace_back();
  if (!sink_.exportArray(array, shared)) return writeReference(array);
  work_->arrays[arrayCount_++] = shared.exportId;
  out_.header(Tag::kArray, static_cast<uint32_t>(shared.shape.size()), shared.flags);
  out_.word(shared.exportId, shared.dtype);
  out_.number(shared.byteOffset);
  out_.bytes(shared.shape.data(), shared.shape.size() * sizeof(double));
  out_.bytes(shared.strides.data(), shared.strides.size() * sizeof(double));
  return false;
}

bool TreeEncoder::openCustom(Borrowed value, const Row& row) {
  const Ref exporter = own(row.exporter);
  out_.header(Tag::kCustom, row.detail);
  if (!exporter) return writeReference(value);
  const auto known = work_->memo.findOrKeep(value, kExporting);
  if (known == kExporting || exporting_ >= kDeepestExport) {
    raise(py.ValueError, "the export of a registered type contains itself: " + typeNameOf(value) +
                             " (expected its toJs to return something without that object in it)");
  }
  work_->memo.renumber(value, kExporting);
  Ref exported = check(py.PyObject_CallFunctionObjArgs(exporter.get(), value.get(), nullptr));
  if (exported.is(value.get())) {
    work_->memo.renumber(value, kNotExporting);
    return writeReference(value);
  }
  pushOwned(Kind::kExported, std::move(exported), 1);
  work_->frames.back().held = own(value);
  ++exporting_;
  return true;
}

bool TreeEncoder::writeReference(Borrowed value) {
  if (handleCount_ == work_->handles.size()) work_->handles.emplace_back();
  work_->handles[handleCount_] = sink_.exportObject(value);
  const ObjectHandle handle = work_->handles[handleCount_++];
  uint32_t flags = 0;
  if (py.PyCallable_Check(value.get()) != 0) flags |= wire::kCallable;
  if (py.PyIter_Check(value.get()) != 0) flags |= wire::kIterator;
  out_.header(Tag::kObject, handle.index);
  out_.word(handle.generation, flags);
  return false;
}

}  // namespace snakebridge
