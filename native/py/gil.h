// Who may touch Python, and when.
//  1. One permanent PyThreadState per thread that ever runs Python; made on first use, kept until the thread ends.
//  2. Nothing is decref'd and no Py_buffer released without the GIL: deferred work goes to one queue, drained,
//     with a bound per turn, by whoever acquires the GIL next.
//  3. No lock of ours is held while waiting for the GIL.
//  4. After the interpreter has ended, or while it ends, nobody enters: Python would end the thread inside our frames,
//     which ends the process. Calling threads are counted by activity.h, all others by a Visit: first the count, then
//     the question whether Python is alive. Python's end says so first, then waits for those that are counted.
#pragma once

#include <atomic>
#include <cstddef>

#include "py/api.h"
#include "py/fast_thread_local.h"

namespace snakebridge {

enum class PythonLife { kNotStarted, kAlive, kEnding };
PythonLife pythonLife();
void setPythonLife(PythonLife life);
inline bool pythonIsAlive() { return pythonLife() == PythonLife::kAlive; }

// Rule 4, for a thread of ours: from before it asks whether Python is alive until it has left Python.
class Visit {
 public:
  Visit();
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  explicit operator bool() const { return alive_; }

 private:
  bool alive_;
};
size_t visits();

// Holds the GIL for a scope; nests. Throws nothing. Only by rule 4.
class GilAcquire {
 public:
  GilAcquire();
  ~GilAcquire();
  GilAcquire(const GilAcquire&) = delete;
  GilAcquire& operator=(const GilAcquire&) = delete;

 private:
  bool outermost_;
};

// Gives the GIL up for a scope (a wait, a lock). The thread holds it, by GilAcquire or GilHeld.
class GilRelease {
 public:
  GilRelease();
  ~GilRelease();
  GilRelease(const GilRelease&) = delete;
  GilRelease& operator=(const GilRelease&) = delete;

 private:
  PyThreadState* const state_;  // of a thread that is not ours, too
  const bool before_;
};

// For functions that CPython calls: the GIL is held already, on a thread that may not be ours.
class GilHeld {
 public:
  GilHeld();
  ~GilHeld();
  GilHeld(const GilHeld&) = delete;
  GilHeld& operator=(const GilHeld&) = delete;

 private:
  bool before_;
};

bool gilHeld();  // by this thread, as far as our guards know

// Whether this thread's state was made by our guards: not on threads that Python, or another library, started.
bool isOwnThread();

// The Python context that this thread is in for good (common_context.h), as long as its state lives; null: none.
extern constinit FAST_THREAD_LOCAL PyObject* contextOfThread;

// The thread that called Py_InitializeEx hands its state over; it does not hold the GIL afterwards.
void adoptInitialThreadState();
// Before a thread that ran Python ends: frees its PyThreadState. Waits for the GIL.
void forgetThreadState();

// Rule 2. Any thread, with or without the GIL.
void deferDecRef(PyObject* object);
void deferBufferRelease(Py_buffer* buffer);               // releases, then deletes the struct
void deferCall(void (*function)(void*), void* argument);  // runs with the GIL
// Likewise; somebody is made to acquire the GIL for it.
void deferCallSoon(void (*function)(void*), void* argument);
size_t deferredCount();
// Called when the queue goes from empty to non-empty on a thread that does not hold the GIL, and for what is urgent.
void onDeferred(void (*notify)(bool urgent));
constexpr size_t kDrainPerTurn = 4096;
void drainDeferred(size_t bound = kDrainPerTurn);

}  // namespace snakebridge
