// The Python half of one JS environment (the main thread, or a worker): its handles, temps, exports and names, and
// which of its operations are running or wait for one another. Needs the GIL, except where said.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "py/common_context.h"
#include "py/decoder.h"
#include "py/encoder.h"
#include "py/exports.h"
#include "py/handles.h"
#include "py/js_memory.h"
#include "py/js_values.h"
#include "py/one_way.h"
#include "py/pending_calls.h"
#include "py/type_table.h"
#include "wire/bytes.h"

namespace snakebridge {

class Batch;
class Calls;
using BatchRef = std::shared_ptr<Batch>;

// The JS thread as others see it.
struct JsThreadLook {
  bool known = false;     // false: this system does not tell
  bool inPython = false;  // inside a blocking call, and not in JS that was entered from there
  bool endless = false;   // it serves, in a wait that ends only when somebody ends it
  uint64_t served = 0;    // how often it has been entered by serve()
  uint64_t threadTime = 0;
  uint64_t processTime = 0;
  bool waitsForLock = false;
};

struct Operation;
// What the JS thread is doing in Python (blocking.cc).
struct BlockingOperation {
  const Operation* operation;
  uint32_t target;  // the object index of what is called; kNoTemp: it is none
  unsigned long long thread;
  BlockingOperation* outer;
};

// Where results and requests go. Implemented by the JS half; unless it says otherwise a function may be called on any
// thread and never blocks on it.
class ResultSink {
 public:
  virtual ~ResultSink() = default;
  // Takes the entries out of it. `lastOfBatch`: with them every operation of a batch has ended.
  virtual void deliver(wire::Writer& entries, bool lastOfBatch = false) = 0;
  // Python dropped a JS value that had arrived so many times (js_values.h rule 2).
  virtual void jsValueDropped(uint32_t id, uint32_t arrivals) = 0;

  // --- requests (js_calls.h) ---
  // Whether this is the JS thread, inside a blocking call: JS can be entered.
  virtual bool isHere() const = 0;
  // JS gets the request from its event loop, and answers by the environment's CallTable.
  virtual void call(wire::Writer request) = 0;
  // Where isHere(), without the GIL: the answer's bytes, valid until JS is entered again.
  struct Reply {
    bool answered = false;  // false: JS runs no more, its thread is being ended
    const uint8_t* data = nullptr;
    size_t size = 0;
    std::vector<JsMemoryRef> externals;
  };
  virtual Reply callNow(const wire::Writer& request) = 0;
  // Where isHere(), without the GIL: JS does what other threads ask of it until `done`, or until the time is over.
  // `done` is asked after wake(), which any thread may call; a lock is held meanwhile. `endless`: when the time is over
  // the wait goes on.
  using Moment = std::chrono::steady_clock::time_point;
  virtual void serve(const std::function<bool()>& done, Moment until, bool endless) = 0;
  virtual void wake() = 0;
  virtual uint64_t wakes() = 0;
  // The other threads' view of JS.
  virtual JsThreadLook lookAtJs() const = 0;
};

// Thrown while decoding operands.
struct NotReady {
  uint32_t temp;
};
struct DependencyFailed {
  FailureRef failure;
};

// What an operation touches, for those that come after it (executor.h rule 2).
struct Touched {
  bool awaited = false;
  uint32_t level = 0;
  PyObject* receiver = nullptr;  // compared, never used; so are those that follow
  std::vector<PyObject*> arguments;
  std::vector<PyObject*> unbound;  // modules, classes and functions among both
  PyObject* written = nullptr;     // what it sets or deletes an attribute or an item of
  size_t imported = 0;             // of an import: the hash of the package's name, of `a` in `a.b.c`
  std::vector<uint32_t> missing;   // temps among its operands that were not there when they were looked for
  uint64_t looked = 0;             // how many temps had arrived when it was last asked whether those have
};

// An operation that runs or is parked, as far as ordering is concerned (executor.h).
// Linked into the environment's list while it lives; on the stack while it runs, on the heap while parked.
struct Active {
  uint64_t id = 0;
  Batch* batch = nullptr;
  size_t offset = 0;
  BatchRef parkedBatch;              // keeps the batch alive while parked
  std::unique_ptr<Touched> touched;  // null until somebody asks: most run alone
  unsigned long thread = 0;          // while it runs: Python's ident
  std::shared_ptr<Calls> ending;     // its environment has ended: who interrupts it (cancellation.h rule 5)
  Active* previous = nullptr;
  Active* next = nullptr;
  bool linked = false;
};

using Parked = std::unique_ptr<Active>;

// Parked operations that may run now. Whether there are any is read by the monitor, too, without the GIL.
class ReadyQueue {
 public:
  bool empty() const { return !any_.load(std::memory_order_relaxed); }
  void push(Parked&& operation) {
    queue_.push_back(std::move(operation));
    any_.store(true, std::memory_order_relaxed);
  }
  Parked pop() {
    Parked first = std::move(queue_.front());
    queue_.pop_front();
    any_.store(!queue_.empty(), std::memory_order_relaxed);
    return first;
  }
  // The first of that batch; null when there is none.
  Parked popOf(const BatchRef& batch) {
    const auto found =
        std::ranges::find_if(queue_, [&](const Parked& operation) { return operation->parkedBatch == batch; });
    if (found == queue_.end()) return nullptr;
    Parked operation = std::move(*found);
    queue_.erase(found);
    any_.store(!queue_.empty(), std::memory_order_relaxed);
    return operation;
  }
  const BatchRef& firstBatch() const { return queue_.front()->parkedBatch; }

