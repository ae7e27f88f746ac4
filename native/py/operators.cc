#include "py/operators.h"

#include "py/python_error.h"
#include "wire/bytes.h"

namespace snakebridge {

namespace {

Ref boolean(int truth) {
  check(truth);
  return own(truth != 0 ? py.True : py.False);
}
Ref length(Py_ssize_t value) {
  if (value < 0) throw PythonError::fetch();
  return check(py.PyLong_FromLongLong(value));
}

using Binary = PyObject* (*)(PyObject*, PyObject*);
using Unary = PyObject* (*)(PyObject*);

// In the order of wire::Operator, kAdd … kMatMul … kIRShift; kPow and kIPow take a third operand.
Binary binaryOperator(wire::Operator op) {
  switch (op) {
    case wire::Operator::kAdd:
      return py.PyNumber_Add;
    case wire::Operator::kSub:
      return py.PyNumber_Subtract;
    case wire::Operator::kMul:
      return py.PyNumber_Multiply;
    case wire::Operator::kTrueDiv:
      return py.PyNumber_TrueDivide;
    case wire::Operator::kFloorDiv:
      return py.PyNumber_FloorDivide;
    case wire::Operator::kMod:
      return py.PyNumber_Remainder;
    case wire::Operator::kMatMul:
      return py.PyNumber_MatrixMultiply;
    case wire::Operator::kAnd:
      return py.PyNumber_And;
    case wire::Operator::kOr:
      return py.PyNumber_Or;
    case wire::Operator::kXor:
      return py.PyNumber_Xor;
    case wire::Operator::kLShift:
      return py.PyNumber_Lshift;
    case wire::Operator::kRShift:
      return py.PyNumber_Rshift;
    case wire::Operator::kIAdd:
      return py.PyNumber_InPlaceAdd;
    case wire::Operator::kISub:
      return py.PyNumber_InPlaceSubtract;
    case wire::Operator::kIMul:
      return py.PyNumber_InPlaceMultiply;
    case wire::Operator::kITrueDiv:
      return py.PyNumber_InPlaceTrueDivide;
    case wire::Operator::kIFloorDiv:
      return py.PyNumber_InPlaceFloorDivide;
    case wire::Operator::kIMod:
      return py.PyNumber_InPlaceRemainder;
    case wire::Operator::kIMatMul:
      return py.PyNumber_InPlaceMatrixMultiply;
    case wire::Operator::kIAnd:
      return py.PyNumber_InPlaceAnd;
    case wire::Operator::kIOr:
      return py.PyNumber_InPlaceOr;
    case wire::Operator::kIXor:
      return py.PyNumber_InPlaceXor;
    case wire::Operator::kILShift:
      return py.PyNumber_InPlaceLshift;
    case wire::Operator::kIRShift:
      return py.PyNumber_InPlaceRshift;
    case wire::Operator::kDivMod:
      return py.PyNumber_Divmod;
    default:
      return nullptr;
  }
}

Unary unaryOperator(wire::Operator op) {
  switch (op) {
    case wire::Operator::kNeg:
      return py.PyNumber_Negative;
    case wire::Operator::kPos:
      return py.PyNumber_Positive;
    case wire::Operator::kInvert:
      return py.PyNumber_Invert;
    case wire::Operator::kAbs:
      return py.PyNumber_Absolute;
    case wire::Operator::kRepr:
      return py.PyObject_Repr;
    case wire::Operator::kStr:
      return py.PyObject_Str;
    case wire::Operator::kType:
      return py.PyObject_Type;
    case wire::Operator::kIter:
      return py.PyObject_GetIter;
    case wire::Operator::kList:
      return py.PySequence_List;
    case wire::Operator::kDir:
      return py.PyObject_Dir;
    case wire::Operator::kId:
      return reinterpret_cast<Unary>(py.PyLong_FromVoidPtr);
    default:
      return nullptr;
  }
}

int comparison(wire::Operator op) {
  switch (op) {
    case wire::Operator::kLt:
      return Py_LT;
    case wire::Operator::kLe:
      return Py_LE;
    case wire::Operator::kEq:
      return Py_EQ;
    case wire::Operator::kNe:
      return Py_NE;
    case wire::Operator::kGt:
      return Py_GT;
    case wire::Operator::kGe:
      return Py_GE;
    default:
      return -1;
  }
}

}  // namespace

Ref operate(wire::Operator op, PyObject* const* row, size_t size) {
  auto need = [&](size_t count) {
    if (size < count) throw wire::MalformedMessage("an operator lacks an operand");
  };
  need(1);
  if (Unary unary = unaryOperator(op)) return check(unary(row[0]));
  switch (op) {
    case wire::Operator::kTruth:
      return boolean(py.PyObject_IsTrue(row[0]));
    case wire::Operator::kNot:
      return boolean(py.PyObject_Not(row[0]));
    case wire::Operator::kLen:
      return length(py.PyObject_Size(row[0]));
    case wire::Operator::kCallable:
      return boolean(py.PyCallable_Check(row[0]));
    case wire::Operator::kHash: {
      const Py_hash_t hash = py.PyObject_Hash(row[0]);
      if (hash == -1) throw PythonError::fetch();
      return check(py.PyLong_FromLongLong(hash));
    }
    default:
      break;
  }
  need(2);
  if (Binary binary = binaryOperator(op)) return check(binary(row[0], row[1]));
  if (const int code = comparison(op); code >= 0) return check(py.PyObject_RichCompare(row[0], row[1], code));
  switch (op) {
    case wire::Operator::kPow:
      return check(py.PyNumber_Power(row[0], row[1], size > 2 ? row[2] : py.None));
    case wire::Operator::kIPow:
      return check(py.PyNumber_InPlacePower(row[0], row[1], size > 2 ? row[2] : py.None));
    case wire::Operator::kIs:
      return boolean(row[0] == row[1]);
    case wire::Operator::kIsNot:
      return boolean(row[0] != row[1]);
    case wire::Operator::kContains:
      return boolean(py.PySequence_Contains(row[0], row[1]));
    case wire::Operator::kIsInstance:
      return boolean(py.PyObject_IsInstance(row[0], row[1]));
    default:
      throw wire::MalformedMessage("an unknown operator");
  }
}

}  // namespace snakebridge
