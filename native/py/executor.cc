#include "py/executor.h"

#include "py/ordering.h"
#include "py/shown.h"

namespace snakebridge {

namespace {

void (*resumeOnPool)(const BatchRef&) = nullptr;

// A Writer for one entry, kept by the thread between uses. A nested use finds an empty one.
class Scratch {
 public:
  Scratch() : writer_(std::move(kept)) { writer_.clear(); }
  ~Scratch() {
    if (writer_.size() <= kLargeResult) kept = std::move(writer_);
  }
  wire::Writer& operator*() { return writer_; }

 private:
  wire::Writer writer_;
  static thread_local wire::Writer kept;
};
thread_local wire::Writer Scratch::kept;

void encodeResult(Environment& environment, uint32_t flags, const Ref& value, wire::Writer& out) {
  Encoder encoder(out, environment);
  if ((flags & wire::kKeep) != 0) {
    encoder.encodeReference(value);
  } else {
    encoder.encode(value);
  }
}

// Behind the entry of an awaited operation's value, if that is a reference: see shown.h. One piece with it: finding the
// text may run Python code, and other threads, which must not see the value before its temp is filled.
void showReference(const Batch& batch, const Operation& operation, wire::Writer& value, Borrowed object) {
  constexpr size_t kValueAt = 2 * wire::kWord;
  if (value.data()[kValueAt] != static_cast<uint8_t>(wire::Tag::kObject)) return;
  const std::string text = shownText(object);
  wire::Writer entry;
  beginEntry(entry, wire::EntryKind::kShown, operation.temp, batch.id);
  entry.header(wire::Tag::kUtf8, static_cast<uint32_t>(text.size()));
  entry.bytes(text.data(), text.size());
  endEntry(entry);
  value.bytes(entry.data(), entry.size());
}

// The operation has ended: its temp is filled, its result on the way, its dependents are ready.
void complete(const BatchRef& batch, const Operation& operation, uint64_t activeId, Ref value, FailureRef failure) {
  Environment& environment = *batch->environment;
  if (!failure && operation.awaited()) {
    Scratch scratch;
    wire::Writer& entry = *scratch;
    TravelScope travellers;
    beginEntry(entry, wire::EntryKind::kValue, operation.temp, batch->id);
    try {
      encodeResult(environment, operation.flags, value, entry);
      endEntry(entry);
      showReference(*batch, operation, entry, value);
      travellers.moveTo(batch->travellers);
      append(*batch, entry);
    } catch (...) {
      // The value exists, only its conversion failed: whoever waits for it hears of it, the temp stays usable.
      appendFailure(*batch, operation, currentFailure());
    }
  } else if (failure) {
    appendFailure(*batch, operation, failure);
  }
  if (operation.temp != wire::kNoTemp) {
    if (failure) {
      environment.temps.fail(operation.temp, std::move(failure));
    } else {
      environment.temps.succeed(operation.temp, std::move(value));
    }
    tempArrived(environment, operation.temp);
  }
  operationEnded(environment, activeId);
  environment.announceProgress();
  if (--batch->unfinished == 0 && batch->cursor.load(std::memory_order_relaxed) >= batch->size) finishBatch(*batch);
}

// Runs a linked operation and unlinks it, or parks it.
void attempt(const BatchRef& batch, Active& active, Progress& progress, Order order) {
  Environment& environment = *batch->environment;
  Operation operation;
  Ref value;
  FailureRef failure;
  for (;;) {
    if (order == Order::kParallel && (active.previous != nullptr || active.next != nullptr)) {
      if (const Active* earlier = conflictOf(environment, active)) return parkUntilEnded(batch, active, *earlier);
    }
    wire::Reader in(batch->bytes.get(), batch->size);
    in.seek(active.offset);
    operation = readOperation(in);
    try {
      value = perform(environment, batch->externals, operation, in);
      break;
    } catch (const NotReady& missing) {
      if (order == Order::kParallel) return parkUntilTemp(batch, active, missing.temp);
      if (environment.closed()) return environment.unlink(active);
      environment.waitForProgress();
    } catch (...) {
      failure = currentFailure();
      break;
    }
  }
  environment.unlink(active);
  complete(batch, operation, active.id, std::move(value), std::move(failure));
  progress.operations.fetch_add(1, std::memory_order_relaxed);
}

// Rule 3. A strict thread hands what became ready to the pool.
void runReady(Environment& environment, Progress& progress, Order order) {
  while (!environment.ready.empty()) {
    if (order == Order::kStrict) {
      if (resumeOnPool != nullptr) resumeOnPool(environment.ready.front()->parkedBatch);
      return;
    }
    Environment::Parked next = std::move(environment.ready.front());
    environment.ready.pop_front();
    const BatchRef batch = std::move(next->parkedBatch);
    attempt(batch, *next, progress, order);
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
  if (batch.isTaken()) batch.environment->announceProgress();
  return active;
}

void runRest(const BatchRef& batch, Progress& progress, Order order) {
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
    runReady(environment, progress, order);
    if (batch->cursor.load(std::memory_order_relaxed) >= batch->size) break;
    Active active = nextOf(*batch);
    environment.link(active);
    attempt(batch, active, progress, order);
  }
  flush(*batch);
}

void runSafely(const BatchRef& batch, Progress& progress, Order order) {
  try {
    runRest(batch, progress, order);
  } catch (const std::exception&) {
    // Malformed bytes or no memory between two operations: the batch ends here, JS rejects what it still waits for.
    batch->cursor.store(batch->size, std::memory_order_relaxed);
    batch->environment->announceProgress();
    if (!batch->done) finishBatch(*batch);
  }
}

}  // namespace

void runBatch(const BatchRef& batch, Progress& progress, Order order) {
  if (order == Order::kParallel) {
    Environment& environment = *batch->environment;
    for (BatchRef earlier = environment.firstUntaken(); earlier && earlier->order < batch->order;
         earlier = environment.firstUntaken()) {
      runSafely(earlier, progress, order);
    }
  }
  runSafely(batch, progress, order);
}

void runNow(Environment& environment, const std::vector<JsMemoryRef>& externals, wire::Reader& in, wire::Writer& out) {
  const size_t start = in.position();
  waitForTurn(environment, in);
  for (;;) {
    try {
      in.seek(start);
      const Operation operation = readOperation(in);
      Ref value = perform(environment, externals, operation, in);
      encodeResult(environment, operation.flags, value, out);
      return;
    } catch (const NotReady&) {
      environment.waitForProgress();
    } catch (...) {
      FailureRef failure = currentFailure();
      encodeFailure(environment, *failure, out);
      return;
    }
  }
}

void onReady(void (*resume)(const BatchRef&)) { resumeOnPool = resume; }

}  // namespace snakebridge
