#include "bridge/watched_objects.h"

#include <algorithm>

namespace snakebridge {

namespace {

constexpr size_t kFewest = 2048;
constexpr size_t kStep = 64u << 20;
constexpr size_t kScope = 1024;

}  // namespace

bool WatchedObjects::watch(napi_env env, uint32_t slot, napi_value object, size_t heldBytes) {
  if (slot >= references_.size()) references_.resize(slot + 1);
  if (napi_create_reference(env, object, 0, &references_[slot]) != napi_ok) return false;
  if (lookAtCount_ == 0) {
    lookAtCount_ = kFewest;
    lookAtBytes_ = heldBytes + kStep;
  }
  return ++alive_ >= lookAtCount_ || heldBytes >= lookAtBytes_;
}

napi_value WatchedObjects::get(napi_env env, uint32_t slot) const {
  napi_value object = nullptr;
  if (slot < references_.size() && references_[slot] != nullptr) {
    napi_get_reference_value(env, references_[slot], &object);
  }
  return object;
}

void WatchedObjects::forget(napi_env env, uint32_t slot) {
  if (slot >= references_.size() || references_[slot] == nullptr) return;
  napi_delete_reference(env, references_[slot]);
  references_[slot] = nullptr;
  alive_--;
}

std::vector<uint32_t> WatchedObjects::takeDead(napi_env env, size_t heldBytes) {
  std::vector<uint32_t> dead;
  for (size_t from = 0; from < references_.size(); from += kScope) {
    Napi::HandleScope scope(env);
    const size_t to = std::min(references_.size(), from + kScope);
    for (size_t slot = from; slot < to; slot++) {
      if (references_[slot] == nullptr || get(env, static_cast<uint32_t>(slot)) != nullptr) continue;
      dead.push_back(static_cast<uint32_t>(slot));
    }
  }
  for (uint32_t slot : dead) forget(env, slot);
  lookAtCount_ = alive_ + std::max(kFewest, alive_);
  lookAtBytes_ = heldBytes + kStep;
  return dead;
}

}  // namespace snakebridge
