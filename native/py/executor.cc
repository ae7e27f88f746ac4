#include "py/executor.h"

#include <algorithm>

#include "py/failures.h"
#include "py/gil.h"
#include "py/python_error.h"
#include "py/shown.h"

namespace snakebridge {

namespace {

// Results beyond this are sent on at once instead of being gathered.
constexpr size_t kLargeResult = 256 * 1024;
// `parked` is keyed by the temp waited for, or by the id of an active operation with this bit set.
constexpr uint64_t kActiveKey = uint64_t{1} << 63;

void (*resumeOnPool)(const BatchRef&) = nullptr;

void flush(Batch& batch) {
  batch.environment->noteHeld();
  if (batch.results.empty()) return;
  wire::Writer entries = std::move(batch.results);
  batch.results = wire::Writer();
  batch.resultsWaiting.store(false, std::memory_order_relaxed);
  batch.environment->sink->deliver(std::move(entries));
}

// Appends an entry written elsewhere: encoding may run Python code, and with it another thread's entry.
void append(Batch& batch, const wire::Writer& entry) {
  batch.results.bytes(entry.data(), entry.size());
  if (batch.results.size() > kLargeResult) {
    flush(batch);
  } else {
    batch.resultsWaiting.store(true, std::memory_order_relaxed);
  }
}

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

void beginEntry(wire::Writer& out, wire::EntryKind kind, uint32_t temp, uint32_t batchId) {
  out.word(static_cast<uint32_t>(kind), temp);
  out.word(0, batchId);
}
void endEntry(wire::Writer& out) { out.patch32(wire::kWord, static_cast<uint32_t>(out.size())); }

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

void finishBatch(Batch& batch) {
  batch.done = true;
  wire::Writer entry;
  beginEntry(entry, wire::EntryKind::kBatchDone, 0, batch.id);
  endEntry(entry);
  append(batch, entry);
  flush(batch);
  batch.environment->sink->batchDone();
}

void wake(Environment& environment, uint64_t key) {
  if (environment.parked.empty()) return;
  auto found = environment.parked.find(key);
  if (found == environment.parked.end()) return;
  for (auto& parked : found->second) environment.ready.push_back(std::move(parked));
  environment.parked.erase(found);
}

void failedEntry(Batch& batch, const Operation& operation, const FailureRef& failure) {
  wire::Writer entry;
  beginEntry(entry, operation.awaited() ? wire::EntryKind::kError : wire::EntryKind::kFailed, operation.temp, batch.id);
  encodeFailure(*batch.environment, *failure, entry);
  endEntry(entry);
  append(batch, entry);
}

// The operation has ended: its temp is filled, its result on the way, its dependents are ready.
void complete(const BatchRef& batch, const Operation& operation, uint64_t activeId, Ref value, FailureRef failure) {
  Environment& environment = *batch->environment;
  if (!failure && operation.awaited()) {
    Scratch scratch;
    wire::Writer& entry = *scratch;
    beginEntry(entry, wire::EntryKind::kValue, operation.temp, batch->id);
    try {
      encodeResult(environment, operation.flags, value, entry);
      endEntry(entry);
      showReference(*batch, operation, entry, value);
      append(*batch, entry);
    } catch (...) {
      // The value exists, only its conversion failed: whoever waits for it hears of it, the temp stays usable.
      failedEntry(*batch, operation, currentFailure());
    }
  } else if (failure) {
    failedEntry(*batch, operation, failure);
  }
  if (operation.temp != wire::kNoTemp) {
    if (failure) {
      environment.temps.fail(operation.temp, std::move(failure));
    } else {
      environment.temps.succeed(operation.temp, std::move(value));
    }
    wake(environment, operation.temp);
  }
  wake(environment, activeId | kActiveKey);
  environment.announceProgress();
  if (--batch->unfinished == 0 && batch->cursor.load(std::memory_order_relaxed) >= batch->size) finishBatch(*batch);
}

// Whether program order binds operations on this object (rule 2): null when not.
PyObject* boundTo(PyObject* object) {
  PyObject* type = typeOf(object);
  if (type == py.ModuleType ||
      py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type), reinterpret_cast<PyTypeObject*>(py.TypeType))) {
    return nullptr;
  }
  if (type == py.CFunctionType) {
    PyObject* self = py.PyCFunction_GetSelf(object);
    return self == nullptr || typeOf(self) == py.ModuleType ? nullptr : self;
  }
  Ref name = steal(py.PyType_GetName(reinterpret_cast<PyTypeObject*>(type)));
  if (!name) {
    py.PyErr_Clear();
    return object;
  }
  if (py.PyUnicode_CompareWithASCIIString(name.get(), "function") == 0) return nullptr;
  if (py.PyUnicode_CompareWithASCIIString(name.get(), "method") == 0) {
    Ref self = steal(py.PyObject_GetAttrString(object, "__self__"));
    if (!self) py.PyErr_Clear();
    return self.get();  // kept alive by the method
  }
  return object;
}

