#include "py/forked_child.h"

#include <cstdlib>

#include "py/import_module.h"

#ifndef _WIN32
#include <pthread.h>
#include <unistd.h>
#endif

namespace snakebridge {

std::atomic<bool> detail::forkedChild{false};

#ifdef _WIN32

void watchForks() {}
void endForkedChild(Borrowed) { std::abort(); }  // never: there is no fork

#else

// Not os.register_at_fork: nothing of Python's can delay this, or fail. A vfork does not come here.
void watchForks() {
  static const int watched = pthread_atfork(nullptr, nullptr, [] { detail::forkedChild.store(true); });
  (void)watched;
}

void endForkedChild(Borrowed exception) {
  long code = 1;
  try {
    const Ref module = importModule("snakebridge.ending");
    const Ref function = check(py.PyObject_GetAttrString(module.get(), "leave_child"));
    const Ref result =
        check(py.PyObject_CallFunctionObjArgs(function.get(), exception ? exception.get() : py.None, nullptr));
    code = py.PyLong_AsLong(result.get());
  } catch (PythonError& error) {
    error.restore();
    py.PyErr_WriteUnraisable(nullptr);
  }
  _exit(static_cast<int>(code));
}

#endif

}  // namespace snakebridge
