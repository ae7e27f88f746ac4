// The floor of an event loop beside Python: a thread that runs pure Python and that nobody asks anything.
#include "floor.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

static void* burnUntilEnd(void* milliseconds) {
  char code[160];
  snprintf(code, sizeof code,
           "import time\n"
           "deadline = time.monotonic() + %d / 1000\n"
           "while time.monotonic() < deadline:\n"
           "    for _ in range(100): pass\n",
           (int)(intptr_t)milliseconds);
  floor_python_run(code);
  return NULL;
}

// burn(seconds): returns at once.
static napi_value burn(napi_env env, napi_callback_info info) {
  double seconds;
  pthread_t thread;
  CHECK(env, napi_get_value_double(env, floor_argument(env, info), &seconds));
  if (pthread_create(&thread, NULL, burnUntilEnd, (void*)(intptr_t)(seconds * 1e3)) != 0) {
    napi_throw_error(env, NULL, "floor: pthread_create failed");
    return NULL;
  }
  pthread_detach(thread);
  return NULL;
}

napi_value floor_init_burn(napi_env env, napi_value exports) {
  floor_export(env, exports, "burn", burn);
  return exports;
}
