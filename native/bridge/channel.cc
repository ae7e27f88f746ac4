#include "bridge/channel.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "bridge/canceller.h"
#include "bridge/pinned_memory.h"
#include "py/blocking.h"
#include "py/gil.h"
#include "py/python_error.h"
#include "py/serving.h"

namespace snakebridge {

namespace {

constexpr size_t kLargestLane = 1 << 16;
constexpr size_t kSurelyThere = 1 << 20;

// Where there is no room napi_create_arraybuffer ends the process; the constructor throws.
napi_status constructArrayBuffer(napi_env env, size_t length, void** data, napi_value* buffer) {
  napi_value global, constructor, size;
  napi_status status = napi_get_global(env, &global);
  if (status == napi_ok) status = napi_get_named_property(env, global, "ArrayBuffer", &constructor);
  if (status == napi_ok) status = napi_create_double(env, static_cast<double>(length), &size);
  if (status == napi_ok) status = napi_new_instance(env, constructor, 1, &size, buffer);
  if (status == napi_ok) status = napi_get_arraybuffer_info(env, *buffer, data, &length);
  return status;
}

}  // namespace

napi_ref makeReference(napi_env env, napi_value value, uint32_t count) {
  napi_ref made = nullptr;
  napi_create_reference(env, value, count, &made);
  return made;
}

std::string noRoomFor(size_t bytes) {
  return "expected room for " + std::to_string(bytes) +
         " bytes of values, got none; keep the value in Python ($keep) and take parts of it";
}

napi_value makeArrayBuffer(napi_env env, size_t length, uint8_t** data) {
  napi_value buffer = nullptr;
  void* memory = nullptr;
  const napi_status status = length <= kSurelyThere ? napi_create_arraybuffer(env, length, &memory, &buffer)
                                                    : constructArrayBuffer(env, length, &memory, &buffer);
  if (status != napi_ok) {
    napi_value itsOwn;
    if (status == napi_pending_exception) napi_get_and_clear_last_exception(env, &itsOwn);
    throw Napi::RangeError::New(env, noRoomFor(length));
  }
  *data = static_cast<uint8_t*>(memory);
  return buffer;
}

// The high half of a batch's first word.
uint32_t headFlags(const uint8_t* bytes) {
  uint32_t flags;
  std::memcpy(&flags, bytes + 4, 4);
  return flags;
}

std::shared_ptr<Channel> Channel::open(napi_env env, napi_value onResults, napi_value onCall, bool copyBuffers) {
  std::shared_ptr<Channel> channel(new Channel(env));
  environmentOpened();
  channel->environment = std::make_shared<Environment>(channel, copyBuffers);
  setEnvironmentOfThread(channel->environment.get());
  channel->environment->remember();
  channel->onResults_ = makeReference(env, onResults);
  channel->onCall_ = makeReference(env, onCall);
  Napi::Object receiver = Napi::Object::New(env);
  channel->receiver_ = makeReference(env, receiver);
  napi_async_init(env, nullptr, Napi::String::New(env, "snakebridge"), &channel->context_);
  channel->commandsRef_ = makeReference(env, makeArrayBuffer(env, kBufferSize, &channel->commands_));
  channel->commandsLength_ = kBufferSize;
  channel->resultsRef_ = makeReference(env, makeArrayBuffer(env, kBufferSize, &channel->results_));
  channel->resultsLength_ = kBufferSize;
  channel->callsRef_ = makeReference(env, makeArrayBuffer(env, kBufferSize, &channel->calls_));
  channel->repliesRef_ = makeReference(env, makeArrayBuffer(env, kBufferSize, &channel->replies_));
  channel->repliesLength_ = kBufferSize;

  Channel* raw = channel.get();
  channel->loop_ = EventLoop::open(env, [raw] { raw->woken(); }, [raw] { raw->beforePoll(); });

  // The loop's handles must be closed, and it must have let go of them, before it is (Node asserts it).
  auto* self = new std::shared_ptr<Channel>(channel);
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle hook, void* argument) {
        std::unique_ptr<std::shared_ptr<Channel>> self(static_cast<std::shared_ptr<Channel>*>(argument));
        (*self)->close();
        (*self)->loop_->close(hook);
      },
      self, nullptr);
  return channel;
}

Channel::~Channel() = default;

napi_value Channel::valueOf(napi_ref reference) const {
  napi_value value = nullptr;
  napi_get_reference_value(env_, reference, &value);
  return value;
}

void Channel::setCommands(napi_value buffer) { replaceBuffer(buffer, commandsRef_, commands_, commandsLength_); }
void Channel::setReplies(napi_value buffer) { replaceBuffer(buffer, repliesRef_, replies_, repliesLength_); }

void Channel::replaceBuffer(napi_value buffer, napi_ref& held, uint8_t*& bytes, size_t& size) {
  void* data = nullptr;
  size_t length = 0;
  if (napi_get_arraybuffer_info(env_, buffer, &data, &length) != napi_ok) {
    throw Napi::TypeError::New(env_, "expected an ArrayBuffer for the commands or the replies");
  }
  napi_delete_reference(env_, held);
  held = makeReference(env_, buffer);
  bytes = static_cast<uint8_t*>(data);
  size = length;
}

