#include "py/js_calls.h"

#include <chrono>
#include <utility>

#include "py/encoder.h"
#include "py/environment.h"
#include "py/gil.h"
#include "py/operands.h"
#include "py/python_error.h"
#include "py/relax.h"
#include "py/scalars.h"

namespace snakebridge {

namespace {

using wire::AnswerStatus;

// Rule 1. As long as JS takes for a short function when its loop was asleep, and then some.
constexpr auto kSpin = std::chrono::microseconds(50);

thread_local uint32_t currentLane = 0;

[[noreturn]] void raiseGone(const JsValueState& state) {
  Ref module = check(py.PyImport_ImportModule("snakebridge.errors"));
  Ref type = check(py.PyObject_GetAttrString(module.get(), "JavaScriptGone"));
  std::string text = "expected JavaScript to be there for ";
  text += state.details.empty() ? "one of its values" : state.details.substr(0, state.details.find('\n'));
  raise(type.get(), text + ", got the end of the thread (main thread or worker) that it belongs to");
}

wire::Writer requestOf(Environment& environment, const JsValueState& state, wire::JsOperation operation, Borrowed args,
                       Borrowed keywords, uint32_t call, uint32_t lane) {
  wire::Writer out;
  const bool named = keywords && py.PyDict_Size(keywords.get()) != 0;
  out.word(static_cast<uint32_t>(wire::EntryKind::kCall), call);
  out.word(0, lane);
  out.word(static_cast<uint32_t>(operation) | (named ? wire::kKeywords : 0u) << 8, state.id);
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
      environment.waitForProgress();  // a result whose operation JS has written and not awaited
      in.seek(start);
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

Ref valueOf(Environment& environment, const std::vector<JsMemoryRef>& externals, wire::Reader& in) {
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
  return valueOf(environment, externals, in);
}

}  // namespace

void PendingCall::finish(State state) {
  {
    std::lock_guard lock(mutex_);
    if (state_.load(std::memory_order_relaxed) != State::kWaiting) return;
    state_.store(state, std::memory_order_release);
  }
  changed_.notify_one();
}

void PendingCall::answer(Answer answer) {
  answer_ = std::move(answer);
  finish(State::kAnswered);
}

void PendingCall::abandon() { finish(State::kAbandoned); }

bool PendingCall::wait() {
  const auto until = std::chrono::steady_clock::now() + kSpin;
  while (state_.load(std::memory_order_acquire) == State::kWaiting && std::chrono::steady_clock::now() < until) relax();
  if (state_.load(std::memory_order_acquire) == State::kWaiting) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return state_.load(std::memory_order_relaxed) != State::kWaiting; });
  }
  return state_.load(std::memory_order_acquire) == State::kAnswered;
}

PendingCallRef CallTable::open(uint32_t& id) {
  std::lock_guard lock(mutex_);
  if (closed_) return nullptr;
  do {
    id = next_++;
  } while (id == wire::kNoTemp || pending_.contains(id));
  return pending_.emplace(id, std::make_shared<PendingCall>()).first->second;
}

PendingCallRef CallTable::take(uint32_t id) {
  std::lock_guard lock(mutex_);
  auto found = pending_.find(id);
  if (found == pending_.end()) return nullptr;
  PendingCallRef call = std::move(found->second);
  pending_.erase(found);
  return call;
}

void CallTable::close() {
  std::unordered_map<uint32_t, PendingCallRef> pending;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    pending.swap(pending_);
  }
  for (auto& [id, call] : pending) call->abandon();
}

void setCurrentLane(uint32_t lane) { currentLane = lane; }

Ref askJs(Borrowed value, wire::JsOperation operation, Borrowed args, Borrowed keywords) {
  const JsValueState* state = jsValueState(value);
  if (state == nullptr) raise(py.TypeError, "expected a JavaScript value");
  const std::shared_ptr<Environment> environment = state->environment;
  const Ref alive = own(value);
  if (environment->closed()) raiseGone(*state);

  const TravelScope travellers;  // until JS has decoded the arguments
  if (environment->sink->isHere()) {
    const wire::Writer request = requestOf(*environment, *state, operation, args, keywords, wire::kNoTemp, wire::kHere);
    if (Ref answer = askHere(*environment, request)) return answer;
    raiseGone(*state);
  }
  uint32_t id = 0;
  const PendingCallRef call = environment->calls.open(id);
  if (!call) raiseGone(*state);
  try {
    environment->sink->call(requestOf(*environment, *state, operation, args, keywords, id, currentLane));
  } catch (...) {
    environment->calls.take(id);
    throw;
  }
  bool answered;
  {
    GilRelease release;
    answered = call->wait();
  }
  if (!answered) raiseGone(*state);
  const Answer answer = call->take();
  wire::Reader in(answer.bytes.data(), answer.bytes.size());
  return valueOf(*environment, answer.externals, in);
}

void tellJs(Borrowed value, wire::JsOperation operation, Borrowed args) {
  const JsValueState* state = jsValueState(value);
  if (state == nullptr) raise(py.TypeError, "expected a JavaScript value");
  const std::shared_ptr<Environment> environment = state->environment;
  const Ref alive = own(value);
  uint32_t id = 0;
  if (!environment->calls.open(id)) raiseGone(*state);
  environment->calls.take(id);
  environment->sink->call(requestOf(*environment, *state, operation, args, Borrowed(), id, currentLane));
}

}  // namespace snakebridge
