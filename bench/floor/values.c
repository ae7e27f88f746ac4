// The floors of values: value by value through N-API (what a bridge costs that neither packs nor batches),
// strings in one N-API call, and an ArrayBuffer over memory that exists already.
#include "floor.h"

#include <stdlib.h>

static char* text;
static size_t text_length;
static char16_t* wide;
static size_t wide_length;

static napi_value listOut(napi_env env, napi_callback_info info) {
  uint32_t length;
  napi_value array, value;
  CHECK(env, napi_get_value_uint32(env, floor_argument(env, info), &length));
  CHECK(env, napi_create_array_with_length(env, length, &array));
  for (uint32_t i = 0; i < length; i++) {
    CHECK(env, napi_create_double(env, i + 0.5, &value));
    CHECK(env, napi_set_element(env, array, i, value));
  }
  return array;
}

static napi_value listIn(napi_env env, napi_callback_info info) {
  napi_value array = floor_argument(env, info), value, result;
  uint32_t length;
  double sum = 0, x;
  CHECK(env, napi_get_array_length(env, array, &length));
  for (uint32_t i = 0; i < length; i++) {
    CHECK(env, napi_get_element(env, array, i, &value));
    CHECK(env, napi_get_value_double(env, value, &x));
    sum += x;
  }
  CHECK(env, napi_create_double(env, sum, &result));
  return result;
}

// holdText(string): keeps it as UTF-8 and UTF-16, for the three that give it back.
static napi_value holdText(napi_env env, napi_callback_info info) {
  napi_value value = floor_argument(env, info);
  CHECK(env, napi_get_value_string_utf8(env, value, NULL, 0, &text_length));
  CHECK(env, napi_get_value_string_utf16(env, value, NULL, 0, &wide_length));
  text = realloc(text, text_length + 1);
  wide = realloc(wide, (wide_length + 1) * sizeof *wide);
  CHECK(env, napi_get_value_string_utf8(env, value, text, text_length + 1, &text_length));
  CHECK(env, napi_get_value_string_utf16(env, value, wide, wide_length + 1, &wide_length));
  return NULL;
}

static napi_value latin1Out(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  CHECK(env, napi_create_string_latin1(env, text, text_length, &result));
  return result;
}

static napi_value utf8Out(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  CHECK(env, napi_create_string_utf8(env, text, text_length, &result));
  return result;
}

static napi_value utf16Out(napi_env env, napi_callback_info info) {
  (void)info;
  napi_value result;
  CHECK(env, napi_create_string_utf16(env, wide, wide_length, &result));
  return result;
}

static napi_value latin1In(napi_env env, napi_callback_info info) {
  size_t length;
  CHECK(env, napi_get_value_string_latin1(env, floor_argument(env, info), text, text_length + 1, &length));
  return NULL;
}

static napi_value utf8In(napi_env env, napi_callback_info info) {
  size_t length;
  CHECK(env, napi_get_value_string_utf8(env, floor_argument(env, info), text, text_length + 1, &length));
  return NULL;
}

static napi_value utf16In(napi_env env, napi_callback_info info) {
  size_t length;
  CHECK(env, napi_get_value_string_utf16(env, floor_argument(env, info), wide, wide_length + 1, &length));
  return NULL;
}

static napi_value strIn(napi_env env, napi_callback_info info) {
  size_t length;
  CHECK(env, napi_get_value_string_utf8(env, floor_argument(env, info), text, text_length + 1, &length));
  floor_python_str(text, length);
  return NULL;
}

static void keepMemory(napi_env env, void* data, void* hint) {
  (void)env;
  (void)data;
  (void)hint;
}

// externalBuffer(size): an ArrayBuffer over the same memory each time; allocated once, never touched.
static napi_value externalBuffer(napi_env env, napi_callback_info info) {
  static void* memory;
  static int64_t held;
  int64_t size;
  napi_value result;
  CHECK(env, napi_get_value_int64(env, floor_argument(env, info), &size));
  if (size > held) {
    memory = calloc(1, (size_t)size);
    held = size;
  }
  CHECK(env, napi_create_external_arraybuffer(env, memory, (size_t)size, keepMemory, NULL, &result));
  return result;
}

napi_value floor_init_values(napi_env env, napi_value exports) {
  floor_export(env, exports, "listOut", listOut);
  floor_export(env, exports, "listIn", listIn);
  floor_export(env, exports, "holdText", holdText);
  floor_export(env, exports, "latin1Out", latin1Out);
  floor_export(env, exports, "utf8Out", utf8Out);
  floor_export(env, exports, "utf16Out", utf16Out);
  floor_export(env, exports, "latin1In", latin1In);
  floor_export(env, exports, "utf8In", utf8In);
  floor_export(env, exports, "utf16In", utf16In);
  floor_export(env, exports, "strIn", strIn);
  floor_export(env, exports, "externalBuffer", externalBuffer);
  return exports;
}
