#include "py/js_calls.h"

#include <optional>
#include <utility>

#include "py/encoder.h"
#include "py/environment.h"
#include "py/forked_child.h"
#include "py/gil.h"
#include "py/hosting.h"
#include "py/import_module.h"
#include "py/interrupts.h"
#include "py/js_promises.h"
#include "py/operands.h"
#include "py/python_error.h"
#include "py/scalars.h"
#include "py/stall.h"

namespace snakebridge {

namespace {

using wire::AnswerStatus;

thread_local uint32_t currentLane = 0;
FAST_THREAD_LOCAL uint32_t currentLevel = 0;
FAST_THREAD_LOCAL Progress* currentProgress = nullptr;

// While one is alive, this thread waits for JS.
class WaitsForJs {
 public:
  WaitsForJs() { say(true); }
  ~WaitsForJs() { say(false); }
  WaitsForJs(const WaitsForJs&) = delete;
  WaitsForJs& operator=(const WaitsForJs&) = delete;

 private:
  static void say(bool waits) {
    if (currentProgress != nullptr) currentProgress->waitsForJs.store(waits, std::memory_order_relaxed);
  }
};

std::string nameOf(const JsValueState& state) {
  return state.details.empty() ? "one of its values" : state.details.substr(0, state.details.find('\n'));
}

[[noreturn]] void raiseError(const char* type, const std::string& text) {
  Ref module = importModule("snakebridge.errors");
  raise(check(py.PyObject_GetAttrString(module.get(), type)).get(), text);
}

wire::Writer requestOf(Environment& environment, const JsValueState& state, wire::JsOperation operation, Borrowed args,
                       Borrowed keywords, uint32_t call, uint32_t lane) {
  wire::Writer out;
  const bool named = keywords && py.PyDict_Size(keywords.get()) != 0;
  out.word(static_cast<uint32_t>(wire::EntryKind::kCall), call);
  out.word(0, lane);
  out.word(static_cast<uint32_t>(operation) | (named ? wire::kKeywords : 0u) << 8 | currentLevel << 16, state.id);
  Encoder encoder(out, environment);
  if (named) {
    Ref both = check(py.PyTuple_New(2));
    check(py.PyTuple_SetItem(both.get(), 0, own(args).release()));
    check(py.PyTuple_SetItem(both.get(), 1, own(keywords).release()));
    encoder.encode(both);
  } else {
    encoder.encode(args);
  }
  out.patch32(wire::kWord, static_cast<uint32_t>(out.size()));
  return out;
}

// A result whose operation JS has written and not awaited.
void waitForResult(Environment& environment, wire::Reader& in) {
  const InterruptibleWait wait([](void* of) { static_cast<Environment*>(of)->announceProgress(); }, &environment);
  const WaitsForJs waits;
  try {
    if (environment.closed()) {
      raiseError(
          "JavaScriptGone",
          "expected the result that JavaScript answered with, got the end of its thread (main thread or worker)");
    }
    environment.waitForProgress();
    raisePending();
  } catch (const PythonError&) {
    UntakenValues(environment).skip(in);
    throw;
  }
}

Ref decodeWhole(Environment& environment, const std::vector<JsMemoryRef>& externals, wire::Reader& in) {
  const size_t start = in.position();
  for (;;) {
    Operands source(environment, externals);
    Decoder decoder(in, source);
    try {
      Ref value = decoder.decode();
      source.taken();
      return value;
    } catch (const NotReady&) {
      in.seek(start);
      waitForResult(environment, in);
    } catch (const DependencyFailed& dependency) {
      in.seek(start);
      UntakenValues(environment).skip(in);
      throw PythonError(dependency.failure->exception.copy());
    } catch (const PythonError&) {
      in.seek(start);
      UntakenValues(environment).skip(in);
      throw;
    }
  }
}

[[noreturn]] void raiseAnswer(Ref exception) {
  if (py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(typeOf(exception.get())),
                          reinterpret_cast<PyTypeObject*>(py.BaseException)) == 0) {
    raise(py.SystemError, "expected an exception from JavaScript, got another value");
  }
  throw PythonError(std::move(exception));
}

Ref readAnswer(Environment& environment, const std::vector<JsMemoryRef>& externals, wire::Reader& in) {
  const auto status = static_cast<AnswerStatus>(in.word().low);
  Ref value = decodeWhole(environment, externals, in);
  if (status == AnswerStatus::kRaised) raiseAnswer(std::move(value));
  return value;
}

// Rule 1, the first half. The commonest answers are read where they lie: nothing that runs Python code comes between.
Ref askHere(Environment& environment, const wire::Writer& request) {
  wire::Writer copy;
  std::vector<JsMemoryRef> externals;
  {
    ResultSink::Reply reply;
    {
      GilRelease release;
      reply = environment.sink->callNow(request);
    }
    if (!reply.answered) return Ref();
    wire::Reader in(reply.data, reply.size);
    if (static_cast<AnswerStatus>(in.word().low) == AnswerStatus::kValue) {
      if (Ref value = decodeScalar(in, in.word())) return value;
    }
    copy.bytes(reply.data, reply.size);
    externals = std::move(reply.externals);
  }
  wire::Reader in(copy.data(), copy.size());
  return readAnswer(environment, externals, in);
}

// Rule 5.
void withdraw(Environment& environment, uint32_t call, PendingCall& pending) {
  if (environment.calls.take(call)) return;
  PendingCall::State now;
  {
    GilRelease release;  // an answer is on its way
    do {
      now = pending.wait(std::chrono::hours(1), PendingCall::Spin::kNot, false);
    } while (now == PendingCall::State::kWaiting || now == PendingCall::State::kPromised);
  }
  if (now == PendingCall::State::kAnswered) dropAnswer(environment, pending.take());
}

// Rule 1: stops waiting for JS that is stuck in a blocking call. The request is answered for, or withdrawn.
void giveUp(Environment& environment, const JsValueState& state, uint32_t call, PendingCall& pending) {
  const std::string blocking = describeBlockingCall(environment);  // first: it may let the GIL go, and JS answer
  if (!environment.calls.take(call)) {
    GilRelease release;  // an answer is on its way, after all
    pending.wait(std::chrono::hours(1), PendingCall::Spin::kNot, false);
    return;
  }
  raiseError("JavaScriptBlocked",
             "expected JavaScript to answer the call of " + nameOf(state) + ", got nothing: its thread is inside " +
                 blocking +
                 ", and waits there for a lock or a thread while this thread waits for it; make the blocking "
                 "call by the asynchronous API, or let go of what it waits for before calling back");
}

// While one is alive, this thread runs what comes out of the call that it waits for.
class Hosting {
 public:
  Hosting(const Environment& environment, uint32_t call, PendingCall& pending)
      : environment_(environment), call_(call), pending_(pending) {
    if (mayHost()) pending_.accept();
  }
  ~Hosting() {
    for (const BatchRef& batch : pending_.refuse()) giveToPool(batch);
  }
  Hosting(const Hosting&) = delete;
  Hosting& operator=(const Hosting&) = delete;
  // False: there is nothing.
  bool runOne() {
    const BatchRef batch = pending_.takeOffered();
    if (!batch) return hostOfLane(environment_, call_);
    runOffered(batch, pending_);
    pending_.accept();
    return true;
  }
  // JS has answered: the answer may be the result of what it has written last.
  void runLast() {
    for (const BatchRef& batch : pending_.refuse()) runOffered(batch, pending_);
  }

