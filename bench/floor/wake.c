// The floors of an awaited call: to another thread and back, with `count` calls of math.sqrt there.
// Either a thread of our own that spins 20 µs before it sleeps, or libuv's pool.
#include "floor.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

enum { kIdle, kRequested, kSleeping };
static const long kSpinNanoseconds = 20000;

static napi_env environment;
static napi_ref on_done;
static uv_async_t done;
static pthread_t thread;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wanted = PTHREAD_COND_INITIALIZER;
static _Atomic int state = kIdle;
static unsigned requested_count;
static double requested_x, answer;

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void waitForRequest(void) {
  long deadline = now() + kSpinNanoseconds;
  while (atomic_load_explicit(&state, memory_order_acquire) != kRequested) {
    if (now() < deadline) continue;
    pthread_mutex_lock(&mutex);
    int idle = kIdle;
    if (atomic_compare_exchange_strong(&state, &idle, kSleeping))
      while (atomic_load(&state) == kSleeping) pthread_cond_wait(&wanted, &mutex);
    pthread_mutex_unlock(&mutex);
  }
}

static void* serve(void* unused) {
  (void)unused;
  for (;;) {
    waitForRequest();
    atomic_store(&state, kIdle);
    if (requested_count > 0) answer = floor_python_sqrt(requested_x, requested_count);
    uv_async_send(&done);
  }
  return NULL;
}

static void deliver(void) {
  napi_handle_scope scope;
  napi_value callback, global, result;
  napi_open_handle_scope(environment, &scope);
  napi_get_reference_value(environment, on_done, &callback);
  napi_get_global(environment, &global);
  napi_create_double(environment, answer, &result);
  napi_make_callback(environment, NULL, global, callback, 1, &result, NULL);
  napi_close_handle_scope(environment, scope);
}

static void onAsync(uv_async_t* handle) {
  (void)handle;
  deliver();
}

// openThread(onDone): onDone(result) is called for each wake() and pool(), which take (count, x).
static napi_value openThread(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  uv_loop_t* loop;
  CHECK(env, napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  CHECK(env, napi_create_reference(env, argv[0], 1, &on_done));
  CHECK(env, napi_get_uv_event_loop(env, &loop));
  environment = env;
  uv_async_init(loop, &done, onAsync);
  pthread_create(&thread, NULL, serve, NULL);
  return NULL;
}

static napi_value readRequest(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  CHECK(env, napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  CHECK(env, napi_get_value_uint32(env, argv[0], &requested_count));
  CHECK(env, napi_get_value_double(env, argv[1], &requested_x));
  return NULL;
}

static napi_value wake(napi_env env, napi_callback_info info) {
  readRequest(env, info);
  if (atomic_exchange(&state, kRequested) == kSleeping) {
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&wanted);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void onPool(napi_env env, void* data) {
  (void)env;
  (void)data;
  if (requested_count > 0) answer = floor_python_sqrt(requested_x, requested_count);
}

static void onPoolDone(napi_env env, napi_status status, void* data) {
  (void)status;
  napi_async_work* work = data;
  napi_delete_async_work(env, *work);
  free(work);
  deliver();
}

static napi_value pool(napi_env env, napi_callback_info info) {
  readRequest(env, info);
  napi_async_work* work = malloc(sizeof *work);
  napi_value name;
  CHECK(env, napi_create_string_utf8(env, "floor", NAPI_AUTO_LENGTH, &name));
  CHECK(env, napi_create_async_work(env, NULL, name, onPool, onPoolDone, work, work));
  CHECK(env, napi_queue_async_work(env, *work));
  return NULL;
}

napi_value floor_init_wake(napi_env env, napi_value exports) {
  floor_export(env, exports, "openThread", openThread);
  floor_export(env, exports, "wake", wake);
  floor_export(env, exports, "pool", pool);
  return exports;
}
