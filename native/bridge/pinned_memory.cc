#include "bridge/pinned_memory.h"

#ifndef _WIN32
#include <dlfcn.h>
#endif

namespace snakebridge {

namespace {

// V8's own handle on an ArrayBuffer's memory. Node-API has none: a reference keeps the ArrayBuffer object, but
// `transfer` moves its memory to another object, which may die while Python still reads it. Looked up at run time,
// because it is C++; where it is missing a reference has to do (and a transferred buffer stays alive only with its
// new owner).
using BackingStore = std::shared_ptr<void>;
using GetBackingStore = BackingStore (*)(void* arrayBuffer);

GetBackingStore getBackingStore() {
#ifdef _WIN32
  return nullptr;
#else
  static auto found = reinterpret_cast<GetBackingStore>(dlsym(RTLD_DEFAULT, "_ZN2v811ArrayBuffer15GetBackingStoreEv"));
  return found;
#endif
}

class PinnedStore final : public JsMemory {
 public:
  PinnedStore(uint8_t* data, size_t length, BackingStore store) : JsMemory(data, length), store_(std::move(store)) {}

 private:
  BackingStore store_;
};

class PinnedReference final : public JsMemory {
 public:
  PinnedReference(uint8_t* data, size_t length, napi_ref reference, std::function<void(napi_ref)> drop)
      : JsMemory(data, length), reference_(reference), drop_(std::move(drop)) {}
  ~PinnedReference() override { drop_(reference_); }

 private:
  napi_ref reference_;
  std::function<void(napi_ref)> drop_;
};

}  // namespace

JsMemoryRef pinMemory(napi_env env, napi_value buffer, std::function<void(napi_ref)> drop) {
  void* data = nullptr;
  size_t length = 0;
  bool isArrayBuffer = false;
  napi_is_arraybuffer(env, buffer, &isArrayBuffer);
  if (isArrayBuffer) {
    bool detached = false;
    napi_is_detached_arraybuffer(env, buffer, &detached);
    if (detached) throw Napi::TypeError::New(env, "expected an ArrayBuffer, got a detached one");
    napi_get_arraybuffer_info(env, buffer, &data, &length);
    if (auto get = getBackingStore()) {
      // A napi_value is the address V8 calls Local<Value>: `this` of the member function.
      return std::make_shared<PinnedStore>(static_cast<uint8_t*>(data), length, get(buffer));
    }
  } else {
    // A SharedArrayBuffer: Node-API reaches its memory through a view only.
    bool isTypedArray = false;
    napi_is_typedarray(env, buffer, &isTypedArray);
    napi_value backing;
    if (!isTypedArray ||
        napi_get_typedarray_info(env, buffer, nullptr, &length, &data, &backing, nullptr) != napi_ok) {
      throw Napi::TypeError::New(env, "expected an ArrayBuffer, or a Uint8Array over a SharedArrayBuffer");
    }
  }
  napi_ref reference = nullptr;
  napi_create_reference(env, buffer, 1, &reference);
  return std::make_shared<PinnedReference>(static_cast<uint8_t*>(data), length, reference, std::move(drop));
}

}  // namespace snakebridge
