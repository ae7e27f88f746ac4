// The JS half of one JS environment: its buffers, its wake-up, the references it keeps. Lives on the JS thread; what
// other threads may call says so.
//  1. Results go into an inbox and wake the event loop once; the loop copies them into the results buffer and calls
//     JS, as often as the buffer needs.
//  2. The event loop stays alive while batches are in flight, and only then.
//  3. JS references die here, on their own thread: others put them into `dead`.
//  4. After close() nothing calls JS any more; late results are dropped.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "bridge/activity.h"
#include "bridge/lanes.h"
#include "bridge/watched_objects.h"
#include "node/napi_setup.h"
#include "py/environment.h"

namespace snakebridge {

// Bytes exported to JS between two looks at which ArrayBuffers died (exported_buffers.cc rule 2).
constexpr size_t kSweepStep = 256u << 20;

class Channel final : public ResultSink, public std::enable_shared_from_this<Channel> {
 public:
  static std::shared_ptr<Channel> open(napi_env env, napi_value onResults, bool copyBuffers);
  ~Channel() override;

  EnvironmentRef environment;
  WatchedObjects watched;

  // Any thread.
  void deliver(wire::Writer entries) override;
  void batchDone() override;
  void jsRefDropped(uint32_t id) override;
  void deleteLater(napi_ref reference);

  napi_value commands() const { return valueOf(commandsRef_); }
  napi_value results() const { return valueOf(resultsRef_); }
  void setCommands(napi_value buffer);

  void submit(uint32_t lane, size_t length, uint32_t batchId, napi_value externals);
  // How far the operation was (Call::State); pursued by the Canceller. Never waits for the GIL.
  Call::State cancel(uint32_t batchId, uint32_t temp, uint32_t reason);
  // JS does not wait for it any longer.
  Calls::Where abandon(uint32_t batchId, uint32_t temp);
  // The sync lane. Returns what the addon's run() returns.
  napi_value run(size_t length, napi_value externals);

  uint32_t createLane(std::string name, size_t stackSize);
  void closeLane(uint32_t lane);
  napi_value exportBuffer(uint32_t id);

  std::string statsJson();
  void close();

 private:
  explicit Channel(napi_env env) : env_(env) {}
  napi_value valueOf(napi_ref reference) const;
  std::vector<JsMemoryRef> pin(napi_value externals);
  void signal();
  void drain();
  void callJs(size_t length, napi_value big);
  void callJsWithBig(const wire::Writer& entries);
  void sweepExports();
  void tellCollector();

  napi_env env_;
  napi_async_context context_ = nullptr;
  napi_ref onResults_ = nullptr;
  napi_ref receiver_ = nullptr;
  napi_ref commandsRef_ = nullptr;
  napi_ref resultsRef_ = nullptr;
  uint8_t* commands_ = nullptr;
  size_t commandsLength_ = 0;
  uint8_t* results_ = nullptr;
  size_t resultsLength_ = 0;
  struct LargeBuffer {
    napi_ref reference = nullptr;
    uint8_t* data = nullptr;
    size_t length = 0;
  } large_;
  wire::Writer scratch_;
  uv_async_t* wake_ = nullptr;
  Activity activity_;
  uint64_t poolBatches_ = 0;
  size_t inFlight_ = 0;
  // What crossed since open(), for stats(); arrays are counted by the memory JS came to see.
  struct Traffic {
    uint64_t trips = 0, bytesToPython = 0, bytesToJs = 0, arrayBytesShared = 0, arrayBytesCopied = 0;
  } traffic_;
  std::vector<std::unique_ptr<DedicatedLane>> lanes_;
  std::unordered_map<uint32_t, std::weak_ptr<Batch>> cancellable_;  // batches with such operations, by id
  size_t sweepCancellableAt_ = 64;
  void rememberCancellable(const BatchRef& batch);
  size_t toldBytes_ = 0;  // what V8 believes the references keep alive

  struct ExportedBuffer {
    napi_ref weak;
    uint32_t serial;
    size_t length;
    bool lent;
  };
  struct BufferHint {
    std::weak_ptr<Channel> channel;
    EnvironmentRef environment;
    uint32_t id;
    uint32_t serial;
  };
  static void bufferCollected(napi_env env, void* data, void* hint);
  std::unordered_map<uint32_t, ExportedBuffer> buffers_;
  size_t exportedBytes_ = 0;
  size_t sweepAt_ = kSweepStep;

  std::mutex mutex_;  // guards what follows
  std::vector<wire::Writer> inbox_;
  std::vector<uint32_t> dropped_;
  std::vector<napi_ref> dead_;
  size_t done_ = 0;
  bool signalled_ = false;
  bool closed_ = false;
};

}  // namespace snakebridge
