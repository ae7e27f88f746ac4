// What an operation does: decode its operands, call CPython, return the result. Needs the GIL.
#pragma once

#include <memory>
#include <vector>

#include "py/context_scope.h"
#include "py/environment.h"
#include "py/pull.h"

namespace snakebridge {

// PY_VECTORCALL_ARGUMENTS_OFFSET: the slot before the arguments is free.
constexpr size_t kVectorcallOffset = size_t{1} << (8 * sizeof(size_t) - 1);

struct Operation {
  wire::Opcode opcode;
  uint32_t flags;
  uint32_t temp;
  uint32_t size;
  uint32_t aux;
  uint32_t operandCount;  // positional operands, the target included
  uint32_t keywordCount;
  bool awaited() const { return (flags & wire::kAwaited) != 0; }
  // How deep in callbacks it was written.
  uint32_t level() const { return (flags >> 8) & 0xff; }
  bool inContext() const { return (flags & wire::kWithContext) != 0; }
  bool cancellable() const { return (flags & wire::kCancellable) != 0; }
  // Whether `aux` is a name, and whether that name comes as the first value instead.
  bool isNamed() const;
  bool hasInlineName() const { return isNamed() && aux == wire::kInlineName; }
};

// Reads an operation's header; the reader stands at its operands afterwards.
Operation readOperation(wire::Reader& in);

// Of an operation that will not run: gives back to JS the values that it would have brought. The reader stands at its
// operands.
void refuse(Environment& environment, const Operation& operation, wire::Reader& operands);

// Throws PythonError, NotReady, DependencyFailed, MalformedMessage, std::bad_alloc. `items`: where a kPull
// delivers. `context` is entered where the operation says so, and stays: its result may be an awaitable, which takes a
// copy along.
Ref perform(Environment& environment, const std::vector<JsMemoryRef>& externals, const Operation& operation,
            wire::Reader& operands, ItemSink* items, ContextScope& context);

}  // namespace snakebridge
