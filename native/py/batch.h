// A batch on its way: the bytes of its operations, how far they have been taken, and the results that wait to be sent.
// Needs the GIL, except where said.
#pragma once

#include <atomic>
#include <cstring>
#include <memory>
#include <vector>

#include "py/backlog.h"
#include "py/cache_line.h"
#include "py/calls.h"
#include "py/environment.h"
#include "py/failures.h"
#include "py/operations.h"

namespace snakebridge {

// Results beyond this are sent on at once instead of being gathered.
constexpr size_t kLargeResult = 256 * 1024;
// The same while operations of the batch are left: JS reads those thirty or so while they run.
constexpr size_t kManyResults = 1024;

class Batch {
 public:
  // Copies the bytes.
  Batch(EnvironmentRef environment, uint32_t id, const uint8_t* bytes, size_t size, std::vector<JsMemoryRef> externals)
      : environment(std::move(environment)),
        id(id),
        size(size),
        externals(std::move(externals)),
        outside_(size <= sizeof inside_ ? nullptr : new uint8_t[size]) {
    std::memcpy(outside_ ? outside_.get() : inside_, bytes, size);
  }

  const EnvironmentRef environment;
  const uint32_t id;
  const size_t size;
  uint64_t order = 0;  // among those of the pool
  // The request (js_calls.h) that the code which wrote it answers; kNoTemp: none.
  uint32_t caller = wire::kNoTemp;
  // The thread that waits for that request was offered it, and has not begun (hosting.h). Any thread, without the GIL.
  std::atomic<bool> isHosted{false};
  const std::vector<JsMemoryRef> externals;
  CallsRef calls;   // when some of its operations may be cancelled
  BatchRef handed;  // itself, on its way to a thread that spins (lanes.cc)

  const uint8_t* bytes() const { return outside_ ? outside_.get() : inside_; }
  wire::Reader reader() const { return {bytes(), size}; }
  // To be read and written by this thread soon, all of it: it lies in the cache of the one that wrote it.
  void fetch() const { fetchForWriting(this, sizeof *this); }

  // Offset of the next operation nobody has taken yet. Written under the GIL, read by the monitor without.
  std::atomic<size_t> cursor{0};
  bool isTaken() const { return cursor.load(std::memory_order_relaxed) >= size; }
  // How deep in callbacks its operations were written. Any thread, without the GIL: of its bytes alone.
  struct Levels {
    uint32_t least = 0;
    uint32_t most = 0;
  };
  Levels levels() const noexcept;
  std::atomic<bool> resultsWaiting{false};  // results has something
  bool started = false;
  bool done = false;
  uint32_t unfinished = 0;
  BacklogShare backlog;
  wire::Writer results;
  std::vector<Ref> travellers;  // what `results` sends back to JS (js_values.h rule 3)

 private:
  static constexpr uint32_t kNotCounted = ~0u;
  mutable std::atomic<uint32_t> levels_{kNotCounted};  // least << 16 | most
  const std::unique_ptr<uint8_t[]> outside_;           // what does not fit inside
  uint8_t inside_[320];
};

// What stands at a batch's start: how many operations follow, and what JS gives back with it.
struct BatchHead {
  uint32_t operations = 0;
  uint32_t tempCount = 0;
  uint32_t objectCount = 0;
  const uint8_t* temps = nullptr;
  const uint8_t* objects = nullptr;
};
// Whether a batch that starts where the reader stands gives anything back.
bool hasReleases(wire::Reader in);
// Leaves the reader at the first operation.
BatchHead readHead(wire::Reader& in);
// Runs finalizers, and with them any Python code.
void releaseListed(Environment& environment, const BatchHead& head);

// Sends the results that wait.
void flush(Batch& batch);
// Appends an entry that was written elsewhere: encoding may run Python code, and with it another thread's entry.
void append(Batch& batch, const wire::Writer& entry);
// `results` has grown by what may be sent.
void appended(Batch& batch);
void appendFailure(Batch& batch, const Operation& operation, const FailureRef& failure);
// Every operation has ended.
void finishBatch(Batch& batch);

void beginEntry(wire::Writer& out, wire::EntryKind kind, uint32_t temp, uint32_t batchId);
void endEntry(wire::Writer& out, size_t start = 0);  // where it begins

}  // namespace snakebridge