 private:
  std::deque<Parked> queue_;
  std::atomic<bool> any_{false};
};

class Environment : public ExportSink, public std::enable_shared_from_this<Environment> {
 public:
  Environment(std::shared_ptr<ResultSink> sink, bool alwaysCopy) : sink(std::move(sink)), exports(alwaysCopy) {}
  ~Environment() override;

  // One whose JS is there, the oldest: for what concerns no call. Any thread.
  static std::shared_ptr<Environment> oldest();
  // Makes it one of those.
  void remember();

  const std::shared_ptr<ResultSink> sink;
  ObjectTable objects;
  TempTable temps;
  ExportTable exports;
  JsValueTable jsValues;
  CallTable calls;
  CommonContext context;
  BlockingOperation* blocking = nullptr;
  // The environment that this thread describes an exception for (failures.cc).
  static thread_local Environment* describing;

  // What the tables keep alive, as of the last batch. Any thread, without the GIL.
  size_t heldBytes() const { return heldBytes_.load(std::memory_order_relaxed); }
  size_t heldObjects() const { return heldObjects_.load(std::memory_order_relaxed); }
  void noteHeld() {
    change(heldBytes_, objects.weight() + temps.weight());
    change(heldObjects_, objects.size() + temps.size());
  }

  // JS thread, without the GIL.
  void defineName(uint32_t id, std::string name);
  // The interned str of a name id.
  Borrowed name(uint32_t id);

  // JS has gone: results are dropped from now on. Any thread.
  void close();
  bool closed() const { return closed_.load(); }
  // Drops everything Python-side that JS held. GIL held.
  void releaseAll();

  // ExportSink
  ObjectHandle exportObject(Borrowed object) override { return objects.add(object); }
  void unexportObject(ObjectHandle handle) override { objects.release(handle.index, 1); }
  bool exportArray(Borrowed object, ArrayExport& out) override { return exports.add(object, out); }
  void unexportArray(uint32_t exportId) override { exports.forget(exportId); }
  bool exportJsValue(Borrowed object, uint32_t& id) override;
  TypeTable& types() override { return types_; }

  // --- ordering (executor.cc) ---
  // A batch on its way to the pool. JS thread, without the GIL.
  void submitted(const BatchRef& batch);
  // The first batch of the pool that has operations nobody has taken yet, and some so deep in callbacks; null when
  // there is none, or JS has gone. Of those that hosts run (hosting.h) only that callback's, or `all`.
  BatchRef firstUntaken(uint32_t level = 0, uint32_t caller = wire::kNoTemp, bool all = false);
  // Whether a thread waits for progress. Any thread, without the GIL.
  bool isWaitedFor() const { return waiters_.load(std::memory_order_relaxed) != 0; }
  Active* firstActive = nullptr;
  uint64_t arrivals = 0;  // of temps
  uint64_t nextActiveId = 1;
  std::unordered_map<uint64_t, std::vector<Parked>> parked;  // by what they wait for: see ordering.cc
  ReadyQueue ready;
  // What the asyncio loop drives (suspension.h), by the operation's Active id.
  std::unordered_map<uint64_t, Ref> suspended;
  void link(Active& active);
  // Does nothing where it is not linked (any more).
  void unlink(Active& active);
  // Moves a running operation to the heap, in its place in the list.
  Parked park(Active& active);

  // For threads that must wait for a temp instead of parking the operation (sync, dedicated lanes).
  // Gives up the GIL until some operation of this environment has ended; the JS thread serves callbacks meanwhile.
  void waitForProgress() { waitForProgress(ResultSink::Moment::max()); }
  // False: the time is over.
  bool waitForProgress(ResultSink::Moment until);
  void announceProgress();

 private:
  // JS reads it: not written where it is the same, or the two would pass its cache line to and fro.
  static void change(std::atomic<size_t>& value, size_t to) {
    if (value.load(std::memory_order_relaxed) != to) value.store(to, std::memory_order_relaxed);
  }

  TypeTable types_;
  std::atomic<bool> closed_{false};
  std::atomic<size_t> heldBytes_{0};
  std::atomic<size_t> heldObjects_{0};
  std::mutex namesMutex_;
  std::vector<std::string> newNames_;
  std::vector<Ref> names_;

  OneWay<BatchRef, 64> incoming_;  // from the JS thread to whoever holds the GIL
  std::deque<BatchRef> submitted_;

  std::mutex progressMutex_;
  std::condition_variable progress_;
  uint64_t progressCount_ = 0;
  std::atomic<int> waiters_{0};  // written under the GIL
};
using EnvironmentRef = std::shared_ptr<Environment>;

}  // namespace snakebridge
