// ArrayBuffers over Python's memory, which say when they no longer need it, wherever JavaScript moves it: with
// `ArrayBuffer.prototype.transfer` another ArrayBuffer has it, and Node-API would know of the first one only.
#pragma once

#include <functional>

#include "node/napi_setup.h"

namespace snakebridge {

// Null where the runtime does not offer it. `died` is called once, on any thread, when the last ArrayBuffer over the
// memory is gone. `counted`: it counts as memory that JS keeps alive; otherwise V8 does not start a collection for the
// sake of what it could not free, because Python uses it too.
napi_value lendMemory(napi_env env, void* data, size_t length, bool counted, std::function<void()> died);

}  // namespace snakebridge
