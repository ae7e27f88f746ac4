#include "py/context_scope.h"

#include "py/python_error.h"

namespace snakebridge {

void ContextScope::enter(Borrowed context) {
  if (py.PyContext_Enter == nullptr || py.PyContext_Exit == nullptr || py.PyContext_Copy == nullptr) {
    raise(py.RuntimeError, "expected a Python whose C API has contexts, got one without PyContext_Enter");
  }
  Ref copy = check(py.PyContext_Copy(context.get()));  // and with it the check that it is a context
  if (py.PyContext_Enter(context.get()) == 0) {
    entered_ = own(context);
    return;
  }
  py.PyErr_Clear();  // RuntimeError: somebody is in it
  check(py.PyContext_Enter(copy.get()));
  entered_ = std::move(copy);
}

ContextScope::~ContextScope() {
  if (!entered_) return;
  const ErrorScope error;
  if (py.PyContext_Exit(entered_.get()) != 0) py.PyErr_WriteUnraisable(entered_.get());
}

}  // namespace snakebridge
