// Python asks JavaScript: an operation on a JS value, with arguments; the answer is a value or an exception.
//  1. On the JS thread, inside a blocking call, JS is entered at once. From any other thread the request goes to JS's
//     event loop, and the thread waits for the answer without the GIL. A blocking call that waits serves such requests
//     (serving.h); where it cannot, the thread gives up (stall.h). While it waits it runs what JS writes for its answer
//     (hosting.h).
//  2. JS answers every request once; when the environment closes, whoever waits is told (and so is every later caller).
//  3. Bytes of an answer are decoded by the thread that asked, with the GIL.
//  4. A thread with a running asyncio loop does not wait for a promise: it gets a future (js_promises.h).
//  5. Who waits may be cancelled: the wait ends with the exception, and what JS answers is dropped.
//  6. Of a function that is fired and forgotten nobody waits; its calls keep their order, also with blocking calls.
#pragma once

#include <cstdint>

#include "py/js_values.h"
#include "py/pending_calls.h"
#include "py/progress.h"
#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

// The lane whose thread this is, for the references that a callback gets: 0 for all others.
void setCurrentLane(uint32_t lane);
// Where this thread says that it waits for JS; null for a thread of which nobody asks. Gives what it was.
Progress* setCurrentProgress(Progress* progress);

// While one is alive, this thread runs an operation that was written so deep in callbacks.
class LevelScope {
 public:
  explicit LevelScope(uint32_t level);
  ~LevelScope();
  LevelScope(const LevelScope&) = delete;
  LevelScope& operator=(const LevelScope&) = delete;

 private:
  const uint32_t outer_;
};

// Asks JS and returns its answer. `args` is a tuple, `keywords` a dict or null. Throws PythonError: what JS threw, what
// could not be converted, snakebridge.errors.JavaScriptGone when the environment has closed. GIL held.
Ref askJs(Borrowed value, wire::JsOperation operation, Borrowed args, Borrowed keywords);

// The answer's value; throws what JS threw. Rule 3.
Ref valueOf(Environment& environment, const Answer& answer);
// Gives back what an answer brought that nobody takes.
void dropAnswer(Environment& environment, const Answer& answer);
// For a value whose environment has closed.
[[noreturn]] void raiseGone(const JsValueState& state);
// As askJs, with an answer that nobody waits for, and that is dropped. GIL held, for a moment only.
void tellJs(Borrowed value, wire::JsOperation operation, Borrowed args);

}  // namespace snakebridge
