// The Python frame below what JavaScript calls on a thread of ours: a frame of `__main__`, as a program's own lines
// are. Without one `globals()`, `dir()`, `eval(source)` called from JavaScript are errors, and code that goes up by
// `f_back` (sympy.lambdify) finds None. It costs 0.1 µs, so a thread enters it once for all that it runs in one turn;
// a blocking call, which takes no longer than that itself, does without (caller_frame.h has a stand-in).
// Needs the GIL.
#pragma once

#include "py/python_error.h"

namespace snakebridge {

// Whether the calling thread is in one.
bool hasBottomFrame();

namespace detail {
void runInBottomFrame(void (*run)(void*), void* body);
// As if the calling thread were in none.
class OtherFrame {
 public:
  OtherFrame();
  ~OtherFrame();
  OtherFrame(const OtherFrame&) = delete;
  OtherFrame& operator=(const OtherFrame&) = delete;

 private:
  const bool before_;
};
}  // namespace detail

// Calls `body`, in the frame if there is memory for it.
template <typename Body>
void inBottomFrame(Body body) {
  detail::runInBottomFrame([](void* given) { (*static_cast<Body*>(given))(); }, &body);
}

// The same in a frame of its own, above those of the calling thread.
template <typename Body>
void inOwnBottomFrame(Body body) {
  const detail::OtherFrame other;
  inBottomFrame(body);
}

// Of a call that has just failed with `error`: whether `function` is one of the builtins that want their caller's
// names, and there was none. Then it has done nothing, and may be called again, in the frame.
bool lacksCaller(Borrowed function, const PythonError& error);

}  // namespace snakebridge
