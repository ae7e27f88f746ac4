// Python exceptions on their way to JS. Needs the GIL.
#pragma once

#include "py/environment.h"

namespace snakebridge {

FailureRef failureOf(Ref exception);
// Whatever is being handled in a catch block, as a failure: PythonError, DependencyFailed, bad_alloc, MalformedMessage.
FailureRef currentFailure();
// Appends a kError value; describes the exception the first time. Never throws.
void encodeFailure(Environment& environment, Failure& failure, wire::Writer& out);

}  // namespace snakebridge
