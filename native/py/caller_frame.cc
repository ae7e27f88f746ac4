#include "py/caller_frame.h"

#include "py/entry.h"
#include "py/gil.h"

namespace snakebridge {

namespace {

// Both live as long as Python.
PyObject* pythonsOwn = nullptr;
PyObject* standIn = nullptr;

bool isDeepEnough(long depth) {
  Ref number = check(py.PyLong_FromLongLong(depth));
  Ref frame = steal(py.PyObject_CallFunctionObjArgs(pythonsOwn, number.get(), nullptr));
  if (frame) return true;
  if (py.PyErr_ExceptionMatches(py.ValueError) == 0) throw PythonError::fetch();
  py.PyErr_Clear();  // the ValueError that says there is no such frame
  return false;
}

// A function in C has no frame of its own, so depths mean what they mean without it. One step only: loops that go up
// until there is no frame end.
Ref getFrame(PyObject* args) {
  Ref frame = steal(py.PyObject_Call(pythonsOwn, args, nullptr));
  if (frame) return frame;
  PythonError failure = PythonError::fetch();
  if (!isOwnThread() || py.PyErr_GivenExceptionMatches(failure.exception().get(), py.ValueError) == 0) throw failure;
  const long depth = py.PyTuple_Size(args) == 0 ? 0 : py.PyLong_AsLong(py.PyTuple_GetItem(args, 0));
  if (depth > 0 && !isDeepEnough(depth - 1)) throw failure;
  return own(borrow(standIn));
}

PyMethodDef definition = {"_getframe", entry<getFrame>, METH_VARARGS,
                          "_getframe(depth=0): a frame of the call stack; below the last one there is JavaScript"};

Ref evaluate(Borrowed builtins, const char* expression) {
  Ref compile = check(py.PyObject_GetAttrString(builtins.get(), "compile"));
  Ref source = check(py.PyUnicode_FromString(expression));
  Ref file = check(py.PyUnicode_FromString("<JavaScript>"));
  Ref mode = check(py.PyUnicode_FromString("eval"));
  Ref code = check(py.PyObject_CallFunctionObjArgs(compile.get(), source.get(), file.get(), mode.get(), nullptr));
  Ref main = check(py.PyImport_ImportModule("__main__"));
  Ref names = check(py.PyObject_GetAttrString(main.get(), "__dict__"));
  Ref eval = check(py.PyObject_GetAttrString(builtins.get(), "eval"));
  return check(py.PyObject_CallFunctionObjArgs(eval.get(), code.get(), names.get(), nullptr));
}

}  // namespace

void standInForCallers() {
  Ref builtins = check(py.PyImport_ImportModule("builtins"));
  pythonsOwn = own(checkBorrowed(py.PySys_GetObject("_getframe"))).release();
  standIn = evaluate(borrow(builtins.get()), "__import__('sys')._getframe()").release();
  Ref function = check((py.PyCFunction_NewEx)(&definition, nullptr, nullptr));
  check(py.PySys_SetObject("_getframe", function.get()));
}

}  // namespace snakebridge
