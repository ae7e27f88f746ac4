// Fails chosen allocations of one thread. Preloaded into a Node process whose Python allocates by malloc
// (PYTHONMALLOC=malloc): CPython's allocations and those of the bridge's C++ are then one row of numbers, and no other
// thread's fail. For glibc; the real functions by their internal names, because dlsym allocates.
#include <errno.h>
#include <stddef.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);

#define OF_THE_THREAD static __thread __attribute__((tls_model("initial-exec")))
OF_THE_THREAD long counted;
OF_THE_THREAD long first;
OF_THE_THREAD long last;  // 0: nothing fails

// From now on the allocations `from` to `to` of this thread fail, counted from 1.
void fail_allocations(long from, long to) {
  counted = 0;
  first = from;
  last = to;
}

// How many there were since; none fails any more.
long end_failures(void) {
  last = 0;
  return counted;
}

static int fails(void) {
  if (last == 0) return 0;
  counted++;
  if (counted < first || counted > last) return 0;
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void* realloc(void* memory, size_t size) { return fails() ? NULL : __libc_realloc(memory, size); }