 private:
  const Environment& environment_;
  const uint32_t call_;
  PendingCall& pending_;
};

// `hosting`: none where the thread does not wait for promises.
PendingCall::State waitFor(Environment& environment, const JsValueState& state, uint32_t call, PendingCall& pending,
                           Hosting* hosting) {
  const bool orPromised = hosting == nullptr;
  using Spin = PendingCall::Spin;
  StallDetector detector;
  const WaitsForJs waits;
  const InterruptibleWait interruptible([](void* of) { static_cast<PendingCall*>(of)->wake(); }, &pending);
  for (Spin spin = Spin::kForAnswer;;) {
    bool stuck = false;
    PendingCall::State now;
    {
      GilRelease release;
      now = pending.wait(StallDetector::kStep, spin, orPromised);
      if (now == PendingCall::State::kWaiting || (now == PendingCall::State::kPromised && !orPromised)) {
        stuck = detector.isStuck(*environment.sink, now == PendingCall::State::kPromised);
      } else {
        return now;
      }
    }
    if (!pythonIsAlive()) raiseGone(state);
    try {
      raisePending();
    } catch (const PythonError&) {
      withdraw(environment, call, pending);
      throw;
    }
    bool ran = false;
    while (hosting != nullptr && hosting->runOne()) ran = true;  // one wake-up may have been for several
    spin = ran ? Spin::kForBatch : Spin::kNot;
    if (stuck && !ran) giveUp(environment, state, call, pending);
  }
}

// Rule 6.
Ref forget(Environment& environment, const JsValueState& state, wire::Writer request) {
  const bool here = environment.sink->isHere();
  const InterruptibleWait wait([](void* of) { static_cast<CallTable*>(of)->wakeRoom(); }, &environment.calls);
  while (!environment.calls.admitForgotten()) {
    if (environment.closed() || environment.calls.closed()) raiseGone(state);
    {
      GilRelease release;
      if (here) {
        environment.sink->serve([&] { return environment.calls.hasRoom(); }, ResultSink::Moment::max(), true);
      } else {
        environment.calls.waitForRoom(StallDetector::kStep);
      }
    }
    raisePending();
  }
  environment.sink->call(std::move(request));
  return own(py.None);
}

}  // namespace

