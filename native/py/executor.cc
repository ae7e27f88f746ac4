#include "py/executor.h"

#include <optional>

#include "py/cancellation.h"
#include "py/completion.h"
#include "py/forked_child.h"
#include "py/items.h"
#include "py/js_calls.h"
#include "py/ordering.h"
#include "py/suspension.h"

namespace snakebridge {

namespace {

// The record of a cancellable operation that has ended, if it was cancelled.
Call* cancelledCall(const Batch& batch, const Operation& operation) {
  if (!operation.cancellable()) return nullptr;
  Call& call = batch.calls->end(operation.temp);
  return call.cancelled ? &call : nullptr;
}

// The thread that runs operations, for as long as it does.
struct Runner {
  Progress& progress;
  const Order order;
  PoolContext* const context;  // null: it stays in that of its thread
};

// While an operation runs the end of its environment can interrupt it.
class Interruptible {
 public:
  explicit Interruptible(Active& active) : active_(active) { active_.thread = py.PyThread_get_thread_ident(); }
  ~Interruptible() {
    active_.thread = 0;
    if (active_.ending) active_.ending->end(wire::kNoTemp);
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  Active& active_;
};

// Runs a linked operation and unlinks it, or parks it.
void attempt(const BatchRef& batch, Active& active, const Runner& runner) {
  Environment& environment = *batch->environment;
  Operation operation;
  Ref value;
  FailureRef failure;
  std::optional<ContextScope> context;
  for (;;) {
    wire::Reader in(batch->bytes.get(), batch->size);
    in.seek(active.offset);
    operation = readOperation(in);
    const bool starts = !operation.cancellable() || batch->calls->meet(operation, active.id);
    if (environment.closed()) return environment.unlink(active);  // or it would be parked for ever
    if (starts && runner.order == Order::kParallel && (active.previous != nullptr || active.next != nullptr)) {
      if (const Active* earlier = conflictOf(environment, active)) return parkUntilEnded(batch, active, *earlier);
    }
    if (operation.cancellable() && !batch->calls->begin(operation.temp, runner.progress.lane)) {
      refuse(environment, operation, in);
      break;
    }
    runner.progress.begin(&environment, static_cast<uint32_t>(operation.opcode), operation.temp);
    GatheredItems items(*batch, operation.temp);
    context.emplace();
    try {
      const LevelScope level(operation.level());
      if (runner.context != nullptr) runner.context->begin();
      const Interruptible scope(active);
      value = perform(environment, batch->externals, operation, in, &items, *context);
      if (inForkedChild()) endForkedChild(Borrowed());
      items.finish();
      break;
    } catch (const NotReady& missing) {
      if (operation.cancellable()) batch->calls->wait(operation.temp);
      if (runner.order == Order::kStrict && !environment.closed()) {
        environment.waitForProgress();
        continue;
      }
      runner.progress.end();
      if (environment.closed()) return environment.unlink(active);
      return parkUntilTemp(batch, active, missing.temp);
    } catch (...) {
      failure = currentFailure();
      if (inForkedChild()) endForkedChild(failure->exception);
      items.finish();
      break;
    }
  }
  environment.unlink(active);
  Call* const call = cancelledCall(*batch, operation);
  if (runner.context != nullptr && !operation.inContext()) runner.context->end();
  if (call != nullptr) {
    value = Ref();
    finishCancelled(batch, operation, active.id, *call, failure);
  } else if (!failure && suspends(operation, value)) {
    suspend(batch, operation, active, value);
  } else {
    complete(batch, operation, active.id, std::move(value), std::move(failure));
  }
  runner.progress.end();
  if (operation.opcode == wire::Opcode::kPull) flush(*batch);  // whoever consumes it need not wait for other streams
  runner.progress.operations.fetch_add(1, std::memory_order_relaxed);
}

// What cannot even be begun, for lack of memory or as its bytes make no sense, fails as what has run.
void attemptOrFail(const BatchRef& batch, Active& active, const Runner& runner) {
  try {
    attempt(batch, active, runner);
  } catch (...) {
    if (!active.linked) throw;
    FailureRef failure = currentFailure();
    batch->environment->unlink(active);
    wire::Reader in(batch->bytes.get(), batch->size);
    in.seek(active.offset);
    const Operation operation = readOperation(in);
    refuse(*batch->environment, operation, in);
    runner.progress.end();
    complete(batch, operation, active.id, Ref(), std::move(failure));
  }
}

// Rule 3. A strict thread hands what became ready to the pool.
void runReady(Environment& environment, const Runner& runner) {
  while (!environment.ready.empty()) {
    if (runner.order == Order::kStrict) {
      return handReadyToPool(environment);
    }
    Parked next = environment.ready.pop();
    const BatchRef batch = std::move(next->parkedBatch);
    batch->backlog.begun();
    attemptOrFail(batch, *next, runner);
    flush(*batch);
  }
}

// Takes the next operation of the batch.
Active nextOf(Batch& batch) {
  Active active;
  active.id = batch.environment->nextActiveId++;
  active.batch = &batch;
  active.offset = batch.cursor.load(std::memory_order_relaxed);
  wire::Reader in(batch.bytes.get(), batch.size);
  in.seek(active.offset);
  batch.cursor.store(active.offset + readOperation(in).size, std::memory_order_relaxed);
  batch.backlog.begun();
  if (batch.isTaken()) batch.environment->announceProgress();
  return active;
}

void runRest(const BatchRef& batch, const Runner& runner) {
  Environment& environment = *batch->environment;
  if (!batch->started) {
    batch->started = true;
    wire::Reader in(batch->bytes.get(), batch->size);
    const BatchHead head = readHead(in);
    // A finalizer may give the GIL up, and another thread join: everything it needs is there before the first runs.
    // The releases count as one operation, because JS uses the numbers again once the batch is done.
    batch->unfinished = head.operations + 1;
    batch->cursor.store(in.position(), std::memory_order_relaxed);
    if (batch->isTaken()) environment.announceProgress();  // it only releases: no operation will say so
    releaseListed(environment, head);
    if (--batch->unfinished == 0 && batch->cursor.load(std::memory_order_relaxed) >= batch->size) finishBatch(*batch);
  } else {
    flush(*batch);  // Rule 5: another thread is busy with this batch
  }
  while (!environment.closed()) {
    runReady(environment, runner);
    if (batch->cursor.load(std::memory_order_relaxed) >= batch->size) break;
    Active active = nextOf(*batch);
    environment.link(active);
    attemptOrFail(batch, active, runner);
  }
  flush(*batch);
}

void runSafely(const BatchRef& batch, const Runner& runner) {
  try {
    runRest(batch, runner);
  } catch (const std::exception&) {
    // Malformed bytes or no memory between two operations: the batch ends here, JS rejects what it still waits for.
    batch->cursor.store(batch->size, std::memory_order_relaxed);
    batch->environment->announceProgress();
    if (!batch->done) finishBatch(*batch);
  }
}

}  // namespace

void runBatch(const BatchRef& batch, Progress& progress, Order order) {
  Environment& environment = *batch->environment;
  std::optional<PoolContext> context;
  if (order == Order::kParallel) context.emplace(environment.context);
  const Runner runner{progress, order, context ? &*context : nullptr};
  if (order == Order::kParallel) {
    const auto comesFirst = [&](const BatchRef& other) { return other && other->order < batch->order; };
    BatchRef earlier = environment.firstUntaken();
    const uint32_t level = comesFirst(earlier) ? batch->levels().least : 0;
    if (level != 0) earlier = environment.firstUntaken(level);
    for (; comesFirst(earlier); earlier = environment.firstUntaken(level)) runSafely(earlier, runner);
  }
  runSafely(batch, runner);
}

}  // namespace snakebridge
