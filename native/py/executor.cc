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
  PoolContext* const context;            // null: it stays in that of its thread
  const bool isHost = false;             // hosting.h rule 3
  PendingCall* const accepts = nullptr;  // hosting.h rule 1
};

// How long a host waits for what comes before its batch to be taken.
constexpr auto kPatience = std::chrono::milliseconds(20);

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
  wire::Reader in = batch->reader();
  in.seek(active.offset);
  const Operation operation = readOperation(in);
  const size_t operands = in.position();
  Ref value;
  FailureRef failure;
  std::optional<GatheredItems> items;
  std::optional<ContextScope> context;
  for (;;) {
    in.seek(operands);
    const bool starts = !operation.cancellable() || batch->calls->meet(operation, active.id);
    if (environment.closed()) return environment.unlink(active);  // or it would be parked for ever
    if (starts && runner.order == Order::kParallel && (active.previous != nullptr || active.next != nullptr)) {
      if (const Active* earlier = conflictOf(environment, active)) return parkUntilEnded(batch, active, *earlier);
    }
    if (operation.cancellable() && !batch->calls->begin(operation.temp, runner.progress.lane)) {
      refuse(environment, operation, in);
      break;
    }
    runner.progress.begin(&environment, static_cast<uint32_t>(operation.opcode), operation.temp, operation.awaited());
    items.reset();
    context.emplace();
    if (operation.opcode == wire::Opcode::kPull) items.emplace(*batch, operation.temp);
    try {
      const LevelScope level(operation.level());
      if (runner.context != nullptr) runner.context->begin();
      const Interruptible scope(active);
      value = perform(environment, batch->externals, operation, in, items ? &*items : nullptr, *context);
      if (inForkedChild()) endForkedChild(Borrowed());
      if (items) items->finish();
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
      if (items) items->finish();
      break;
    }
  }
  items.reset();
  environment.unlink(active);
  Call* const call = cancelledCall(*batch, operation);
  if (runner.isHost) endInside(environment, call != nullptr, failure);
  if (runner.accepts != nullptr && batch->isTaken()) runner.accepts->accept();  // before JS hears of it
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
    wire::Reader in = batch->reader();
    in.seek(active.offset);
    const Operation operation = readOperation(in);
    refuse(*batch->environment, operation, in);
    runner.progress.end();
    complete(batch, operation, active.id, Ref(), std::move(failure));
  }
}

// A ready operation that this thread may run: of the batch alone where it is a host. Null: there is none.
Parked takeReady(Environment& environment, const BatchRef& batch, const Runner& runner) {
  if (environment.ready.empty()) return nullptr;
  if (runner.order == Order::kParallel) return runner.isHost ? environment.ready.popOf(batch) : environment.ready.pop();
  return nullptr;
}

// Rule 3. What this thread may not run it hands to the pool.
void runReady(const BatchRef& current, const Runner& runner) {
  Environment& environment = *current->environment;
  while (Parked next = takeReady(environment, current, runner)) {
    const BatchRef batch = std::move(next->parkedBatch);
    batch->backlog.begun();
    attemptOrFail(batch, *next, runner);
    flush(*batch);
  }
  handReadyToPool(environment);
}

// Takes the next operation of the batch.
Active nextOf(Batch& batch) {
  Active active;
  active.id = batch.environment->nextActiveId++;
  active.batch = &batch;
  active.offset = batch.cursor.load(std::memory_order_relaxed);
  wire::Reader in = batch.reader();
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
    wire::Reader in = batch->reader();
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
    runReady(batch, runner);
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

// Rule 4: the first batch that comes before this one and has not been taken.
BatchRef firstBefore(const Batch& batch) {
  Environment& environment = *batch.environment;
  const auto comesFirst = [&](const BatchRef& other) { return other && other->order < batch.order; };
  BatchRef earlier = environment.firstUntaken(0, batch.caller);
  if (!comesFirst(earlier)) return nullptr;
  const uint32_t level = batch.levels().least;
  if (level == 0) return earlier;
  earlier = environment.firstUntaken(level, batch.caller);
  return comesFirst(earlier) ? earlier : nullptr;
}

}  // namespace

void runBatch(const BatchRef& batch, Progress& progress, Order order) {
  Environment& environment = *batch->environment;
  if (order == Order::kStrict) return runSafely(batch, {progress, order, nullptr});
  PoolContext context(environment.context);
  const Runner runner{progress, order, &context};
  for (BatchRef earlier = firstBefore(*batch); earlier; earlier = firstBefore(*batch)) {
    runSafely(earlier, runner);
  }
  runSafely(batch, runner);
}

bool waitForEarlier(const BatchRef& batch) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (firstBefore(*batch)) {
    if (!batch->environment->waitForProgress(until)) return false;
  }
  return true;
}

void runHosted(const BatchRef& batch, Progress& progress, Order order, PendingCall* accepts) {
  runSafely(batch, {progress, order, nullptr, true, accepts});
  batch->isHosted.store(false, std::memory_order_relaxed);
}

}  // namespace snakebridge
