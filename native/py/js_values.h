// JavaScript values that Python holds by number. Needs the GIL, except where said.
//  1. One object stands for one JS value of one environment: while it lives, the same value is the same object.
//  2. JS counts how often it sent a number; the object counts the messages that brought it and were taken whole. When
//  it
//     dies JS is told that count, and forgets the value when all have come back. What was sent and never taken is told
//     by whoever threw the message away (dropUntaken).
//  3. Bytes that name the value on its way back to JS keep the object until they are delivered (TravelScope), or JS
//  would
//     be told first that it was dropped.
//  4. Objects may die on any thread and after their environment has closed; they keep its C++ half alive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

class Environment;

// What is behind an object of `snakebridge.JsValue` or of a subclass.
struct JsValueState {
  std::shared_ptr<Environment> environment;
  uint32_t id = 0;
  uint32_t kind = 0;  // wire::JsKind
  uint32_t arrivals = 0;
  std::string details;  // by kind: wire.h
  bool fireAndForget = false;
};

// Made once per process, after the interpreter has started; sets them as attributes of `package`.
void createJsValueTypes(Borrowed package);

// Of an instance of our types; null for anything else.
JsValueState* jsValueState(Borrowed object);
// Whether instances of the type are JS values.
bool isJsValueType(Borrowed type);

class JsValueTable {
 public:
  // The object of a number that arrived. The message may still be refused: see arrived().
  Ref take(Environment& environment, uint32_t id, uint32_t kind, std::string_view details);
  // The message was taken.
  static void arrived(Borrowed object) { jsValueState(object)->arrivals++; }
  void forget(uint32_t id, PyObject* object);
  size_t size() const { return objects_.size(); }

 private:
  std::unordered_map<uint32_t, PyObject*> objects_;  // borrowed: objects remove themselves
};

// Rule 2. A value in bytes that nobody will decode: `count` values from where the reader stands.
class UntakenValues {
 public:
  explicit UntakenValues(Environment& environment) : environment_(environment) {}
  void skip(wire::Reader& in);

 private:
  Environment& environment_;
  std::vector<uint32_t> shapes_;
};

// Rule 3. While one is alive on this thread, it keeps the JS values that are encoded.
class TravelScope {
 public:
  TravelScope();
  ~TravelScope();
  TravelScope(const TravelScope&) = delete;
  TravelScope& operator=(const TravelScope&) = delete;
  static void keep(Borrowed object);
  // Hands them to somebody who keeps them longer.
  void moveTo(std::vector<Ref>& travellers);

 private:
  TravelScope* const outer_;
  std::vector<Ref> kept_;
};

}  // namespace snakebridge
