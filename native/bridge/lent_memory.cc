#include "bridge/lent_memory.h"

#include <cstdint>
#include <memory>
#include <utility>

#ifndef _WIN32
#include <dlfcn.h>
#endif

namespace snakebridge {

#ifdef _WIN32

napi_value lendMemory(napi_env, void*, size_t, bool, std::function<void()>) { return nullptr; }

#else

namespace {

// V8 leaves a buffer out of its account if it is made with this very deleter; Node-API always sets its own. Looked up
// at run time because it is C++, like the backing stores of pinned_memory.cc.
using Deleter = void (*)(void* data, size_t length, void* hint);

// std::unique_ptr<v8::BackingStore>, as far as the calling convention is concerned: returned in memory.
struct UniqueStore {
  void* store = nullptr;
  UniqueStore() = default;
  UniqueStore(const UniqueStore&) = delete;
  ~UniqueStore() {}
};

struct Functions {
  template <class F>
  static F find(const char* name) {
    return reinterpret_cast<F>(dlsym(RTLD_DEFAULT, name));
  }
  void* (*currentIsolate)() = find<void* (*)()>("_ZN2v87Isolate10GetCurrentEv");
  Deleter emptyDeleter = find<Deleter>("_ZN2v812BackingStore12EmptyDeleterEPvmS1_");
  UniqueStore (*newStore)(void*, size_t, Deleter, void*) =
      find<UniqueStore (*)(void*, size_t, Deleter, void*)>("_ZN2v811ArrayBuffer15NewBackingStoreEPvmPFvS1_mS1_ES1_");
  void (*destroyStore)(void*) = find<void (*)(void*)>("_ZN2v812BackingStoreD1Ev");
  napi_value (*newBuffer)(void* isolate, std::shared_ptr<void>) = find<napi_value (*)(void*, std::shared_ptr<void>)>(
      "_ZN2v811ArrayBuffer3NewEPNS_7IsolateESt10shared_ptrINS_12BackingStoreEE");

  bool complete() const { return currentIsolate && emptyDeleter && newStore && destroyStore && newBuffer; }
};

void leaveToPython(void*, size_t, void*) {}

// Builds of V8 with a sandbox abort where memory outside of it becomes a buffer; Node-API knows, and refuses.
bool allowsExternals(napi_env env) {
  static const bool allows = [env] {
    static uint8_t byte;
    napi_value buffer;
    return napi_create_external_arraybuffer(env, &byte, 1, nullptr, nullptr, &buffer) == napi_ok;
  }();
  return allows;
}

}  // namespace

napi_value lendMemory(napi_env env, void* data, size_t length, bool counted, std::function<void()> died) {
  static const Functions v8;
  if (!v8.complete() || !allowsExternals(env)) return nullptr;
  UniqueStore made = v8.newStore(data, length, counted ? leaveToPython : v8.emptyDeleter, nullptr);
  if (made.store == nullptr) return nullptr;
  std::shared_ptr<void> store(made.store, [died = std::move(died)](void* dead) {
    v8.destroyStore(dead);
    ::operator delete(dead);
    died();
  });
  return v8.newBuffer(v8.currentIsolate(), std::move(store));
}

#endif

}  // namespace snakebridge
