#include "py/interrupts.h"

#include "py/import_module.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

InterruptibleWait* firstWait = nullptr;

}  // namespace

InterruptibleWait::InterruptibleWait(Wake wake, void* argument)
    : thread_(py.PyThread_get_thread_ident()), wake_(wake), argument_(argument), next_(firstWait) {
  if (next_ != nullptr) next_->previous_ = this;
  firstWait = this;
}

InterruptibleWait::~InterruptibleWait() {
  (previous_ == nullptr ? firstWait : previous_->next_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
}

void wakeWaits(unsigned long thread) {
  for (InterruptibleWait* wait = firstWait; wait != nullptr; wait = wait->next_) {
    if (wait->thread_ == thread) wait->wake_(wait->argument_);
  }
}

void raisePending() {
  static PyObject* look = nullptr;
  if (look == nullptr) {
    Ref module = importModule("snakebridge.cancellation");
    look = check(py.PyObject_GetAttrString(module.get(), "look")).release();
  }
  check(py.PyObject_CallNoArgs(look));
}

}  // namespace snakebridge
