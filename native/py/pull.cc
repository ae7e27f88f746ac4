#include "py/pull.h"

#include <chrono>

#include "py/environment.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLongest = std::chrono::milliseconds(2);
constexpr auto kSlowStep = std::chrono::milliseconds(1);
constexpr size_t kHeaviest = 1 << 20;

Ref ended(Ref value) {
  Ref tuple = check(py.PyTuple_New(1));
  check(py.PyTuple_SetItem(tuple.get(), 0, value.release()));
  return tuple;
}

Ref pullAsynchronously(PyObject* source, PyObject* sent, uint32_t most) {
  Ref method = check(py.PyObject_GetAttrString(source, "pull"));
  Ref count = check(py.PyLong_FromLongLong(most));
  return check(py.PyObject_CallFunctionObjArgs(method.get(), count.get(), sent, nullptr));
}

}  // namespace

Ref pull(Environment& environment, PyObject* iterator, PyObject* sent, uint32_t most, ItemSink& items) {
  if (py.PyIter_Check(iterator) == 0) return pullAsynchronously(iterator, sent, most);
  const auto begin = Clock::now();
  auto before = begin;
  for (uint32_t taken = 0; taken < most && !environment.closed(); taken++) {
    PyObject* result = nullptr;
    const PySendResult outcome = py.PyIter_Send(iterator, taken == 0 ? sent : py.None, &result);
    Ref value = steal(result);
    if (outcome == PYGEN_ERROR) throw PythonError::fetch();
    if (outcome == PYGEN_RETURN) return ended(std::move(value));
    items.add(value);
    const auto now = Clock::now();
    if (now - before > kSlowStep || now - begin > kLongest || items.weight() > kHeaviest) break;  // Rules 2 and 3
    before = now;
    items.step();
  }
  return own(py.None);
}

Ref takePulled(Borrowed outcome, ItemSink& items) {
  const Borrowed list = checkBorrowed(py.PyTuple_GetItem(outcome.get(), 0));
  Ref result = own(checkBorrowed(py.PyTuple_GetItem(outcome.get(), 1)));
  const Py_ssize_t count = py.PyList_Size(list.get());
  if (count < 0) throw PythonError::fetch();
  for (Py_ssize_t i = 0; i < count; i++) {
    Ref item = own(checkBorrowed(py.PyList_GetItem(list.get(), i)));
    items.add(item);
  }
  return result;
}

}  // namespace snakebridge
