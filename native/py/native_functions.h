// What our Python package calls: builtin functions of the package `snakebridge`. GIL held.
#pragma once

#include "py/ref.h"

namespace snakebridge {

// Sets the functions as attributes of `package`. Throws PythonError.
void addNativeFunctions(Borrowed package);

}  // namespace snakebridge
