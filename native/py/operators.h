// Python's operators and the questions that any object answers. Needs the GIL.
#pragma once

#include <cstddef>

#include "py/ref.h"
#include "wire/wire.h"

namespace snakebridge {

// The result of `op` on `size` operands; PythonError, or MalformedMessage where operands are missing.
Ref operate(wire::Operator op, PyObject* const* row, size_t size);

}  // namespace snakebridge