std::vector<JsMemoryRef> Channel::pin(napi_value externals) {
  std::vector<JsMemoryRef> pinned;
  if (externals == nullptr) return pinned;
  napi_valuetype type;
  napi_typeof(env_, externals, &type);
  if (type == napi_undefined) return pinned;
  uint32_t count = 0;
  napi_get_array_length(env_, externals, &count);
  std::weak_ptr<Channel> self = weak_from_this();
  for (uint32_t i = 0; i < count; i++) {
    napi_value buffer;
    napi_get_element(env_, externals, i, &buffer);
    pinned.push_back(pinMemory(env_, buffer, environment, [self](napi_ref reference) {
      if (auto channel = self.lock()) channel->deleteLater(reference);
    }));
  }
  return pinned;
}

bool Channel::submit(uint32_t lane, size_t length, uint32_t batchId, napi_value externals, bool always,
                     std::span<const uint32_t> cancelled, uint32_t caller) {
  if (length > commandsLength_) throw Napi::RangeError::New(env_, "submit: more bytes than the command buffer has");
  if (lane != 0 && (lane > lanes_.size() || !lanes_[lane - 1])) {
    throw Napi::RangeError::New(env_, "submit: expected an open lane, got number " + std::to_string(lane));
  }
  const BacklogRef& backlog = lane == 0 ? Pool::instance().backlog() : lanes_[lane - 1]->backlog;
  uint32_t operations = 0;
  if (length >= sizeof operations) std::memcpy(&operations, commands_, sizeof operations);
  if (operations != 0 && !always && backlog->full()) return false;
  auto batch = std::make_shared<Batch>(environment, batchId, commands_, length, pin(externals));
  batch->backlog.set(backlog, operations);
  if ((headFlags(commands_) & wire::kHasCancellable) != 0) rememberCancellable(batch);
  for (size_t i = 0; i + 1 < cancelled.size(); i += 2) cancel(batchId, cancelled[i], cancelled[i + 1]);
  traffic_.trips++;
  traffic_.bytesToPython += length;
  if (inFlight_++ == 0) loop_->keepAlive(true);
  const PendingCallRef call = caller == wire::kNoTemp ? nullptr : environment->calls.find(caller);
  batch->caller = caller;
  if (length <= kKeptBytes && batch->externals.empty() && !batch->calls) keep(batch);
  if (lane != 0) {
    lanes_[lane - 1]->submit(batch);
    if (call && call->lane == lane) call->wake();  // hosting.h rule 4
    return true;
  }
  batch->order = ++poolBatches_;
  batch->isHosted.store(call != nullptr, std::memory_order_relaxed);
  environment->submitted(batch);
  if (call && call->offer(batch)) return true;
  batch->isHosted.store(false, std::memory_order_relaxed);
  Pool::instance().submit(batch);
  return true;
}

void Channel::keep(const BatchRef& batch) {
  kept_[nextKept_] = batch;
  nextKept_ = (nextKept_ + 1) % kKept;
  if (const BatchRef& next = kept_[nextKept_]) next->fetch();  // its turn to end is at the next call
}

void Channel::rememberCancellable(const BatchRef& batch) {
  batch->calls = std::make_shared<Calls>();
  if (cancellable_.size() >= sweepCancellableAt_) {
    std::erase_if(cancellable_, [](const auto& entry) { return entry.second.expired(); });
    sweepCancellableAt_ = std::max<size_t>(64, cancellable_.size() * 2);
  }
  cancellable_[batch->id] = batch;
}

Call::State Channel::cancel(uint32_t batchId, uint32_t temp, uint32_t reason) {
  const auto found = cancellable_.find(batchId);
  const BatchRef batch = found == cancellable_.end() ? nullptr : found->second.lock();
  if (!batch) return Call::State::kEnded;
  const Call::State state = batch->calls->cancel(temp, reason);
  if (state != Call::State::kEnded) {
    Canceller::instance().pursueSoon({.environment = environment, .batch = batch, .calls = batch->calls, .temp = temp});
  }
  return state;
}

Calls::Where Channel::abandon(uint32_t batchId, uint32_t temp) {
  const auto found = cancellable_.find(batchId);
  const BatchRef batch = found == cancellable_.end() ? nullptr : found->second.lock();
  if (!batch) return {Call::State::kEnded, {}, 0};
  Calls::Where where = batch->calls->abandon(temp);
  if (where.state != Call::State::kEnded) {
    Canceller::instance().pursueSoon({.environment = environment, .batch = batch, .calls = batch->calls, .temp = temp});
  }
  return where;
}

