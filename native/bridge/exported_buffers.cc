// Channel's share of exported memory (py/exports.h): ArrayBuffers over what Python owns.
//  1. One ArrayBuffer per export while it lives; a weak reference finds it again.
//  2. Finalizers run only in a later turn of the event loop. A synchronous loop that makes and drops arrays would
//     never give memory back, so past a step of bytes the weak references are asked directly, and dead ones release
//     their export at once; the finalizer that comes later does nothing.
//  3. Memory that Python uses too is not counted by V8, or an array of a gigabyte that is looked at again and
//     again would cost a full collection each time. Python may let go of it later, so past the same step V8 is told.
//  4. JS is not to move such memory away (`transfer`), because its array is empty then: the methods that do are
//     shadowed. Whoever reaches for the prototype's has a new ArrayBuffer over it: the export stays until both the
//     first ArrayBuffer and the memory itself (lent_memory.h) are given up, the second on whatever thread V8 does it.
#include <atomic>
#include <cstring>
#include <utility>

#include "bridge/channel.h"
#include "bridge/lent_memory.h"
#include "py/copy_memory.h"
#include "py/gil.h"

namespace snakebridge {

namespace {

// Smaller buffers hardly count.
constexpr size_t kWorthLending = 1 << 20;

napi_value refuseTransfer(napi_env env, napi_callback_info) {
  napi_throw_type_error(env, "ERR_SNAKEBRIDGE_TRANSFER",
                        "expected an ArrayBuffer that JavaScript owns, got memory that belongs to Python; copy it "
                        "first: buffer.slice(0)");
  return nullptr;
}

void shadowTransfer(napi_env env, napi_value buffer) {
  for (const char* name : {"transfer", "transferToFixedLength"}) {
    bool has = false;
    if (napi_has_named_property(env, buffer, name, &has) != napi_ok || !has) continue;
    napi_property_descriptor descriptor{};
    descriptor.utf8name = name;
    descriptor.method = refuseTransfer;
    napi_define_properties(env, buffer, 1, &descriptor);
  }
}

}  // namespace

// One ArrayBuffer's use of an export.
struct Channel::BufferLife {
  const EnvironmentRef environment;
  const uint32_t id;
  std::atomic<int> users{1};  // rule 4
  bool collected = false;     // JS thread
  BufferLife(EnvironmentRef environment, uint32_t id) : environment(std::move(environment)), id(id) {}
  void end() {
    if (users.fetch_sub(1) == 1) environment->exports.collected(id);
  }
  void endOfObject() {
    if (!std::exchange(collected, true)) end();
  }
};

void Channel::bufferCollected(napi_env env, void*, void* data) {
  std::unique_ptr<BufferHint> hint(static_cast<BufferHint*>(data));
  hint->life->endOfObject();
  auto channel = hint->channel.lock();
  if (!channel) return;
  auto found = channel->buffers_.find(hint->life->id);
  if (found == channel->buffers_.end() || found->second.life != hint->life) return;
  napi_delete_reference(env, found->second.weak);
  channel->exportedBytes_ -= found->second.length;
  channel->buffers_.erase(found);
}

napi_value Channel::exportBuffer(uint32_t id) {
  if (auto found = buffers_.find(id); found != buffers_.end()) {
    napi_value alive = nullptr;
    napi_get_reference_value(env_, found->second.weak, &alive);
    bool moved = false;  // rule 4
    if (alive != nullptr) napi_is_detached_arraybuffer(env_, alive, &moved);
    if (alive != nullptr && !moved) {
      environment->exports.take(id, true);
      return alive;
    }
  }
  const ExportTable::Taken taken = environment->exports.take(id, false);
  if (!taken.known) throw Napi::Error::New(env_, "exportBuffer: expected a live export, got " + std::to_string(id));
  auto life = std::make_shared<BufferLife>(environment, id);
  auto hint = std::make_unique<BufferHint>(BufferHint{weak_from_this(), life});

  napi_value buffer = nullptr;
  napi_status status = napi_no_external_buffers_allowed;
  const bool counted = !taken.common || taken.length < kWorthLending;
  if (!taken.copied && taken.length != 0) {
    buffer = lendMemory(env_, taken.data, taken.length, counted, [life] { life->end(); });
    if (buffer != nullptr) {
      status = napi_ok;
      life->users.fetch_add(1);
      napi_add_finalizer(env_, buffer, nullptr, bufferCollected, hint.get(), nullptr);
    } else {
      status = napi_create_external_arraybuffer(env_, taken.data, taken.length, bufferCollected, hint.get(), &buffer);
    }
    if (status == napi_ok) shadowTransfer(env_, buffer);
  }
  if (status != napi_ok) {
    uint8_t* memory = nullptr;
    try {
      buffer = makeArrayBuffer(env_, taken.length, &memory);
    } catch (const Napi::Error&) {
      if (taken.copied) giveCopyMemory(taken.data, taken.length);
      life->endOfObject();
      throw;
    }
    if (taken.length != 0) std::memcpy(memory, taken.data, taken.length);
    if (taken.copied) giveCopyMemory(taken.data, taken.length);
    napi_add_finalizer(env_, buffer, nullptr, bufferCollected, hint.get(), nullptr);
  }
  hint.release();
  (taken.copied || status != napi_ok ? traffic_.arrayBytesCopied : traffic_.arrayBytesShared) += taken.length;

  ExportedBuffer entry{nullptr, std::move(life), taken.length, counted};
  napi_create_reference(env_, buffer, 0, &entry.weak);
  if (auto found = buffers_.find(id); found != buffers_.end()) {
    napi_delete_reference(env_, found->second.weak);
    exportedBytes_ -= found->second.length;
    found->second = std::move(entry);
  } else {
    buffers_.emplace(id, std::move(entry));
  }
  exportedBytes_ += taken.length;
  if (exportedBytes_ > sweepAt_) sweepExports();
  return buffer;
}

void Channel::sweepExports() {
  int64_t lent = 0;
  for (const auto& [id, entry] : buffers_) lent += entry.counted ? 0 : static_cast<int64_t>(entry.length);
  if (lent != 0) {  // Rule 3. V8 collects when it is told; what it hears then is true again.
    int64_t total = 0;
    napi_adjust_external_memory(env_, lent, &total);
    napi_adjust_external_memory(env_, -lent, &total);
  }
  for (auto entry = buffers_.begin(); entry != buffers_.end();) {
    napi_value alive = nullptr;
    napi_get_reference_value(env_, entry->second.weak, &alive);
    if (alive != nullptr) {
      ++entry;
      continue;
    }
    entry->second.life->endOfObject();
    napi_delete_reference(env_, entry->second.weak);
    exportedBytes_ -= entry->second.length;
    entry = buffers_.erase(entry);
  }
  sweepAt_ = exportedBytes_ + kSweepStep;
}

}  // namespace snakebridge
