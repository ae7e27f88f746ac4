#include "py/bottom_frame.h"

#include <array>
#include <exception>
#include <utility>

#include "py/entry.h"
#include "py/gil.h"
#include "py/import_module.h"

namespace snakebridge {

namespace {

struct Work {
  void (*run)(void*);
  void* body;
  std::exception_ptr thrown;
};
thread_local Work* waiting = nullptr;  // for the frame that is being entered
FAST_THREAD_LOCAL bool entered = false;

// Both live as long as Python.
PyObject* code = nullptr;
PyObject* names = nullptr;

// What the frame's only line calls.
Ref runWaiting(PyObject*) {
  Work* const work = std::exchange(waiting, nullptr);
  if (work == nullptr) raise(py.RuntimeError, "this function belongs to the frame that stands for JavaScript");
  entered = true;
  try {
    work->run(work->body);
  } catch (const PythonError&) {
    work->thrown = std::current_exception();
  } catch (const std::exception&) {
    work->thrown = std::current_exception();
  }
  entered = false;
  return own(py.None);
}

PyMethodDef definition = {"run", entry<runWaiting>, METH_NOARGS, "run(): what JavaScript asked for"};

void put(const Ref& dict, const char* key, const Ref& value) {
  Ref name = check(py.PyUnicode_FromString(key));
  check(py.PyDict_SetItem(dict.get(), name.get(), value.get()));
}

// Code of a module that calls `function`, and names nothing: its names are the program's. Made of a function's that
// calls a constant, because the first line that is compiled takes 1.4 ms.
Ref codeThatCalls(Borrowed function) {
  Ref package = importModule("snakebridge");
  Ref pattern = check(py.PyObject_GetAttrString(package.get(), "call_constant"));
  Ref compiled = check(py.PyObject_GetAttrString(pattern.get(), "__code__"));
  Ref constants = check(py.PyObject_GetAttrString(compiled.get(), "co_consts"));
  const Py_ssize_t count = py.PyTuple_Size(constants.get());
  Ref replaced = check(py.PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject* const constant = py.PyTuple_GetItem(constants.get(), i);
    const bool isMeant = typeOf(constant) == py.UnicodeType;
    check(py.PyTuple_SetItem(replaced.get(), i, own(isMeant ? function.get() : constant).release()));
  }
  Ref replacements = check(py.PyDict_New());
  put(replacements, "co_consts", replaced);
  put(replacements, "co_flags", check(py.PyLong_FromLong(0)));
  put(replacements, "co_firstlineno", check(py.PyLong_FromLong(0)));
  put(replacements, "co_filename", check(py.PyUnicode_FromString("<JavaScript>")));
  put(replacements, "co_name", check(py.PyUnicode_FromString("<module>")));
  put(replacements, "co_qualname", check(py.PyUnicode_FromString("<module>")));
  Ref replace = check(py.PyObject_GetAttrString(compiled.get(), "replace"));
  return check(py.PyObject_Call(replace.get(), check(py.PyTuple_New(0)).get(), replacements.get()));
}

// Making these may give the GIL up, and another thread make them, too: then there are two.
bool ready() {
  if (code != nullptr) return true;
  try {
    Ref main = check(py.PyImport_ImportModule("__main__"));
    Ref dict = check(py.PyObject_GetAttrString(main.get(), "__dict__"));
    Ref function = check((py.PyCFunction_NewEx)(&definition, nullptr, nullptr));
    Ref made = codeThatCalls(function);
    if (code == nullptr) {
      names = dict.release();
      code = made.release();
    }
    return true;
  } catch (const PythonError&) {
    return false;  // a MemoryError: it is tried again
  }
}

constexpr std::array kWantCaller = {"globals", "locals", "vars", "dir", "eval", "exec"};

bool wantsCaller(PyObject* function) {
  Ref builtins = own(py.PyEval_GetBuiltins());
  for (const char* name : kWantCaller) {
    Ref text = check(py.PyUnicode_FromString(name));
    if (py.PyDict_GetItemWithError(builtins.get(), text.get()) == function) return true;
  }
  return false;
}

}  // namespace

bool hasBottomFrame() { return entered; }

detail::OtherFrame::OtherFrame() : before_(std::exchange(entered, false)) {}
detail::OtherFrame::~OtherFrame() { entered = before_; }

void detail::runInBottomFrame(void (*run)(void*), void* body) {
  Work work{run, body, nullptr};
  if (!entered && ready()) {
    waiting = &work;
    Ref result = steal(py.PyEval_EvalCode(code, names, names));
    // No memory for the frame, or an exception that another thread sent (SetAsyncExc) as the frame began or ended, to
    // an operation that is over: there is nobody to raise it for.
    if (!result) py.PyErr_Clear();
    if (work.thrown) std::rethrow_exception(work.thrown);
    if (std::exchange(waiting, nullptr) == nullptr) return;
  }
  run(body);
}

bool lacksCaller(Borrowed function, const PythonError& error) {
  if (typeOf(function.get()) != py.CFunctionType || py.PyEval_GetFrame() != nullptr) return false;
  PyObject* const exception = error.exception().get();
  const Ref traceback = steal(py.PyException_GetTraceback(exception));
  if (traceback) return false;  // it comes from the code that `eval` and `exec` were given
  const bool isKnown = py.PyErr_GivenExceptionMatches(exception, py.SystemError) != 0 ||
                       py.PyErr_GivenExceptionMatches(exception, py.TypeError) != 0;
  return isKnown && wantsCaller(function.get());
}

}  // namespace snakebridge