// Says that the JS thread is inside Python, for the length of a blocking call.
class Channel::RunScope {
 public:
  RunScope(Channel& channel, Running& running) : channel_(channel), inside_(channel.activity_), outer_(running.outer) {
    // Asked before, and now that whoever ends Python can see this thread (gil.h rule 4).
    if (!pythonIsAlive()) throw Napi::Error::New(channel.env_, "Python has ended: the process is exiting");
    channel.running_ = &running;
    channel.inPython_.store(true, std::memory_order_relaxed);
  }
  ~RunScope() {
    channel_.running_ = outer_;
    channel_.inPython_.store(false, std::memory_order_relaxed);
    channel_.endless_.store(false, std::memory_order_relaxed);
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;

 private:
  Channel& channel_;
  Activity::Scope inside_;
  Running* const outer_;
};

bool Channel::runQuickly(napi_value& result) {
  wire::Writer out = std::move(scratch_);
  out.clear();
  size_t length = 0;
  {
    wire::Reader in(commands_, commandsLength_);
    in.take(wire::kBatchHeadSize);
    Running running{in, nullptr, running_};
    const RunScope here(*this, running);
    GilAcquire gil;
    length = callQuickly(*environment, in, out);
    environment->noteHeld();
  }
  if (length == 0) {
    scratch_ = std::move(out);
    return false;
  }
  result = giveResult(std::move(out), wire::kBatchHeadSize + length);
  return true;
}

napi_value Channel::run(size_t length, napi_value externals) {
  if (length > commandsLength_) throw Napi::RangeError::New(env_, "run: more bytes than the command buffer has");
  wire::Writer out = std::move(scratch_);
  out.clear();
  {
    const std::vector<JsMemoryRef> pinned = pin(externals);
    CallsRef calls;
    std::optional<Canceller::TimeLimit> limit;
    if (const uint32_t milliseconds = headFlags(commands_); milliseconds != 0) {
      calls = std::make_shared<Calls>();
      limit.emplace(std::chrono::milliseconds(milliseconds),
                    Pursuit{.environment = environment, .batch = nullptr, .calls = calls, .temp = wire::kNoTemp});
    }
    wire::Reader in(commands_, length);
    Running running{in, nullptr, running_};
    const RunScope here(*this, running);
    GilAcquire gil;
    try {
      if (hasReleases(in)) {
        protect(running);  // their finalizers run while the list is read
        releaseListed(*environment, readHead(in));
      } else {
        in.take(wire::kBatchHeadSize);
      }
      runNow(*environment, pinned, in, out, calls.get());
      environment->noteHeld();
    } catch (const std::exception& error) {
      throw Napi::Error::New(env_, error.what());
    }
  }
  return giveResult(std::move(out), length);
}

napi_value Channel::giveResult(wire::Writer out, size_t sent) {
  tellCollector();
  traffic_.trips++;
  traffic_.bytesToPython += sent;
  traffic_.bytesToJs += out.size();
  napi_value result = nullptr;
  // A number is 16 bytes: two moves instead of a call, where a call of math.sqrt is measured in nanoseconds.
  if (out.size() == 2 * wire::kWord) {
    std::memcpy(results_, out.data(), 2 * wire::kWord);
    scratch_ = std::move(out);
  } else if (out.size() <= resultsLength_) {
    std::memcpy(results_, out.data(), out.size());
    napi_create_uint32(env_, static_cast<uint32_t>(out.size()), &result);
    scratch_ = std::move(out);
  } else {
    uint8_t* data = nullptr;
    result = makeArrayBuffer(env_, out.size(), &data);
    std::memcpy(data, out.data(), out.size());
  }
  return result;
}

uint32_t Channel::createLane(std::string name, size_t stackSize, size_t queueLimit) {
  if (lanes_.size() >= kLargestLane) throw Napi::RangeError::New(env_, "createLane: too many lanes");
  const auto number = static_cast<uint32_t>(lanes_.size() + 1);
  auto lane = std::make_unique<DedicatedLane>(std::move(name), stackSize, queueLimit, number);
  if (!lane->start()) throw Napi::Error::New(env_, "createLane: the system refused a thread");
  lanes_.push_back(std::move(lane));
  return static_cast<uint32_t>(lanes_.size());
}

void Channel::closeLane(uint32_t lane) {
  if (lane == 0 || lane > lanes_.size() || !lanes_[lane - 1]) return;
  lanes_[lane - 1]->close();
  lanes_[lane - 1].reset();
}

void Channel::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    while (firstArrival() != nullptr) dropArrival();
  }
  setEnvironmentOfThread(nullptr);
  kept_ = {};
  environment->close();
  for (auto& lane : lanes_) {
    if (lane) lane->close();
  }
  if (pythonLife() == PythonLife::kAlive) {
    // What this environment held is dropped by whoever holds the GIL next.
    deferCall(
        [](void* argument) {
          std::unique_ptr<EnvironmentRef> kept(static_cast<EnvironmentRef*>(argument));
          for (Pursuit& pursuit : endRunning(*kept)) Canceller::instance().pursueSoon(std::move(pursuit));
          (*kept)->releaseAll();
        },
        new EnvironmentRef(environment));
  }
  environment.reset();  // it holds this channel: without this neither would ever be freed
  environmentClosed();
}

}  // namespace snakebridge
