#include "py/blocking.h"

#include <array>
#include <optional>

#include "py/bottom_frame.h"
#include "py/cancellation.h"
#include "py/completion.h"
#include "py/forked_child.h"
#include "py/items.h"
#include "py/js_calls.h"
#include "py/ordering.h"
#include "py/scalars.h"
#include "py/suspension.h"

namespace snakebridge {

namespace {

// Of a call: the object index of what is called, in the operand where the reader stands; kNoTemp: it is none.
uint32_t targetOf(const Operation& operation, wire::Reader in) {
  if (operation.opcode != wire::Opcode::kCall || operation.operandCount == 0) return wire::kNoTemp;
  const auto head = in.word();
  return (head.low & 0xff) == static_cast<uint32_t>(wire::Tag::kObject) ? head.high : wire::kNoTemp;
}

// Says what the JS thread is doing, for those who wait for it (stall.h).
class BlockingScope {
 public:
  BlockingScope(Environment& environment, const Operation& operation, uint32_t target)
      : environment_(environment), here_{&operation, target, py.PyThread_get_thread_ident(), environment.blocking} {
    environment.blocking = &here_;
  }
  ~BlockingScope() { environment_.blocking = here_.outer; }
  BlockingScope(const BlockingScope&) = delete;
  BlockingScope& operator=(const BlockingScope&) = delete;

 private:
  Environment& environment_;
  BlockingOperation here_;
};

void writeOutcome(Environment& environment, uint32_t flags, const Ref& value, FailureRef failure, wire::Writer& out) {
  if (!failure) {
    try {
      return encodeResult(environment, flags, value, out);
    } catch (...) {
      failure = currentFailure();
    }
  }
  encodeFailure(environment, *failure, out);
}

constexpr size_t kQuickOperands = 5;

bool isQuick(const Operation& operation) {
  return operation.opcode == wire::Opcode::kCall && operation.flags == wire::kAwaited && operation.operandCount > 0 &&
         operation.operandCount <= kQuickOperands && operation.keywordCount == 0;
}

}  // namespace

size_t callQuickly(Environment& environment, wire::Reader in, wire::Writer& out) {
  if (environment.firstActive != nullptr || environment.firstUntaken()) return 0;
  const Operation operation = readOperation(in);
  if (!isQuick(operation)) return 0;
  const uint32_t target = targetOf(operation, in);
  if (target == wire::kNoTemp || py.PyObject_Vectorcall == nullptr) return 0;
  in.word();
  Ref callable = own(environment.objects.find(target, in.word().low));
  if (!callable) return 0;

  std::array<Ref, kQuickOperands> owned;
  std::array<PyObject*, kQuickOperands> arguments{};  // the first slot stays free
  JsThreadContext context(environment.context, environment.blocking != nullptr);
  Ref value;
  FailureRef failure;
  try {
    for (uint32_t i = 1; i < operation.operandCount; i++) {
      owned[i] = decodeScalar(in, in.word());
      if (!owned[i]) return 0;
      arguments[i] = owned[i].get();
    }
    const BlockingScope blocking(environment, operation, target);
    const LevelScope level(0);
    context.begin();
    const size_t count = (operation.operandCount - 1) | kVectorcallOffset;
    const auto call = [&] { return py.PyObject_Vectorcall(callable.get(), arguments.data() + 1, count, nullptr); };
    value = steal(call());
    if (!value) {
      PythonError error = PythonError::fetch();
      if (!lacksCaller(callable, error)) throw error;
      inBottomFrame([&] { value = check(call()); });
    }
  } catch (...) {
    failure = currentFailure();
  }
  context.end();
  if (inForkedChild()) endForkedChild(failure ? failure->exception : Borrowed());
  writeOutcome(environment, operation.flags, value, std::move(failure), out);
  return operation.size;
}

void runNow(Environment& environment, const std::vector<JsMemoryRef>& externals, wire::Reader& in, wire::Writer& out,
            Calls* calls) {
  if (calls == nullptr && callQuickly(environment, in, out) != 0) return;
  static const std::string lane = "sync";
  const size_t start = in.position();
  const size_t begin = out.size();
  FailureRef failure;
  Operation operation = readOperation(in);
  JsThreadContext common(environment.context, environment.blocking != nullptr);
  const BlockingScope blocking(environment, operation, targetOf(operation, in));
  in.seek(start);
  waitForTurn(environment, in, calls);
  std::optional<WrittenItems> items;
  std::optional<ContextScope> context;
  Ref value;
  for (;;) {
    in.seek(start);
    operation = readOperation(in);
    items.reset();
    context.emplace();
    out.truncate(begin);
    if (operation.opcode == wire::Opcode::kPull) items.emplace(environment, out);
    try {
      if (calls != nullptr && !(calls->meet(operation, 0) && calls->begin(operation.temp, lane))) {
        refuse(environment, operation, in);
        break;
      }
      const LevelScope level(operation.level());
      common.begin();
      value = perform(environment, externals, operation, in, items ? &*items : nullptr, *context);
      if (operation.opcode == wire::Opcode::kAwait) value = waitFor(environment, value, calls);
      if (items && isAwaitable(value.get())) value = takePulled(waitFor(environment, value, calls), *items);
      break;
    } catch (const NotReady&) {
      if (calls != nullptr) calls->wait(operation.temp);
      environment.waitForProgress();
    } catch (...) {
      failure = currentFailure();
      break;
    }
  }
  if (inForkedChild()) endForkedChild(failure ? failure->exception : Borrowed());
  if (calls != nullptr) {
    Call& call = calls->end(operation.temp);
    if (call.cancelled) failure = cancellationOf(environment, call, failure);
  }
  if (!operation.inContext()) common.end();
  writeOutcome(environment, operation.flags, value, std::move(failure), out);
}

}  // namespace snakebridge
