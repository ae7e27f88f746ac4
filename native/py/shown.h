// How a reference is shown (console.log) before anybody has asked for its repr. Needs the GIL.
#pragma once

#include <string>

#include "py/ref.h"

namespace snakebridge {

// The repr where it is cheap and runs no Python code: types without one of their own, and those written in C that hold
// no elements. For all others the type's name: the repr of a data frame costs more than the call that made it.
std::string shownText(Borrowed object);

}  // namespace snakebridge
