// Thread-local variables of what runs once for each operation. A library finds its own by a call, which can cost as
// much as taking the GIL; by the initial-exec model it is a load. glibc has room for libraries that come late and ask
// for it, musl refuses them.
#pragma once

#include <cstddef>  // and with it __GLIBC__

#ifdef __GLIBC__
#define FAST_THREAD_LOCAL __attribute__((tls_model("initial-exec"))) thread_local
#else
#define FAST_THREAD_LOCAL thread_local
#endif
