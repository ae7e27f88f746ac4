#include "py/completion.h"

#include "py/fast_thread_local.h"
#include "py/insist.h"
#include "py/ordering.h"
#include "py/scalars.h"
#include "py/shown.h"

namespace snakebridge {

namespace {

void (*resume)(const BatchRef&) = nullptr;

// A Writer for one entry, kept by the thread between uses. A nested use finds an empty one.
class Scratch {
 public:
  Scratch() : kept_(kept), writer_(std::move(kept_)) { writer_.clear(); }
  ~Scratch() {
    if (writer_.size() <= kLargeResult) kept_ = std::move(writer_);
  }
  wire::Writer& operator*() { return writer_; }

 private:
  wire::Writer& kept_;
  wire::Writer writer_;
  static FAST_THREAD_LOCAL wire::Writer kept;
};
FAST_THREAD_LOCAL wire::Writer Scratch::kept;

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

// A number, a bool or None; false, with nothing written, for all else. An int of more than 64 bits or a str would not
// do: their encoding calls methods, and what is made for that can start the collector, and with it any Python code.
bool encodeNumber(wire::Writer& out, Borrowed value) {
  PyObject* const type = typeOf(value.get());
  if (type == py.FloatType) {
    encodeFloat(out, py.PyFloat_AsDouble(value.get()));
  } else if (type == py.LongType) {
    int overflow = 0;
    py.PyLong_AsLongLongAndOverflow(value.get(), &overflow);
    if (overflow != 0) return false;
    encodeInt(out, value);
  } else if (value.is(py.None)) {
    out.header(wire::Tag::kNone, 0);
  } else if (type == py.BoolType) {
    out.header(value.is(py.True) ? wire::Tag::kTrue : wire::Tag::kFalse, 0);
  } else {
    return false;
  }
  return true;
}

// Straight to the results: no Python code runs meanwhile, and so no other thread's entry comes between.
bool appendNumber(Batch& batch, const Operation& operation, wire::EntryKind kind, Borrowed value) {
  if ((operation.flags & wire::kKeep) != 0) return false;
  wire::Writer& out = batch.results;
  const size_t start = out.size();
  bool written = false;
  try {
    beginEntry(out, kind, operation.temp, batch.id);
    written = encodeNumber(out, value);
  } catch (...) {
    out.truncate(start);
    throw;
  }
  if (!written) {
    out.truncate(start);
    return false;
  }
  endEntry(out, start);
  appended(batch);
  return true;
}

// Throws what the conversion does.
void appendValue(Batch& batch, const Operation& operation, const Ref& value) {
  if (appendNumber(batch, operation, wire::EntryKind::kValue, value)) return;
  Scratch scratch;
  wire::Writer& entry = *scratch;
  TravelScope travellers;
  beginEntry(entry, wire::EntryKind::kValue, operation.temp, batch.id);
  encodeResult(*batch.environment, operation.flags, value, entry);
  endEntry(entry);
  showReference(batch, operation, entry, value);
  travellers.moveTo(batch.travellers);
  append(batch, entry);
}

}  // namespace

void encodeResult(Environment& environment, uint32_t flags, const Ref& value, wire::Writer& out) {
  Encoder encoder(out, environment);
  if ((flags & wire::kKeep) != 0) {
    encoder.encodeReference(value);
  } else {
    encoder.encode(value);
  }
}

void complete(const BatchRef& batch, const Operation& operation, uint64_t activeId, Ref value, FailureRef failure) {
  Environment& environment = *batch->environment;
  if (!failure && operation.awaited()) {
    try {
      appendValue(*batch, operation, value);
    } catch (...) {
      // The value exists, only its conversion failed: whoever waits for it hears of it, the temp stays usable.
      const FailureRef refused = currentFailure();
      insist([&] { appendFailure(*batch, operation, refused); });
    }
  } else if (failure) {
    insist([&] { appendFailure(*batch, operation, failure); });
  } else if (operation.temp != wire::kNoTemp) {
    try {
      appendNumber(*batch, operation, wire::EntryKind::kNumber, value);
    } catch (const std::exception&) {  // no memory: then JS asks when it needs it
    }
  }
  if (operation.temp != wire::kNoTemp) {
    insist([&] { environment.temps.reserve(operation.temp); });
    if (failure) {
      environment.temps.fail(operation.temp, std::move(failure));
    } else {
      environment.temps.succeed(operation.temp, std::move(value));
    }
    tempArrived(environment, operation.temp);
  }
  operationEnded(environment, activeId);
  environment.announceProgress();
  endOperation(batch);
}

void endOperation(const BatchRef& batch) {
  if (--batch->unfinished == 0 && batch->cursor.load(std::memory_order_relaxed) >= batch->size) finishBatch(*batch);
}

void handReadyToPool(Environment& environment) {
  if (!environment.ready.empty()) resumeOnPool(environment.ready.firstBatch());
}

void onReady(void (*given)(const BatchRef&)) { resume = given; }

void resumeOnPool(const BatchRef& batch) {
  if (resume != nullptr) resume(batch);
}

}  // namespace snakebridge
