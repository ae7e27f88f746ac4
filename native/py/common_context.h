// The Python context (contextvars) that the calls of one JavaScript environment have in common: what one of them sets
// (np.seterr, decimal.getcontext().prec) those after it see, on whichever thread of the pool, or in a blocking call, as
// the lines of one program do. Needs the GIL.
//  1. A context can be entered once at a time, and what a call sets for its own duration (`with np.errstate(…)`) is not
//     for those that overlap it. So every thread runs in a context of its own, a ContextMember, which is brought up to
//     the latest state before an operation; what the operation has changed is the latest state after it.
//  2. The latest state is a context that nobody enters. Copies are cheap: they share one immutable map.
//  3. Where two operations that overlap change the same variable, the one that ends later wins.
//  4. Whether an operation has changed anything is told by the map's address. Its place in the object is not part of
//     Python's API; it is looked for once, and where it is not found everything counts as changed.
//  5. A token resets its variable only in the context that it was made in. So threads of the pool that take turns are
//     in one and the same: that which made the latest state. Those that find it in use are in one of their own
//     meanwhile. The JS thread stays in its own.
//  6. What JavaScript does for a blocking call under way (a callback) runs in the context of that call, as it is.
// Dedicated lanes have no part in it: each keeps the context of its thread.
#pragma once

#include <memory>

#include "py/gil.h"
#include "py/ref.h"

namespace snakebridge {

struct ContextMember : std::enable_shared_from_this<ContextMember> {
  Ref context;
  Ref base;  // the latest state as it is in `context`, but for what has been changed there since
  Ref map;   // what `context` had then (rule 4)
  bool inUse = false;
};

class CommonContext {
 public:
  // The calling thread's, which it is in until leave(); null where Python has no contexts, or no memory for one.
  std::shared_ptr<ContextMember> enterOnPool();
  void leaveOnPool(ContextMember& member);
  // The JS thread stays in it afterwards.
  ContextMember* enterOnJsThread() {
    if (contextOfThread == nullptr || !jsThread_.context.is(contextOfThread)) return comeToJsThread();
    jsThread_.inUse = true;
    return &jsThread_;
  }
  void leaveOnJsThread() {
    jsThread_.inUse = false;
    if (closed_) jsThread_ = ContextMember();
  }

  // Around each operation of a thread that is in the member's context. Without memory they do nothing: the next
  // operation does it.
  void begin(ContextMember& member) {
    if (!latest_.is(member.base.get())) join(member);
  }
  void end(ContextMember& member) {
    if (isChanged(member)) join(member);
  }

  // JavaScript has gone: drops what the variables hold.
  void close();

 private:
  // In CPython 3.11 to 3.13 a context is an object's head, the context below it, its map.
  static PyObject* mapAt(PyObject* context) {
    constexpr size_t kMap = sizeof(PyObject) + sizeof(void*);
    return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(context) + kMap);
  }
  static Ref mapOf(const Ref& context);
  static bool findMap();
  static bool isChanged(const ContextMember& member) { return !member.map.is(mapAt(member.context.get())); }
  bool start();
  ContextMember* comeToJsThread();
  void makeReady(ContextMember& member);
  void join(ContextMember& member);
  void bringUp(ContextMember& member);

  Ref latest_;                           // none: not begun, or closed
  std::shared_ptr<ContextMember> pool_;  // rule 5
  ContextMember jsThread_;
  bool closed_ = false;
};

// The calling thread is in its context for a scope.
class PoolContext {
 public:
  explicit PoolContext(CommonContext& common) : common_(common), member_(common.enterOnPool()) {}
  ~PoolContext() {
    if (member_ != nullptr) common_.leaveOnPool(*member_);
  }
  PoolContext(const PoolContext&) = delete;
  PoolContext& operator=(const PoolContext&) = delete;
  void begin() {
    if (member_ != nullptr) common_.begin(*member_);
  }
  void end() {
    if (member_ != nullptr) common_.end(*member_);
  }

 private:
  CommonContext& common_;
  const std::shared_ptr<ContextMember> member_;
};

class JsThreadContext {
 public:
  // `isInCall`: rule 6.
  JsThreadContext(CommonContext& common, bool isInCall)
      : common_(common), member_(isInCall ? nullptr : common.enterOnJsThread()) {}
  ~JsThreadContext() {
    if (member_ != nullptr) common_.leaveOnJsThread();
  }
  JsThreadContext(const JsThreadContext&) = delete;
  JsThreadContext& operator=(const JsThreadContext&) = delete;
  void begin() {
    if (member_ != nullptr) common_.begin(*member_);
  }
  void end() {
    if (member_ != nullptr) common_.end(*member_);
  }

 private:
  CommonContext& common_;
  ContextMember* const member_;
};

}  // namespace snakebridge
