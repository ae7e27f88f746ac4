// Runs what follows in a Python context (contextvars), on this thread, until the scope ends. Needs the GIL.
// A context can be entered once at a time. Calls that run one after the other are in the context itself, and what they
// set stays; a call that overlaps another one gets a copy, as a task does.
#pragma once

#include "py/ref.h"

namespace snakebridge {

class ContextScope {
 public:
  ContextScope() = default;
  ~ContextScope();
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  // Throws PythonError for what is no context.
  void enter(Borrowed context);

 private:
  Ref entered_;
};

}  // namespace snakebridge
