// The JS half of one JS environment: its buffers, its wake-up, the references it keeps. Lives on the JS thread; what
// other threads may call says so.
//  1. Results go into an inbox and wake the event loop once; the loop copies them into the results buffer and calls
//     JS, as often as the buffer needs. It takes no lock for them, and neither leaves memory for the other to free.
//  2. The event loop stays alive while batches are in flight, and only then.
//  3. JS references die here, on their own thread: others put them into `dead`.
//  4. After close() nothing calls JS any more; late results are dropped.
//  5. JS may be entered from inside a blocking call (channel_calls.cc), and make another one there: what run() still
//     reads is moved out of the command buffer first, and nothing else of it is shared.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

#include "bridge/activity.h"
#include "bridge/arrival.h"
#include "bridge/lanes.h"
#include "bridge/thread_watch.h"
#include "bridge/watched_objects.h"
#include "node/event_loop.h"
#include "node/napi_setup.h"
#include "py/environment.h"
#include "py/one_way.h"
#include "py/relax.h"

namespace snakebridge {

// Bytes exported to JS between two looks at which ArrayBuffers died (exported_buffers.cc rule 2).
constexpr size_t kSweepStep = 256u << 20;
// Of the buffers that are shared with JS.
constexpr size_t kBufferSize = 64 * 1024;

// Throws a RangeError where there is no room.
napi_value makeArrayBuffer(napi_env env, size_t length, uint8_t** data);
std::string noRoomFor(size_t bytes);
napi_ref makeReference(napi_env env, napi_value value, uint32_t count = 1);

class Channel final : public ResultSink, public std::enable_shared_from_this<Channel> {
 public:
  static std::shared_ptr<Channel> open(napi_env env, napi_value onResults, napi_value onCall, bool copyBuffers);
  ~Channel() override;

  EnvironmentRef environment;
  WatchedObjects watched;

  // Any thread.
  void deliver(wire::Writer& entries, bool lastOfBatch) override;
  void jsValueDropped(uint32_t id, uint32_t arrivals) override;
  bool isHere() const override { return std::this_thread::get_id() == jsThread_ && running_ != nullptr; }
  void call(wire::Writer request) override;
  Reply callNow(const wire::Writer& request) override;
  void serve(const std::function<bool()>& done, Moment until, bool endless) override;
  void wake() override;
  uint64_t wakes() override { return wakes_.load(); }
  JsThreadLook lookAtJs() const override;
  void deleteLater(napi_ref reference);

  napi_value commands() const { return valueOf(commandsRef_); }
  napi_value results() const { return valueOf(resultsRef_); }
  napi_value calls() const { return valueOf(callsRef_); }
  napi_value replies() const { return valueOf(repliesRef_); }
  void setCommands(napi_value buffer);
  void setReplies(napi_value buffer);
  // JS answers a request later than it took it, or with memory.
  void reply(uint32_t call, size_t length, napi_value externals);

  // False, with nothing done, when the lane's queue is full (lanes.h rule 7); `always`: whatever waits. `cancelled`:
  // pairs of a temp and a reason, of operations that are not to start. `caller`: the request that its code answers.
  bool submit(uint32_t lane, size_t length, uint32_t batchId, napi_value externals, bool always,
              std::span<const uint32_t> cancelled, uint32_t caller);
  // How far the operation was (Call::State); pursued by the Canceller. Never waits for the GIL.
  Call::State cancel(uint32_t batchId, uint32_t temp, uint32_t reason);
  // JS does not wait for it any longer.
  Calls::Where abandon(uint32_t batchId, uint32_t temp);
  // The sync lane. Returns what the addon's run() returns.
  napi_value run(size_t length, napi_value externals);
  // The same for a call that callQuickly() takes, with nothing to give back before it. False: it takes no such call.
  bool runQuickly(napi_value& result);

  uint32_t createLane(std::string name, size_t stackSize, size_t queueLimit);
  void closeLane(uint32_t lane);
  napi_value exportBuffer(uint32_t id);

  std::string statsJson();
  void close();

