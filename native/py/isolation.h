// Python's extension modules inside Node call the libraries they were built for, not those in Node's executable
// (see interposition.h; on platforms other than Linux there is nothing to do).
#pragma once

#include <cstddef>

namespace snakebridge {

// Between opening libpython (`handle`) and Py_Initialize: sets right libpython itself and the libraries it was linked
// with, and from then on every library that Python opens, before the first of its functions is called: where Python
// looks up `PyInit_…`, its reference to `dlsym` leads to a function of ours. So `site`'s own imports, subinterpreters,
// ctypes and cffi are covered, and nothing shows in Python: loaders, specs, tracebacks and dlopen flags are as always.
// (Not `dlopen`: it searches the paths of the library that calls it.) Our binary has to stay loaded.
// Not covered: what other libraries open by hand (OpenSSL's legacy provider), and functions of a library that is bound
// lazily (`sys.setdlopenflags(os.RTLD_LAZY)`).
void isolateLibpython(void* handle);

// References given back to Python's libraries so far.
size_t isolatedReferences();

}  // namespace snakebridge