void setCurrentLane(uint32_t lane) { currentLane = lane; }
Progress* setCurrentProgress(Progress* progress) { return std::exchange(currentProgress, progress); }

LevelScope::LevelScope(uint32_t level) : outer_(std::exchange(currentLevel, level)) {}
LevelScope::~LevelScope() { currentLevel = outer_; }

[[noreturn]] void raiseGone(const JsValueState& state) {
  raiseError("JavaScriptGone", "expected JavaScript to be there for " + nameOf(state) +
                                   (inForkedChild() ? ", got the child process of an os.fork(), which has none"
                                                    : ", got the end of the thread (main thread or worker) that it "
                                                      "belongs to"));
}

Ref valueOf(Environment& environment, const Answer& answer) {
  wire::Reader in(answer.bytes.data(), answer.bytes.size());
  return readAnswer(environment, answer.externals, in);
}

void dropAnswer(Environment& environment, const Answer& answer) {
  wire::Reader in(answer.bytes.data(), answer.bytes.size());
  try {
    in.word();
    UntakenValues(environment).skip(in);
  } catch (const std::exception&) {
    return;  // malformed bytes: there is nobody left to tell
  }
}

Ref askJs(Borrowed value, wire::JsOperation operation, Borrowed args, Borrowed keywords) {
  const JsValueState* state = jsValueState(value);
  if (state == nullptr) raise(py.TypeError, "expected a JavaScript value");
  const std::shared_ptr<Environment> environment = state->environment;
  const Ref alive = own(value);
  if (environment->closed() || inForkedChild()) raiseGone(*state);

  const TravelScope travellers;  // until JS has decoded the arguments
  if (state->fireAndForget && operation == wire::JsOperation::kCall) {
    return forget(*environment, *state,
                  requestOf(*environment, *state, operation, args, keywords, wire::kNoTemp, currentLane));
  }
  if (environment->sink->isHere()) {
    const wire::Writer request = requestOf(*environment, *state, operation, args, keywords, wire::kNoTemp, wire::kHere);
    if (Ref answer = askHere(*environment, request)) return answer;
    raiseGone(*state);
  }
  const Ref loop = runningLoop();
  uint32_t id = 0;
  const PendingCallRef call = environment->calls.open(id, currentLane);
  if (!call) raiseGone(*state);
  std::optional<Hosting> hosting;  // from before JS hears of it
  if (!loop) hosting.emplace(*environment, id, *call);
  try {
    environment->sink->call(requestOf(*environment, *state, operation, args, keywords, id, currentLane));
  } catch (...) {
    environment->calls.take(id);
    throw;
  }
  // Rule 4. That an async function returns a promise is known beforehand.
  if (loop && operation == wire::JsOperation::kCall &&
      state->kind == static_cast<uint32_t>(wire::JsKind::kAsyncFunction)) {
    return futureOf(loop, *environment, alive, *call);
  }
  switch (waitFor(*environment, *state, id, *call, hosting ? &*hosting : nullptr)) {
    case PendingCall::State::kPromised:
      return futureOf(loop, *environment, alive, *call);
    case PendingCall::State::kAnswered:
      if (loop && call->cameLater()) return futureOf(loop, *environment, alive, *call);
      if (hosting) hosting->runLast();
      return valueOf(*environment, call->take());
    default:
      raiseGone(*state);
  }
}

void tellJs(Borrowed value, wire::JsOperation operation, Borrowed args) {
  const JsValueState* state = jsValueState(value);
  if (state == nullptr) raise(py.TypeError, "expected a JavaScript value");
  const std::shared_ptr<Environment> environment = state->environment;
  const Ref alive = own(value);
  if (inForkedChild()) raiseGone(*state);
  wire::Writer request = requestOf(*environment, *state, operation, args, Borrowed(), wire::kNoTemp, currentLane);
  if (!environment->calls.admitForgotten(true)) raiseGone(*state);
  environment->sink->call(std::move(request));
}

}  // namespace snakebridge
