#include "py/gil.h"

#include <mutex>
#include <vector>

#include "py/insist.h"
#include "py/ref.h"

namespace snakebridge {

namespace {

std::atomic<PythonLife> life{PythonLife::kNotStarted};
std::atomic<size_t> visitors{0};

struct ThreadRecord {
  PyThreadState* state = nullptr;
  PyGILState_STATE ensured = PyGILState_UNLOCKED;
  bool byEnsure = false;
  bool held = false;
};
FAST_THREAD_LOCAL ThreadRecord self;

}  // namespace

constinit FAST_THREAD_LOCAL PyObject* contextOfThread = nullptr;

namespace {

struct Deferred {
  PyObject* object = nullptr;
  Py_buffer* buffer = nullptr;
  void (*function)(void*) = nullptr;
  void* argument = nullptr;
};
std::mutex queueMutex;
std::vector<Deferred> queue;
std::atomic<size_t> queued{0};
std::atomic<void (*)(bool)> notifier{nullptr};

void defer(Deferred item, bool urgent = false) {
  bool wasEmpty;
  {
    std::lock_guard lock(queueMutex);
    wasEmpty = queue.empty();
    insist([&] { queue.push_back(item); });
    queued.store(queue.size(), std::memory_order_relaxed);
  }
  if (!urgent && (!wasEmpty || self.held)) return;
  if (!pythonIsAlive()) return;
  if (auto notify = notifier.load()) notify(urgent);
}

}  // namespace

PythonLife pythonLife() { return life.load(std::memory_order_acquire); }
void setPythonLife(PythonLife value) { life.store(value); }

// Both are in one order with the store above and the load below: either the end sees the visit, or the visit the end.
Visit::Visit() {
  visitors.fetch_add(1);
  alive_ = life.load() == PythonLife::kAlive;
}
Visit::~Visit() { visitors.fetch_sub(1); }
size_t visits() { return visitors.load(); }

GilAcquire::GilAcquire() : outermost_(!self.held) {
  if (!outermost_) return;
  if (self.state != nullptr) {
    py.PyEval_RestoreThread(self.state);
  } else {
    // Rule 1: ensured once, never released before the thread ends.
    self.ensured = py.PyGILState_Ensure();
    self.byEnsure = true;
    self.state = py.PyThreadState_Get();
  }
  self.held = true;
  if (queued.load(std::memory_order_relaxed) != 0) drainDeferred();
}

GilAcquire::~GilAcquire() {
  if (!outermost_) return;
  self.held = false;
  py.PyEval_SaveThread();
}

GilRelease::GilRelease() : state_(py.PyEval_SaveThread()), before_(self.held) { self.held = false; }

GilRelease::~GilRelease() {
  py.PyEval_RestoreThread(state_);
  self.held = before_;
}

GilHeld::GilHeld() : before_(self.held) { self.held = true; }
GilHeld::~GilHeld() { self.held = before_; }

bool gilHeld() { return self.held; }

bool isOwnThread() { return self.byEnsure; }

void adoptInitialThreadState() {
  self.state = py.PyEval_SaveThread();
  self.held = false;
}

void forgetThreadState() {
  if (self.state == nullptr || !self.byEnsure) return;
  const Visit visit;
  if (!visit) return;
  py.PyEval_RestoreThread(self.state);
  py.PyGILState_Release(self.ensured);
  self = ThreadRecord{};
  contextOfThread = nullptr;
}

void decRefAnywhere(PyObject* object) {
  if (self.held) {
    py.Py_DecRef(object);
  } else {
    deferDecRef(object);
  }
}

void deferDecRef(PyObject* object) { defer({.object = object}); }
void deferBufferRelease(Py_buffer* buffer) { defer({.buffer = buffer}); }
void deferCall(void (*function)(void*), void* argument) { defer({.function = function, .argument = argument}); }
void deferCallSoon(void (*function)(void*), void* argument) {
  defer({.function = function, .argument = argument}, true);
}
size_t deferredCount() { return queued.load(std::memory_order_relaxed); }
void onDeferred(void (*notify)(bool urgent)) { notifier.store(notify); }

void drainDeferred(size_t bound) {
  std::vector<Deferred> batch;
  {
    std::lock_guard lock(queueMutex);
    if (queue.size() <= bound) {
      batch.swap(queue);
    } else {
      insist([&] { batch.assign(queue.end() - static_cast<ptrdiff_t>(bound), queue.end()); });
      queue.resize(queue.size() - bound);
    }
    queued.store(queue.size(), std::memory_order_relaxed);
  }
  // Finalizers may run Python code here, and that code may defer more.
  PyObject *type, *value, *traceback;
  py.PyErr_Fetch(&type, &value, &traceback);
  for (const Deferred& item : batch) {
    if (item.object != nullptr) py.Py_DecRef(item.object);
    if (item.buffer != nullptr) {
      py.PyBuffer_Release(item.buffer);
      delete item.buffer;
    }
    if (item.function != nullptr) item.function(item.argument);
  }
  py.PyErr_Restore(type, value, traceback);
}

}  // namespace snakebridge
