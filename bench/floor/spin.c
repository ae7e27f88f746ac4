// The floor of a busy machine: a thread that spins and does nothing else.
#include "floor.h"

#include <pthread.h>
#include <stdint.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void* spinUntilEnd(void* milliseconds) {
  double end = now() + (double)(intptr_t)milliseconds / 1e3;
  while (now() < end) continue;
  return NULL;
}

// spin(seconds): returns at once.
static napi_value spin(napi_env env, napi_callback_info info) {
  double seconds;
  pthread_t thread;
  CHECK(env, napi_get_value_double(env, floor_argument(env, info), &seconds));
  if (pthread_create(&thread, NULL, spinUntilEnd, (void*)(intptr_t)(seconds * 1e3)) != 0) {
    napi_throw_error(env, NULL, "floor: pthread_create failed");
    return NULL;
  }
  pthread_detach(thread);
  return NULL;
}

napi_value floor_init_spin(napi_env env, napi_value exports) {
  floor_export(env, exports, "spin", spin);
  return exports;
}
