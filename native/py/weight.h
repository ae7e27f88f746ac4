// How much memory a Python object keeps alive, roughly: JavaScript's collector is told, or a program that drops
// references to large arrays would run out of memory long before V8 sees a reason to collect. Needs the GIL.
#pragma once

#include <cstddef>

#include "py/ref.h"

namespace snakebridge {

// Bytes. Cheap, and only as exact as that allows: buffers and whatever has `nbytes` count in full, containers by
// their length, everything else as a small object.
size_t weightOf(Borrowed object);

}  // namespace snakebridge