 private:
  explicit Channel(napi_env env) : env_(env) {}
  napi_value valueOf(napi_ref reference) const;
  std::vector<JsMemoryRef> pin(napi_value externals);
  void put(wire::Writer& bytes, bool isCall, bool lastOfBatch);  // mutex_ held
  void signalOthers();                                           // mutex_ held
  void signal();                                                 // mutex_ held
  void drain(Clock::time_point began);                           // this stays, by Attention
  bool drainOnce();
  // channel_attention.cc
  void beforePoll();
  void woken();
  void attend();
  class Attention;
  void endAttention();
  bool awaitArrival(Clock::time_point start);
  void noteCall();
  bool awaitNextCall(Clock::time_point began);
  Clock::time_point polledAt_{};
  SpinGauge resultGauge_;
  Clock::time_point answeredAt_{};
  SpinGauge callGauge_;
  void callJs(size_t length, napi_value big);
  void takeResults(const wire::Writer& entries, size_t& filled);
  void takeSmall(std::span<const uint8_t> entries, size_t& filled);
  void replaceBuffer(napi_value buffer, napi_ref& held, uint8_t*& bytes, size_t& size);
  // One request from another thread.
  void takeCall(wire::Writer& request);
  bool takeWaitingCall(wire::Writer& request);  // mutex_ held
  napi_value placeCall(const wire::Writer& request);
  // The length of the answer in the replies buffer that onCall returned; false when it answers by reply().
  bool answerLength(napi_value returned, size_t& length) const;
  // False: there is no room for them in one piece.
  bool callJsWithBig(const wire::Writer& entries);
  void takeApart(const wire::Writer& entries, size_t& filled);
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
  napi_ref onCall_ = nullptr;
  napi_ref callsRef_ = nullptr;
  napi_ref repliesRef_ = nullptr;
  uint8_t* calls_ = nullptr;
  uint8_t* replies_ = nullptr;
  size_t repliesLength_ = 0;
  // A blocking call under way; the innermost.
  struct Running {
    wire::Reader& in;
    std::unique_ptr<uint8_t[]> bytes;  // rule 5
    Running* const outer;
  };
  static void protect(Running& running);
  class RunScope;
  // The bytes of a result, as the addon's run() returns them; `sent`: how many bytes asked for it.
  napi_value giveResult(wire::Writer out, size_t sent);
  Running* running_ = nullptr;  // JS thread
  Answer hereReply_;            // of a request that was made on the JS thread, where JS answered by reply()
  const std::thread::id jsThread_ = std::this_thread::get_id();
  const ThreadWatch jsWatch_;
  // Inside run(), and not in JS that was entered from there. Others look.
  std::atomic<bool> inPython_{false};
  class InJs;
  std::atomic<uint64_t> served_{0};
  std::atomic<bool> endless_{false};
  // serve() waits for these; see wake().
  std::condition_variable serveWake_;
  std::atomic<uint64_t> wakes_{0};
  std::atomic<bool> serving_{false};
  struct LargeBuffer {
    napi_ref reference = nullptr;
    uint8_t* data = nullptr;
    size_t length = 0;
  } large_;
  wire::Writer scratch_;
  EventLoop* loop_ = nullptr;
  Activity activity_;
  uint64_t poolBatches_ = 0;
  // The last small ones: their memory goes back where it came from, to this thread, which needs it for the next.
  static constexpr size_t kKept = 8;
  static constexpr size_t kKeptBytes = 1024;
  std::array<BatchRef, kKept> kept_;
  size_t nextKept_ = 0;
  void keep(const BatchRef& batch);
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

  struct BufferLife;
  struct ExportedBuffer {
    napi_ref weak;
    std::shared_ptr<BufferLife> life;
    size_t length;
    bool counted;
  };
  struct BufferHint {
    std::weak_ptr<Channel> channel;
    std::shared_ptr<BufferLife> life;
  };
  static void bufferCollected(napi_env env, void* data, void* hint);
  std::unordered_map<uint32_t, ExportedBuffer> buffers_;
  size_t exportedBytes_ = 0;
  size_t sweepAt_ = kSweepStep;

  // The inbox. Who puts something there holds the lock; JS takes it without.
  static constexpr size_t kSlots = 64;
  OneWay<Arrival, kSlots> inbox_;
  std::deque<Arrival> passedOver_;  // results before a request that was taken first; older than what is in the inbox
  bool hasArrivals();
  Arrival* firstArrival();
  void dropArrival();

  // Seldom written: both sides look at these each time.
  alignas(kCacheLine) std::atomic<bool> signalled_{false};
  std::atomic<bool> hasOthers_{false};  // dropped_ or dead_
  bool attentive_ = false;              // JS looks by itself
  bool closed_ = false;

  alignas(kCacheLine) std::mutex mutex_;  // guards those, and what follows
  struct Dropped {
    uint32_t id, arrivals;
  };
  std::vector<Dropped> dropped_;
  std::vector<napi_ref> dead_;
};

}  // namespace snakebridge
