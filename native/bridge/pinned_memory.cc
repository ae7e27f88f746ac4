#include "bridge/pinned_memory.h"

#ifndef _WIN32
#include <dlfcn.h>
#endif

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace snakebridge {

namespace {

// V8's own handle on an ArrayBuffer's memory. Node-API has none: a reference keeps the ArrayBuffer object, but
// `transfer` moves its memory to another object, which may die while Python still reads it. Looked up at run time,
// because it is C++; where it is missing a reference has to do (and a transferred buffer stays alive only with its
// new owner).
using BackingStore = std::shared_ptr<void>;
using GetBackingStore = BackingStore (*)(void* arrayBuffer);

GetBackingStore getBackingStore(bool shared) {
#ifdef _WIN32
  (void)shared;
  return nullptr;
#else
  static auto own = reinterpret_cast<GetBackingStore>(dlsym(RTLD_DEFAULT, "_ZN2v811ArrayBuffer15GetBackingStoreEv"));
  static auto common =
      reinterpret_cast<GetBackingStore>(dlsym(RTLD_DEFAULT, "_ZN2v817SharedArrayBuffer15GetBackingStoreEv"));
  return shared ? common : own;
#endif
}

// Frees V8's memory where that is safe: with an allocator that may be the main thread's, and ends with that thread.
// While some JS environment is open it is there; what Python lets go of when none is waits for the next one.
// Constructed once, never destroyed: threads of Python's outlive the static destructors.
class StoreKeeper {
 public:
  static StoreKeeper& instance() {
    static auto* only = new StoreKeeper();
    return *only;
  }

  void opened() {
    std::vector<BackingStore> freed;
    std::lock_guard lock(mutex_);
    open_++;
    freed.swap(parked_);
  }

  void closed() {
    std::unique_lock lock(mutex_);
    if (--open_ == 0) isQuiet_.wait(lock, [this] { return freeing_ == 0; });
  }

  void free(BackingStore store) {
    {
      std::lock_guard lock(mutex_);
      if (open_ == 0) return parked_.push_back(std::move(store));
      freeing_++;
    }
    store.reset();
    std::lock_guard lock(mutex_);
    if (--freeing_ == 0) isQuiet_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable isQuiet_;
  size_t open_ = 0;
  size_t freeing_ = 0;
  std::vector<BackingStore> parked_;
};

class PinnedStore final : public JsMemory {
 public:
  PinnedStore(uint8_t* data, size_t length, BackingStore store) : JsMemory(data, length), store_(std::move(store)) {}
  ~PinnedStore() override { StoreKeeper::instance().free(std::move(store_)); }

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

// Python's own memory on its way back: the object that owns it is held, not the ArrayBuffer over it, whose death would
// release the object (exported_buffers.cc rule 2), and so would the end of its JS environment.
class PinnedExport final : public JsMemory {
 public:
  PinnedExport(uint8_t* data, size_t length, EnvironmentRef environment, uint32_t id)
      : JsMemory(data, length), environment_(std::move(environment)), id_(id) {}
  ~PinnedExport() override { environment_->exports.letGo(id_); }

 private:
  EnvironmentRef environment_;
  uint32_t id_;
};

// Node-API reaches the memory of a SharedArrayBuffer through a view only. A view over anything else has a buffer of its
// own: so are those of other realms told, whose class is another one.
void infoOfShared(Napi::Env env, napi_value buffer, void** data, size_t* length) {
  Napi::Object view = env.Global().Get("Uint8Array").As<Napi::Function>().New({buffer});
  napi_value seen = nullptr;
  bool isSame = false;
  napi_get_typedarray_info(env, view, nullptr, length, data, &seen, nullptr);
  napi_strict_equals(env, seen, buffer, &isSame);
  if (!isSame) throw Napi::TypeError::New(env, "expected an ArrayBuffer or a SharedArrayBuffer");
}

}  // namespace

void environmentOpened() { StoreKeeper::instance().opened(); }
void environmentClosed() { StoreKeeper::instance().closed(); }

JsMemoryRef pinMemory(napi_env env, napi_value buffer, const EnvironmentRef& environment,
                      std::function<void(napi_ref)> drop) {
  void* data = nullptr;
  size_t length = 0;
  bool isArrayBuffer = false;
  napi_is_arraybuffer(env, buffer, &isArrayBuffer);
  if (isArrayBuffer) {
    bool detached = false;
    napi_is_detached_arraybuffer(env, buffer, &detached);
    if (detached) return nullptr;
    napi_get_arraybuffer_info(env, buffer, &data, &length);
  } else {
    infoOfShared(env, buffer, &data, &length);
  }
  auto* bytes = static_cast<uint8_t*>(data);
  uint32_t exportId = 0;
  if (environment->exports.hold(bytes, exportId)) {
    return std::make_shared<PinnedExport>(bytes, length, environment, exportId);
  }
  if (auto get = getBackingStore(!isArrayBuffer)) {
    // A napi_value is the address V8 calls Local<Value>: `this` of the member function.
    return std::make_shared<PinnedStore>(bytes, length, get(buffer));
  }
  napi_ref reference = nullptr;
  napi_create_reference(env, buffer, 1, &reference);
  return std::make_shared<PinnedReference>(bytes, length, reference, std::move(drop));
}

}  // namespace snakebridge
