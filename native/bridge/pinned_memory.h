// Keeps the memory of a JS ArrayBuffer where it is while Python uses it.
#pragma once

#include <functional>

#include "node/napi_setup.h"
#include "py/js_memory.h"

namespace snakebridge {

// Throws Napi::Error for what is not an ArrayBuffer or SharedArrayBuffer, or is detached. `drop` gets the reference
// that kept the buffer alive, on any thread; it is not called where the memory itself could be held.
JsMemoryRef pinMemory(napi_env env, napi_value buffer, std::function<void(napi_ref)> drop);

}  // namespace snakebridge
