// What the floor addon's files share. The floors are the least that any bridge built on N-API and
// CPython can cost; nothing here knows SnakeBridge.
#pragma once

#include <node_api.h>
#include <stddef.h>

#define CHECK(env, call)                                       \
  do {                                                         \
    if ((call) != napi_ok) {                                   \
      napi_throw_error((env), NULL, "floor: " #call " failed"); \
      return NULL;                                             \
    }                                                          \
  } while (0)

// Calls math.sqrt `count` times under one GIL acquisition, on a thread that has its own permanent thread
// state (made at the first call). Returns the last result.
double floor_python_sqrt(double x, unsigned count);

// Runs code on a thread that ends with it.
void floor_python_run(const char* code);

// Makes a str of UTF-8 and drops it.
void floor_python_str(const char* utf8, size_t length);

napi_value floor_init_wake(napi_env env, napi_value exports);
napi_value floor_init_values(napi_env env, napi_value exports);
napi_value floor_init_records(napi_env env, napi_value exports);
napi_value floor_init_burn(napi_env env, napi_value exports);
// The first argument of a call.
napi_value floor_argument(napi_env env, napi_callback_info info);
void floor_export(napi_env env, napi_value exports, const char* name, napi_callback function);
