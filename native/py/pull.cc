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

}  // namespace

Ref pull(Environment& environment, PyObject* iterator, PyObject* sent, uint32_t most, ItemSink& items) {
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

}  // namespace snakebridge
