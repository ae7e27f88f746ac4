// Weak references to JS objects by number: which references of the TypeScript side are still used. Lives on the JS
// thread.
//  1. The language's own means do not do: a WeakRef keeps its target until the end of the job, and a
//  FinalizationRegistry
//     calls back in a later turn of the loop, so a synchronous loop would never give anything back. A weak reference of
//     Node-API can be asked at any time.
//  2. watch() says when it is time to look for the dead: as many objects came as lived at the last look, or Python
//     holds a step of bytes more for JS than then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/napi_setup.h"

namespace snakebridge {

class WatchedObjects {
 public:
  // True: time for takeDead(). `slot` is free; slots are dense.
  bool watch(napi_env env, uint32_t slot, napi_value object, size_t heldBytes);
  // Null when it is dead, or nothing is watched there.
  napi_value get(napi_env env, uint32_t slot) const;
  void forget(napi_env env, uint32_t slot);
  // The slots of the dead, which are free again.
  std::vector<uint32_t> takeDead(napi_env env, size_t heldBytes);

 private:
  std::vector<napi_ref> references_;
  size_t alive_ = 0;
  size_t lookAtCount_ = 0;
  size_t lookAtBytes_ = 0;
};

}  // namespace snakebridge
