#include "py/batch.h"

#include <algorithm>

#include "py/insist.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

Batch::Levels levelsIn(wire::Reader in) {
  Batch::Levels levels{0xffff, 0};
  readHead(in);
  while (in.remaining() != 0) {
    const size_t start = in.position();
    const Operation operation = readOperation(in);
    levels.least = std::min(levels.least, operation.level());
    levels.most = std::max(levels.most, operation.level());
    in.seek(start + operation.size);
  }
  if (levels.least > levels.most) levels.least = 0;  // it has none
  return levels;
}

}  // namespace

Batch::Levels Batch::levels() const noexcept {
  const uint32_t counted = levels_.load(std::memory_order_relaxed);
  if (counted != kNotCounted) return {counted >> 16, counted & 0xffff};
  Levels levels{0, 0xffff};
  try {
    levels = levelsIn(reader());
  } catch (const wire::MalformedMessage&) {  // whoever runs it finds that too, and ends it
  }
  levels_.store(levels.least << 16 | levels.most, std::memory_order_relaxed);
  return levels;
}

bool hasReleases(wire::Reader in) {
  in.word();
  const auto counts = in.word();
  return counts.low != 0 || counts.high != 0;
}

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

void send(Batch& batch, bool lastOfBatch) {
  batch.environment->noteHeld();
  const std::vector<Ref> travellers = std::move(batch.travellers);  // die when they are delivered
  batch.travellers.clear();
  batch.resultsWaiting.store(false, std::memory_order_relaxed);
  batch.environment->sink->deliver(batch.results, lastOfBatch);
  batch.results.clear();
}

}  // namespace

void flush(Batch& batch) {
  if (batch.results.empty()) return batch.environment->noteHeld();
  send(batch, false);
}

void append(Batch& batch, const wire::Writer& entry) {
  batch.results.bytes(entry.data(), entry.size());
  appended(batch);
}

void appended(Batch& batch) {
  const size_t limit = batch.isTaken() ? kLargeResult : kManyResults;
  if (batch.results.size() > limit) {
    flush(batch);
  } else {
    batch.resultsWaiting.store(true, std::memory_order_relaxed);
  }
}

void beginEntry(wire::Writer& out, wire::EntryKind kind, uint32_t temp, uint32_t batchId) {
  out.word(static_cast<uint32_t>(kind), temp);
  out.word(0, batchId);
}
void endEntry(wire::Writer& out, size_t start) {
  out.patch32(start + wire::kWord, static_cast<uint32_t>(out.size() - start));
}

void appendFailure(Batch& batch, const Operation& operation, const FailureRef& failure) {
  wire::Writer entry;
  beginEntry(entry, operation.awaited() ? wire::EntryKind::kError : wire::EntryKind::kFailed, operation.temp, batch.id);
  encodeFailure(*batch.environment, *failure, entry);
  endEntry(entry);
  append(batch, entry);
}

void finishBatch(Batch& batch) {
  batch.done = true;
  insist([&] {
    wire::Writer entry;
    beginEntry(entry, wire::EntryKind::kBatchDone, 0, batch.id);
    endEntry(entry);
    batch.results.bytes(entry.data(), entry.size());
  });
  send(batch, true);
}

}  // namespace snakebridge
