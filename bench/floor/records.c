// The floor of nested records, value by value: read into a native tree, and made again from the tree that is held.
#include "floor.h"

#include <stdlib.h>

enum Kind { kNumber, kBoolean, kText, kArray, kObject };

// A value read from JS: `items` are an array's elements, or an object's keys and values by turns.
struct Node {
  enum Kind kind;
  double number;
  bool truth;
  uint32_t length;
  char text[64];
  struct Node* items;
};

static struct Node held;

static napi_value readItem(napi_env env, napi_value value, struct Node* into);

static napi_value readObject(napi_env env, napi_value value, struct Node* into) {
  napi_value keys, key, item;
  uint32_t count;
  CHECK(env, napi_get_property_names(env, value, &keys));
  CHECK(env, napi_get_array_length(env, keys, &count));
  into->kind = kObject;
  into->length = 2 * count;
  into->items = malloc(into->length * sizeof *into->items);
  for (uint32_t i = 0; i < count; i++) {
    CHECK(env, napi_get_element(env, keys, i, &key));
    CHECK(env, napi_get_property(env, value, key, &item));
    readItem(env, key, &into->items[2 * i]);
    readItem(env, item, &into->items[2 * i + 1]);
  }
  return NULL;
}

static napi_value readArray(napi_env env, napi_value value, struct Node* into) {
  CHECK(env, napi_get_array_length(env, value, &into->length));
  into->kind = kArray;
  into->items = malloc(into->length * sizeof *into->items);
  for (uint32_t i = 0; i < into->length; i++) {
    napi_handle_scope scope;
    napi_value item;
    CHECK(env, napi_open_handle_scope(env, &scope));
    CHECK(env, napi_get_element(env, value, i, &item));
    readItem(env, item, &into->items[i]);
    CHECK(env, napi_close_handle_scope(env, scope));
  }
  return NULL;
}

static napi_value readItem(napi_env env, napi_value value, struct Node* into) {
  napi_valuetype type;
  CHECK(env, napi_typeof(env, value, &type));
  if (type == napi_number) {
    into->kind = kNumber;
    CHECK(env, napi_get_value_double(env, value, &into->number));
  } else if (type == napi_boolean) {
    into->kind = kBoolean;
    CHECK(env, napi_get_value_bool(env, value, &into->truth));
  } else if (type == napi_string) {
    size_t length;
    into->kind = kText;
    CHECK(env, napi_get_value_string_utf8(env, value, into->text, sizeof into->text, &length));
    into->length = (uint32_t)length;
  } else {
    bool is_array;
    CHECK(env, napi_is_array(env, value, &is_array));
    if (is_array) readArray(env, value, into);
    else readObject(env, value, into);
  }
  return NULL;
}

static void discard(struct Node* node) {
  if (node->kind != kArray && node->kind != kObject) return;
  for (uint32_t i = 0; i < node->length; i++) discard(&node->items[i]);
  free(node->items);
}

static napi_value build(napi_env env, const struct Node* node) {
  napi_value result = NULL;
  switch (node->kind) {
    case kNumber:
      CHECK(env, napi_create_double(env, node->number, &result));
      break;
    case kBoolean:
      CHECK(env, napi_get_boolean(env, node->truth, &result));
      break;
    case kText:
      CHECK(env, napi_create_string_utf8(env, node->text, node->length, &result));
      break;
    case kArray:
      CHECK(env, napi_create_array_with_length(env, node->length, &result));
      for (uint32_t i = 0; i < node->length; i++) {
        napi_handle_scope scope;
        CHECK(env, napi_open_handle_scope(env, &scope));
        CHECK(env, napi_set_element(env, result, i, build(env, &node->items[i])));
        CHECK(env, napi_close_handle_scope(env, scope));
      }
      break;
    case kObject:
      CHECK(env, napi_create_object(env, &result));
      for (uint32_t i = 0; i < node->length; i += 2) {
        napi_value key = build(env, &node->items[i]);
        CHECK(env, napi_set_property(env, result, key, build(env, &node->items[i + 1])));
      }
      break;
  }
  return result;
}

static napi_value holdRecords(napi_env env, napi_callback_info info) {
  return readItem(env, floor_argument(env, info), &held);
}

static napi_value recordsOut(napi_env env, napi_callback_info info) {
  (void)info;
  return build(env, &held);
}

static napi_value recordsIn(napi_env env, napi_callback_info info) {
  struct Node records;
  readItem(env, floor_argument(env, info), &records);
  discard(&records);
  return NULL;
}

napi_value floor_init_records(napi_env env, napi_value exports) {
  floor_export(env, exports, "holdRecords", holdRecords);
  floor_export(env, exports, "recordsOut", recordsOut);
  floor_export(env, exports, "recordsIn", recordsIn);
  return exports;
}
