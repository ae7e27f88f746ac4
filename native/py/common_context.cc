#include "py/common_context.h"

#include "py/gil.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

bool hasContexts() {
  return py.PyContext_New != nullptr && py.PyContext_Copy != nullptr && py.PyContext_Enter != nullptr &&
         py.PyContext_Exit != nullptr && py.PyContextVar_New != nullptr && py.PyContextVar_Set != nullptr;
}

Ref copyOf(const Ref& context) { return check(py.PyContext_Copy(context.get())); }

void set(PyObject* variable, const Ref& value) { check(py.PyContextVar_Set(variable, value.get())); }

bool mapIsKnown = false;

// None where it is not set there.
Ref valueIn(const Ref& context, PyObject* variable) {
  const int isSet = py.PySequence_Contains(context.get(), variable);
  check(isSet);
  return isSet == 1 ? check(py.PyObject_GetItem(context.get(), variable)) : Ref();
}

template <typename Visitor>
void forEachVariable(const Ref& context, Visitor visit) {
  const Ref variables = check(py.PySequence_List(context.get()));
  for (Py_ssize_t i = 0; i < py.PyList_Size(variables.get()); i++) visit(py.PyList_GetItem(variables.get(), i));
}

// In the place of the member's context, which this thread is in: nothing else takes a variable out of one.
void replaceWithout(ContextMember& member, const Ref& gone) {
  const Ref left = copyOf(member.context);
  Ref fresh = check(py.PyContext_New());
  const bool stays = member.context.is(contextOfThread);
  check(py.PyContext_Exit(member.context.get()));
  check(py.PyContext_Enter(fresh.get()));
  if (stays) contextOfThread = fresh.get();
  member.context = std::move(fresh);
  forEachVariable(left, [&](PyObject* variable) {
    const int isGone = py.PySequence_Contains(gone.get(), variable);
    check(isGone);
    if (isGone == 0) set(variable, valueIn(left, variable));
  });
}

// What was changed from `base` to `theirs` is changed in the member's context, but what has been changed there, too.
void apply(ContextMember& member, const Ref& base, const Ref& theirs) {
  forEachVariable(theirs, [&](PyObject* variable) {
    const Ref value = valueIn(theirs, variable);
    const Ref old = valueIn(base, variable);
    if (value.is(old.get())) return;
    const Ref mine = valueIn(member.context, variable);
    if (mine.is(old.get())) set(variable, value);
  });
  const Ref gone = check(py.PyList_New(0));
  forEachVariable(base, [&](PyObject* variable) {
    if (valueIn(theirs, variable)) return;
    const Ref mine = valueIn(member.context, variable);
    if (mine && mine.is(valueIn(base, variable).get())) check(py.PyList_Append(gone.get(), variable));
  });
  if (py.PyList_Size(gone.get()) != 0) replaceWithout(member, gone);
}

}  // namespace

// Rule 4. A copy has the same map, until a variable is set.
bool CommonContext::findMap() {
  const Ref context = check(py.PyContext_New());
  const Ref before = copyOf(context);
  const Ref variable = check(py.PyContextVar_New("snakebridge", nullptr));
  const bool isShared = mapAt(context.get()) != nullptr && mapAt(context.get()) == mapAt(before.get());
  check(py.PyContext_Enter(context.get()));
  set(variable.get(), own(py.None));
  check(py.PyContext_Exit(context.get()));
  const Ref after = copyOf(context);
  return isShared && mapAt(context.get()) != mapAt(before.get()) && mapAt(context.get()) == mapAt(after.get());
}

// Where it is not known: what never lies in its place.
Ref CommonContext::mapOf(const Ref& context) { return own(mapIsKnown ? mapAt(context.get()) : py.None); }

bool CommonContext::start() {
  if (latest_) return true;
  if (closed_ || !hasContexts()) return false;
  mapIsKnown = findMap();
  latest_ = check(py.PyContext_New());
  return true;
}

void CommonContext::bringUp(ContextMember& member) {
  while (latest_ && !latest_.is(member.base.get())) {
    Ref theirs = latest_.copy();
    apply(member, member.base, theirs);
    member.base = std::move(theirs);
  }
}

void CommonContext::join(ContextMember& member) {
  if (!latest_) return;
  const ErrorScope error;
  try {
    const bool changed = isChanged(member);
    for (;;) {
      bringUp(member);
      if (!latest_) return;
      if (!changed) {
        member.map = mapOf(member.context);
        return;
      }
      Ref now = copyOf(member.context);
      // Making it may have run a finalizer, and with it another thread.
      if (!latest_.is(member.base.get())) continue;
      member.map = mapOf(now);
      const Ref before = std::exchange(member.base, now.copy());  // dies when both are in place
      std::swap(latest_, now);
      if (&member != &jsThread_) pool_ = member.shared_from_this();
      return;
    }
  } catch (PythonError&) {  // MemoryError
  }
}

void CommonContext::makeReady(ContextMember& member) {
  if (member.context) return;
  Ref base = latest_.copy();
  Ref context = copyOf(base);
  member.map = mapOf(context);
  member.base = std::move(base);
  member.context = std::move(context);
}

std::shared_ptr<ContextMember> CommonContext::enterOnPool() {
  const ErrorScope error;
  try {
    if (!start()) return nullptr;
    std::shared_ptr<ContextMember> member = pool_;
    if (!member || member->inUse) {
      member = std::make_shared<ContextMember>();
      if (!pool_) pool_ = member;
    }
    makeReady(*member);
    check(py.PyContext_Enter(member->context.get()));
    member->inUse = true;
    return member;
  } catch (PythonError&) {  // MemoryError
    return nullptr;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void CommonContext::leaveOnPool(ContextMember& member) {
  const ErrorScope error;
  if (py.PyContext_Exit(member.context.get()) != 0) py.PyErr_WriteUnraisable(member.context.get());
  member.inUse = false;
}

ContextMember* CommonContext::comeToJsThread() {
  const ErrorScope error;
  try {
    if (!start()) return nullptr;
    makeReady(jsThread_);
    // Another environment of this thread was here.
    if (contextOfThread != nullptr) check(py.PyContext_Exit(std::exchange(contextOfThread, nullptr)));
    check(py.PyContext_Enter(jsThread_.context.get()));
    contextOfThread = jsThread_.context.get();
    jsThread_.inUse = true;
    return &jsThread_;
  } catch (PythonError&) {  // MemoryError
    return nullptr;
  }
}

void CommonContext::close() {
  closed_ = true;
  latest_ = Ref();
  pool_.reset();  // who is in it keeps it
  if (!jsThread_.inUse) jsThread_ = ContextMember();
}

}  // namespace snakebridge