// Finds the objects an operation touches. Temps that are not there yet bind by rule 1 alone.
void scan(Active& active) {
  if (active.scanned) return;
  active.scanned = true;
  const Batch& batch = *active.batch;
  Environment& environment = *batch.environment;
  wire::Reader in(batch.bytes.get(), batch.size);
  in.seek(active.offset);
  const Operation operation = readOperation(in);
  active.awaited = operation.awaited();
  auto touch = [&](PyObject* object, bool receiver) {
    PyObject* bound = object == nullptr ? nullptr : boundTo(object);
    if (bound == nullptr) return;
    if (receiver) {
      active.receiver = bound;
    } else {
      active.arguments.push_back(bound);
    }
  };
  Decoder::ShapeSizes shapes;
  const auto ignore = [](uint32_t) {};
  if (operation.hasInlineName()) Decoder::scan(in, shapes, ignore, ignore);
  for (uint32_t i = 0; i < operation.operandCount + operation.keywordCount; i++) {
    if (i >= operation.operandCount && in.word().high == wire::kInlineName) Decoder::scan(in, shapes, ignore, ignore);
    const bool receiver = i == 0 && operation.opcode != wire::Opcode::kHelper;
    Decoder::scan(
        in, shapes,
        [&](uint32_t temp) {
          if (environment.temps.state(temp) != TempTable::State::kReady) return;
          touch(environment.temps.value(temp).get(), receiver);
        },
        [&](uint32_t index) { touch(environment.objects.peek(index).get(), receiver); });
  }
}

bool touches(const Active& active, PyObject* receiver) {
  return receiver != nullptr &&
         (active.receiver == receiver ||
          std::find(active.arguments.begin(), active.arguments.end(), receiver) != active.arguments.end());
}

// Rule 2: the earlier operation that must end first, or null.
Active* conflictOf(Environment& environment, Active& later) {
  for (Active* earlier = environment.firstActive; earlier != nullptr; earlier = earlier->next) {
    if (earlier == &later || earlier->id > later.id) continue;
    scan(*earlier);
    scan(later);
    if (earlier->awaited && later.awaited) continue;
    if (touches(*earlier, later.receiver) || touches(later, earlier->receiver)) return earlier;
  }
  return nullptr;
}

void park(Environment& environment, const BatchRef& batch, Active& active, uint64_t key) {
  active.scanned = false;  // temps that are missing now will have arrived
  active.receiver = nullptr;
  active.arguments.clear();
  Environment::Parked parked = environment.park(active);
  parked->parkedBatch = batch;
  environment.parked[key].push_back(std::move(parked));
}

// Runs a linked operation and unlinks it, or parks it.
void attempt(const BatchRef& batch, Active& active, Progress& progress, Order order) {
  Environment& environment = *batch->environment;
  Operation operation;
  Ref value;
  FailureRef failure;
  for (;;) {
    if (order == Order::kParallel && (active.previous != nullptr || active.next != nullptr)) {
      if (Active* earlier = conflictOf(environment, active))
        return park(environment, batch, active, earlier->id | kActiveKey);
    }
    wire::Reader in(batch->bytes.get(), batch->size);
    in.seek(active.offset);
    operation = readOperation(in);
    try {
      value = perform(environment, batch->externals, operation, in);
      break;
    } catch (const NotReady& missing) {
      if (order == Order::kParallel) return park(environment, batch, active, missing.temp);
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

}  // namespace

BatchHead readHead(wire::Reader& in) {
  BatchHead head;
  head.operations = in.word().low;
  const auto counts = in.word();
  head.tempCount = counts.low;
  head.objectCount = counts.high;
  head.temps = in.take(size_t{head.tempCount} * 4);
  head.objects = in.take(size_t{head.objectCount} * 8);
  return head;
}

void releaseListed(Environment& environment, const BatchHead& head) {
  for (uint32_t i = 0; i < head.tempCount; i++) {
    uint32_t temp;
    std::memcpy(&temp, head.temps + size_t{i} * 4, 4);
    environment.temps.release(temp);
  }
  for (uint32_t i = 0; i < head.objectCount; i++) {
    uint32_t pair[2];
    std::memcpy(pair, head.objects + size_t{i} * 8, 8);
    environment.objects.release(pair[0], pair[1]);
  }
}

namespace {

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

}  // namespace

namespace {

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

// Rule 4, for an operation that runs at once and starts where `in` stands.
void waitForTurn(Environment& environment, wire::Reader& in) {
  while (environment.firstUntaken()) environment.waitForProgress();
  if (environment.firstActive == nullptr) return;
  const size_t start = in.position();
  const size_t size = in.remaining();
  std::unique_ptr<uint8_t[]> bytes(new uint8_t[size]);
  std::memcpy(bytes.get(), in.take(size), size);
  in.seek(start);
  Batch batch(environment.shared_from_this(), 0, std::move(bytes), size, {});
  Active active;
  active.id = environment.nextActiveId++;
  active.batch = &batch;
  while (conflictOf(environment, active) != nullptr && !environment.closed()) {
    environment.waitForProgress();
    active.scanned = false;
    active.receiver = nullptr;
    active.arguments.clear();
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
