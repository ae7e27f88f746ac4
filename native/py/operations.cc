#include "py/operations.h"

#include <array>
#include <utility>

#include "py/bottom_frame.h"
#include "py/import_module.h"
#include "py/operands.h"
#include "py/operators.h"
#include "py/python_error.h"
#include "py/scalars.h"
#include "py/suspension.h"

namespace snakebridge {

namespace {

// Operands in one row, owned, with a free slot in front as vectorcall likes it.
class OperandRow {
 public:
  explicit OperandRow(size_t capacity) {
    if (capacity + 1 > inline_.size()) {
      heap_.resize(capacity + 1);
      slots_ = heap_.data();
    }
  }
  ~OperandRow() { clear(); }
  OperandRow(const OperandRow&) = delete;
  OperandRow& operator=(const OperandRow&) = delete;
  void push(Ref value) { slots_[++size_] = value.release(); }
  void clear() {
    while (size_ != 0) py.Py_DecRef(slots_[size_--]);
  }
  PyObject* operator[](size_t i) const { return slots_[i + 1]; }
  PyObject* const* data() const { return slots_ + 1; }
  size_t size() const { return size_; }

 private:
  std::array<PyObject*, 10> inline_{};
  std::vector<PyObject*> heap_;
  PyObject** slots_ = inline_.data();
  size_t size_ = 0;
};

Ref keywordNames(const std::vector<Ref>& names) {
  Ref tuple = check(py.PyTuple_New(static_cast<Py_ssize_t>(names.size())));
  for (size_t i = 0; i < names.size(); i++) {
    check(py.PyTuple_SetItem(tuple.get(), static_cast<Py_ssize_t>(i), names[i].copy().release()));
  }
  return tuple;
}

// A call where vectorcall is not exported. Null with the error set.
Ref callPlainly(PyObject* target, const OperandRow& row, size_t first, size_t positional,
                const std::vector<Ref>& names) {
  Ref args = check(py.PyTuple_New(static_cast<Py_ssize_t>(positional)));
  for (size_t i = 0; i < positional; i++) {
    check(py.PyTuple_SetItem(args.get(), static_cast<Py_ssize_t>(i), own(row[first + i]).release()));
  }
  Ref keywords;
  if (!names.empty()) keywords = check(py.PyDict_New());
  for (size_t i = 0; i < names.size(); i++) {
    check(py.PyDict_SetItem(keywords.get(), names[i].get(), row[first + positional + i]));
  }
  return steal(py.PyObject_Call(target, args.get(), keywords.get()));
}

// Null with the error set.
Ref callOnce(PyObject* target, const OperandRow& row, size_t first, const std::vector<Ref>& names) {
  const size_t positional = row.size() - first - names.size();
  if (py.PyObject_Vectorcall == nullptr) return callPlainly(target, row, first, positional, names);
  Ref tuple = names.empty() ? Ref() : keywordNames(names);
  return steal(py.PyObject_Vectorcall(target, row.data() + first, positional | kVectorcallOffset, tuple.get()));
}

// Calls `target` with the operands from `first` on: positional ones, then one per keyword name.
Ref call(PyObject* target, const OperandRow& row, size_t first, const std::vector<Ref>& names) {
  Ref result = callOnce(target, row, first, names);
  if (result) return result;
  PythonError error = PythonError::fetch();
  if (!lacksCaller(borrow(target), error)) throw error;
  inBottomFrame([&] { result = check(callOnce(target, row, first, names).release()); });
  return result;
}

Ref callMethod(PyObject* name, const OperandRow& row, const std::vector<Ref>& names) {
  if (py.PyObject_VectorcallMethod == nullptr) {
    Ref method = check(py.PyObject_GetAttr(row[0], name));
    return call(method.get(), row, 1, names);
  }
  const size_t positional = row.size() - names.size();
  Ref tuple = names.empty() ? Ref() : keywordNames(names);
  Ref result = steal(py.PyObject_VectorcallMethod(name, row.data(), positional | kVectorcallOffset, tuple.get()));
  if (result) return result;
  PythonError error = PythonError::fetch();
  if (typeOf(row[0]) != py.ModuleType) throw error;
  Ref function = steal(py.PyObject_GetAttr(row[0], name));
  if (!function) py.PyErr_Clear();  // the AttributeError that `error` is already
  if (!function || !lacksCaller(function, error)) throw error;
  return call(function.get(), row, 1, names);
}

Ref none() { return own(py.None); }

Ref helper(PyObject* name) {
  static PyObject* module = nullptr;
  if (module == nullptr) module = importModule("snakebridge.operations").release();
  return check(py.PyObject_GetAttr(module, name));
}

// The string of an operation that brings its name along: Python's functions that take names believe that they are str.
Ref inlineName(Decoder& decoder) {
  Ref name = decoder.decode();
  if (typeOf(name.get()) != py.UnicodeType) throw wire::MalformedMessage("a name is not a string");
  return name;
}

std::string typeName(PyObject* object) {
  Ref name = check(py.PyType_GetName(reinterpret_cast<PyTypeObject*>(typeOf(object))));
  Py_ssize_t length = 0;
  const char* text = py.PyUnicode_AsUTF8AndSize(name.get(), &length);
  if (text == nullptr) throw PythonError::fetch();
  return {text, static_cast<size_t>(length)};
}

size_t operandsNeeded(wire::Opcode opcode) {
  switch (opcode) {
    case wire::Opcode::kSetItem:
      return 3;
    case wire::Opcode::kSetAttr:
    case wire::Opcode::kGetItem:
    case wire::Opcode::kDelItem:
      return 2;
    case wire::Opcode::kHelper:
      return 0;
    default:
      return 1;
  }
}

}  // namespace

bool Operation::isNamed() const {
  switch (opcode) {
    case wire::Opcode::kGetAttr:
    case wire::Opcode::kSetAttr:
    case wire::Opcode::kDelAttr:
    case wire::Opcode::kCallMethod:
    case wire::Opcode::kHelper:
      return true;
    default:
      return false;
  }
}

Operation readOperation(wire::Reader& in) {
  const auto first = in.word();
  const auto second = in.word();
  const auto third = in.word();
  Operation operation{static_cast<wire::Opcode>(first.low & 0xff),
                      first.low >> 8,
                      first.high,
                      second.low,
                      second.high,
                      third.low,
                      third.high};
  if (operation.size < wire::kOpHeaderSize || operation.size - wire::kOpHeaderSize > in.remaining() ||
      operation.operandCount > operation.size || operation.keywordCount > operation.size) {
    throw wire::MalformedMessage("an operation with a wrong size");
  }
  return operation;
}

void refuse(Environment& environment, const Operation& operation, wire::Reader& in) {
  UntakenValues values(environment);
  try {
    if (operation.inContext()) values.skip(in);
    if (operation.hasInlineName()) values.skip(in);
    for (uint32_t i = 0; i < operation.operandCount + operation.keywordCount; i++) {
      if (i >= operation.operandCount && in.word().high == wire::kInlineName) values.skip(in);
      values.skip(in);
    }
  } catch (const wire::MalformedMessage&) {
    // what cannot be read holds nothing
  }
}

namespace {

// What an operation is given.
struct Given {
  explicit Given(const Operation& operation) : row(operation.operandCount + operation.keywordCount) {}
  OperandRow row;
  std::vector<Ref> keywords;  // their names
  PyObject* name = nullptr;
  Ref broughtName;
  Ref context;
};

// A scalar, a reference, or a result that is there; null for all else.
Ref plainOperand(Environment& environment, wire::Reader& in) {
  const auto head = in.word();
  switch (static_cast<wire::Tag>(head.low & 0xff)) {
    case wire::Tag::kObject:
      return own(environment.objects.find(head.high, in.word().low));
    case wire::Tag::kTemp:
      return environment.temps.state(head.high) == TempTable::State::kReady ? own(environment.temps.value(head.high))
                                                                            : Ref();
    default:
      return decodeScalar(in, head);
  }
}

// The operands of most operations, without what the others need. False: it is one of the others, or something is wrong
// with it, which they find too.
bool takePlainly(Environment& environment, const Operation& operation, wire::Reader in, Given& given) {
  if (operation.keywordCount != 0 || operation.inContext() || operation.hasInlineName()) return false;
  try {
    if (operation.isNamed()) given.name = environment.name(operation.aux).get();
    for (uint32_t i = 0; i < operation.operandCount; i++) {
      Ref operand = plainOperand(environment, in);
      if (!operand) break;
      given.row.push(std::move(operand));
    }
    if (given.row.size() == operation.operandCount) return true;
  } catch (...) {
  }
  given.row.clear();
  return false;
}

void take(Environment& environment, const std::vector<JsMemoryRef>& externals, const Operation& operation,
          wire::Reader& in, Given& given) {
  const size_t start = in.position();
  Operands source(environment, externals);
  Decoder decoder(in, source);
  try {
    if (operation.inContext()) given.context = decoder.decode();
    if (operation.hasInlineName()) {
      given.broughtName = inlineName(decoder);
      given.name = given.broughtName.get();
    } else if (operation.isNamed()) {
      given.name = environment.name(operation.aux).get();
    }
    for (uint32_t i = 0; i < operation.operandCount; i++) given.row.push(decoder.decode());
    for (uint32_t i = 0; i < operation.keywordCount; i++) {
      const uint32_t id = in.word().high;
      given.keywords.push_back(id == wire::kInlineName ? inlineName(decoder) : own(environment.name(id)));
      given.row.push(decoder.decode());
    }
  } catch (const NotReady&) {
    throw;  // it will be decoded again
  } catch (...) {
    in.seek(start);
    refuse(environment, operation, in);
    throw;
  }
  source.taken();
}

}  // namespace

Ref perform(Environment& environment, const std::vector<JsMemoryRef>& externals, const Operation& operation,
            wire::Reader& in, ItemSink* items, ContextScope& context) {
  using wire::Opcode;
  const Opcode opcode = operation.opcode;
  Given given(operation);
  if (!takePlainly(environment, operation, in, given)) take(environment, externals, operation, in, given);
  const OperandRow& row = given.row;
  PyObject* const name = given.name;
  if (given.context) context.enter(given.context);
  if (operation.operandCount < operandsNeeded(opcode)) throw wire::MalformedMessage("an operation lacks an operand");

  switch (opcode) {
    case Opcode::kCall:
      return call(row[0], row, 1, given.keywords);
    case Opcode::kCallMethod:
      return callMethod(name, row, given.keywords);
    case Opcode::kGetAttr:
      return check(py.PyObject_GetAttr(row[0], name));
    case Opcode::kGetItem:
      return check(py.PyObject_GetItem(row[0], row[1]));
    case Opcode::kFetch:
      return own(row[0]);
    case Opcode::kAwait:
      if (!isAwaitable(row[0])) raise(py.TypeError, "expected an awaitable for $await, got " + typeName(row[0]));
      return own(row[0]);
    case Opcode::kOperate:
      return operate(static_cast<wire::Operator>(operation.aux), row.data(), row.size());
    case Opcode::kSetAttr:
      check(py.PyObject_SetAttr(row[0], name, row[1]));
      return none();
    case Opcode::kDelAttr:
      check(py.PyObject_SetAttr(row[0], name, nullptr));
      return none();
    case Opcode::kSetItem:
      check(py.PyObject_SetItem(row[0], row[1], row[2]));
      return none();
    case Opcode::kDelItem:
      check(py.PyObject_DelItem(row[0], row[1]));
      return none();
    case Opcode::kImport:
      return importInTurn(borrow(row[0]));
    case Opcode::kHelper: {
      const RegistrationScope scope(environment.types());
      return call(helper(name).get(), row, 0, given.keywords);
    }
    case Opcode::kPull:
      return pull(environment, row[0], row.size() > 1 ? row[1] : py.None, operation.aux, *items);
  }
  throw wire::MalformedMessage("an unknown opcode");
}

}  // namespace snakebridge
