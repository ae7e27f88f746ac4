// Keeps the memory of a JS ArrayBuffer where it is while Python uses it.
#pragma once

#include <functional>

#include "node/napi_setup.h"
#include "py/environment.h"
#include "py/js_memory.h"

namespace snakebridge {

// Empty when the buffer is detached. Throws Napi::Error for what is no ArrayBuffer or SharedArrayBuffer. `drop` gets
// the reference that kept the buffer alive, on any thread; it is not called where the memory itself could be held.
JsMemoryRef pinMemory(napi_env env, napi_value buffer, const EnvironmentRef& environment,
                      std::function<void(napi_ref)> drop);

// Each JS environment says so: memory is given back to V8 while there is one, and else when the next one comes. The
// last close waits for what is being given back.
void environmentOpened();
void environmentClosed();

}  // namespace snakebridge
