// Memory that belongs to JavaScript, seen from Python. Knows nothing of Node: the owner is an interface.
//  1. A JsBuffer exposes JS memory through the buffer protocol and keeps its owner alive as long as Python holds it.
//  2. Owners may be destroyed on any thread; they pass the JS reference back to its own thread themselves.
#pragma once

#include <cstdint>
#include <memory>

#include "py/decoder.h"
#include "py/ref.h"

namespace snakebridge {

// Keeps a JS ArrayBuffer's memory in place.
class JsMemory {
 public:
  JsMemory(uint8_t* data, size_t length) : data(data), length(length) {}
  virtual ~JsMemory() = default;
  uint8_t* const data;
  const size_t length;
};
using JsMemoryRef = std::shared_ptr<JsMemory>;

// Made once per process, after the interpreter has started. GIL held.
void createJsBufferType();

// A memoryview (or, for MemoryKind::kNdArray, a numpy.ndarray) over JS memory. Throws PythonError when the range does
// not fit, or `memory` is empty: the buffer was detached.
Ref viewOfJsMemory(const JsMemoryRef& memory, const MemoryView& view);

}  // namespace snakebridge
