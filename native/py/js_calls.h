// Python asks JavaScript: an operation on a JS value, with arguments; the answer is a value or an exception.
//  1. On the JS thread, inside a blocking call, JS is entered at once. From any other thread the request goes to JS's
//     event loop, and the thread waits for the answer without the GIL: it spins first, because JS often answers within
//     microseconds.
//  2. JS answers every request once; when the environment closes, whoever waits is told (and so is every later caller).
//  3. Bytes of an answer are decoded by the thread that asked, with the GIL.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "py/js_memory.h"
#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

// What JS answered: see wire::AnswerStatus. `bytes` begin with the status word.
struct Answer {
  wire::Writer bytes;
  std::vector<JsMemoryRef> externals;
};

// One request on its way. Any thread, without the GIL.
class PendingCall {
 public:
  void answer(Answer answer);
  // JS will never answer.
  void abandon();
  // False: it was abandoned.
  bool wait();
  Answer take() { return std::move(answer_); }

 private:
  enum class State { kWaiting, kAnswered, kAbandoned };
  void finish(State state);
  std::atomic<State> state_{State::kWaiting};
  std::mutex mutex_;
  std::condition_variable changed_;
  Answer answer_;
};
using PendingCallRef = std::shared_ptr<PendingCall>;

// The requests of one environment that wait for their answers. Any thread, without the GIL; a lock of its own.
class CallTable {
 public:
  // Null once the environment has closed.
  PendingCallRef open(uint32_t& id);
  // Null when nobody waits for it (any more).
  PendingCallRef take(uint32_t id);
  void close();

 private:
  std::mutex mutex_;
  std::unordered_map<uint32_t, PendingCallRef> pending_;
  uint32_t next_ = 0;
  bool closed_ = false;
};

// The lane whose thread this is, for the references that a callback gets: 0 for all others.
void setCurrentLane(uint32_t lane);

// Asks JS and returns its answer. `args` is a tuple, `keywords` a dict or null. Throws PythonError: what JS threw, what
// could not be converted, snakebridge.errors.JavaScriptGone when the environment has closed. GIL held.
Ref askJs(Borrowed value, wire::JsOperation operation, Borrowed args, Borrowed keywords);

// As askJs, with an answer that nobody waits for, and that is dropped. GIL held, for a moment only.
void tellJs(Borrowed value, wire::JsOperation operation, Borrowed args);

}  // namespace snakebridge
