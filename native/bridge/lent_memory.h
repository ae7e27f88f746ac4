// ArrayBuffers over memory that stays where it is when JS drops them, because Python uses it too.
#pragma once

#include "node/napi_setup.h"

namespace snakebridge {

// An ArrayBuffer that does not count as memory JS keeps alive, so that V8 does not start a collection for the sake of
// what it could not free. Null where the runtime does not offer it. Nobody is told when it dies.
napi_value lendMemory(void* data, size_t length);

}  // namespace snakebridge
