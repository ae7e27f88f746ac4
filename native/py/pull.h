// One pull of a stream: takes items from a Python iterator until it is time to stop. Needs the GIL.
//  1. JS says how many items it has room for; a pull never takes more.
//  2. A pull is short: it ends when its items took 2 ms, or keep 1 MiB alive. Nothing holds the thread while the
//     consumer is busy, and whoever wants to close the iterator soon finds it at rest.
//  3. It ends after a step that took 1 ms: a slow source is never asked for more than the consumer waits for.
//  4. An item that is there is never held back by a step that blocks: see items.h.
#pragma once

#include <cstdint>

#include "py/ref.h"

namespace snakebridge {

class Environment;

// Where items go, one by one.
class ItemSink {
 public:
  virtual ~ItemSink() = default;
  // Throws PythonError when the item cannot cross, std::bad_alloc.
  virtual void add(Borrowed item) = 0;
  // Bytes so far: what was written, and what it keeps alive in Python.
  virtual size_t weight() const = 0;
  // A step of the iterator comes next.
  virtual void step() = 0;
};

// What an iterator is pulled from. Of an asynchronous one (snakebridge.async_streams) the result is an awaitable, whose
// outcome is for takePulled().
//
// None when the pull ended and the iterator may have more; (value,) when the iterator ended and returned `value`.
// The first step sends `sent`. Throws PythonError: what the iterator raised.
Ref pull(Environment& environment, PyObject* iterator, PyObject* sent, uint32_t most, ItemSink& items);

// The outcome of an asynchronous pull, (items, result): delivers the items and gives the result, which is as pull()'s.
Ref takePulled(Borrowed outcome, ItemSink& items);

}  // namespace snakebridge
