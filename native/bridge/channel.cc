#include "bridge/channel.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "bridge/canceller.h"
#include "bridge/pinned_memory.h"
#include "py/forked_child.h"
#include "py/gil.h"
#include "py/python_error.h"
#include "py/serving.h"

namespace snakebridge {

namespace {

constexpr size_t kLargestKept = 2 << 20;
constexpr size_t kLargestLane = 1 << 16;
constexpr int64_t kToldStep = 1 << 20;
// What V8 is told beside the bytes that a reference keeps alive. Far more than its own memory, because a reference is
// only found dead by a full collection: with this one starts after some 4,000 of them. A million objects made and
// dropped then cost 2 to 4 MB of resident memory; told 8 KiB each they cost 13 to 24, told nothing 84.
constexpr size_t kReference = 16 << 10;

napi_ref reference(napi_env env, napi_value value, uint32_t count = 1) {
  napi_ref made = nullptr;
  napi_create_reference(env, value, count, &made);
  return made;
}

}  // namespace

napi_value makeArrayBuffer(napi_env env, size_t length, uint8_t** data) {
  napi_value buffer;
  void* memory = nullptr;
  if (napi_create_arraybuffer(env, length, &memory, &buffer) != napi_ok) {
    throw Napi::Error::New(env, "expected room for an ArrayBuffer of " + std::to_string(length) + " bytes, got none");
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
  channel->environment = std::make_shared<Environment>(channel, copyBuffers);
  setEnvironmentOfThread(channel->environment.get());
  channel->environment->remember();
  channel->onResults_ = reference(env, onResults);
  channel->onCall_ = reference(env, onCall);
  Napi::Object receiver = Napi::Object::New(env);
  channel->receiver_ = reference(env, receiver);
  napi_async_init(env, nullptr, Napi::String::New(env, "snakebridge"), &channel->context_);
  channel->commandsRef_ = reference(env, makeArrayBuffer(env, kBufferSize, &channel->commands_));
  channel->commandsLength_ = kBufferSize;
  channel->resultsRef_ = reference(env, makeArrayBuffer(env, kBufferSize, &channel->results_));
  channel->resultsLength_ = kBufferSize;
  channel->callsRef_ = reference(env, makeArrayBuffer(env, kBufferSize, &channel->calls_));
  channel->repliesRef_ = reference(env, makeArrayBuffer(env, kBufferSize, &channel->replies_));
  channel->repliesLength_ = kBufferSize;

  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  channel->wake_ = new uv_async_t();
  uv_async_init(loop, channel->wake_, [](uv_async_t* handle) {
    try {
      static_cast<Channel*>(handle->data)->drain();
    } catch (const Napi::Error&) {
      // A worker that is being terminated makes no values any more: what came is dropped with it.
    }
  });
  channel->wake_->data = channel.get();
  uv_unref(reinterpret_cast<uv_handle_t*>(channel->wake_));

  // The handle must be closed, and its callback have run, before the environment's loop is (Node asserts it).
  auto* self = new std::shared_ptr<Channel>(channel);
  napi_add_async_cleanup_hook(
      env,
      [](napi_async_cleanup_hook_handle hook, void* argument) {
        std::unique_ptr<std::shared_ptr<Channel>> self(static_cast<std::shared_ptr<Channel>*>(argument));
        Channel& channel = **self;
        channel.close();
        channel.wake_->data = hook;
        uv_close(reinterpret_cast<uv_handle_t*>(channel.wake_), [](uv_handle_t* handle) {
          napi_remove_async_cleanup_hook(static_cast<napi_async_cleanup_hook_handle>(handle->data));
          delete reinterpret_cast<uv_async_t*>(handle);
        });
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

// --- results -------------------------------------------------------------------------------------------------

void Channel::signal() {
  arrivals_.fetch_add(1, std::memory_order_release);
  if (signalled_ || closed_ || attentive_) return;
  signalled_ = true;
  uv_async_send(wake_);
}

// Results and the end of their batch are one thing: the event loop must not end between the two, and whoever has the
// last result finds the batch done.
void Channel::deliver(wire::Writer entries, bool lastOfBatch) {
  if (inForkedChild()) return;
  std::lock_guard lock(mutex_);
  if (closed_) return;
  inbox_.push_back({std::move(entries), false});
  if (lastOfBatch) done_++;
  signal();
}

void Channel::jsValueDropped(uint32_t id, uint32_t arrivals) {
  if (inForkedChild()) return;
  std::lock_guard lock(mutex_);
  dropped_.push_back({id, arrivals});
  signal();
}

void Channel::deleteLater(napi_ref reference) {
  if (inForkedChild()) return;
  std::lock_guard lock(mutex_);
  dead_.push_back(reference);
  signal();
}

void Channel::drain() {
  const std::shared_ptr<Channel> keep = shared_from_this();
  const auto began = Clock::now();
  while (drainOnce() && !closed_ && awaitNextCall(began)) continue;
}

// What is there; whether there was a request among it.
bool Channel::drainOnce() {
  bool answered = false;
  std::vector<Dropped> dropped;
  std::vector<napi_ref> dead;
  size_t done = 0;
  size_t arrived = 0;  // what comes meanwhile wakes the loop again
  {
    std::lock_guard lock(mutex_);
    signalled_ = false;
    arrived = inbox_.size();
    dropped.swap(dropped_);
    dead.swap(dead_);
    std::swap(done, done_);
  }
  Napi::HandleScope scope(env_);
  for (napi_ref reference : dead) napi_delete_reference(env_, reference);
  inFlight_ -= done;
  if (inFlight_ == 0 && done != 0) uv_unref(reinterpret_cast<uv_handle_t*>(wake_));

  size_t filled = 0;
  Arrival next;
  while (arrived-- > 0 && takeArrival(next)) {
    if (!next.isCall) {
      takeResults(next.bytes, filled);
      continue;
    }
    if (filled != 0) callJs(std::exchange(filled, 0), nullptr);
    if (closed_) break;
    noteCall();
    takeCall(next.bytes);
    answered = true;
  }
  // Behind what was sent before they were dropped, and may name them.
  if (!dropped.empty()) {
    wire::Writer entry;
    entry.word(static_cast<uint32_t>(wire::EntryKind::kDropped), static_cast<uint32_t>(dropped.size()));
    entry.word(static_cast<uint32_t>((2 + dropped.size()) * wire::kWord), 0);
    for (const Dropped& each : dropped) entry.word(each.id, each.arrivals);
    takeResults(entry, filled);
  }
  if (filled != 0 && !closed_) callJs(filled, nullptr);
  if (!closed_) tellCollector();
  if (answered) answeredAt_ = Clock::now();
  return answered;
}

bool Channel::takeArrival(Arrival& next) {
  std::lock_guard lock(mutex_);
  if (inbox_.empty()) return false;
  next = std::move(inbox_.front());
  inbox_.pop_front();
  if (next.isCall) waitingCalls_--;
  return true;
}

// Adds entries to those in the results buffer, which go to JS when it is full.
void Channel::takeResults(const wire::Writer& entries, size_t& filled) {
  if (closed_) return;
  traffic_.bytesToJs += entries.size();
  if (filled != 0 && entries.size() > resultsLength_ - filled) callJs(std::exchange(filled, 0), nullptr);
  if (closed_) return;
  if (entries.size() > resultsLength_) {
    callJsWithBig(entries);
    return;
  }
  std::memcpy(results_ + filled, entries.data(), entries.size());
  filled += entries.size();
}

// V8 collects when it learns that its objects keep much memory alive elsewhere. Told in steps: the call is not free.
void Channel::tellCollector() {
  const size_t held = environment->heldBytes() + environment->heldObjects() * kReference;
  const int64_t change = static_cast<int64_t>(held) - static_cast<int64_t>(toldBytes_);
  if (change < kToldStep && change > -kToldStep) return;
  int64_t total = 0;
  napi_adjust_external_memory(env_, change, &total);
  toldBytes_ = held;
}

// A buffer of its own for what does not fit. The last one serves again if it is not too large to be kept: new memory of
// this size is unmapped, mapped and zeroed each time, and V8 collects for it.
void Channel::callJsWithBig(const wire::Writer& entries) {
  LargeBuffer big = std::exchange(large_, {});
  if (big.length < entries.size()) {
    if (big.reference != nullptr) napi_delete_reference(env_, big.reference);
    big.length = std::max(entries.size(), std::min(2 * entries.size(), kLargestKept));
    big.reference = reference(env_, makeArrayBuffer(env_, big.length, &big.data));
  }
  std::memcpy(big.data, entries.data(), entries.size());
  callJs(entries.size(), valueOf(big.reference));
  if (large_.reference == nullptr && big.length <= kLargestKept) {
    large_ = big;
  } else {
    napi_delete_reference(env_, big.reference);
  }
}

void Channel::callJs(size_t length, napi_value big) {
  napi_value arguments[2] = {Napi::Number::New(env_, static_cast<double>(length)), big};
  napi_value result;
  const napi_status status = napi_make_callback(env_, context_, valueOf(receiver_), valueOf(onResults_),
                                                big == nullptr ? 1 : 2, arguments, &result);
  if (status != napi_pending_exception) return;
  napi_value exception;
  if (napi_get_and_clear_last_exception(env_, &exception) == napi_ok) napi_fatal_exception(env_, exception);
}

// --- commands ------------------------------------------------------------------------------------------------

void Channel::setCommands(napi_value buffer) { replaceBuffer(buffer, commandsRef_, commands_, commandsLength_); }
void Channel::setReplies(napi_value buffer) { replaceBuffer(buffer, repliesRef_, replies_, repliesLength_); }

void Channel::replaceBuffer(napi_value buffer, napi_ref& held, uint8_t*& bytes, size_t& size) {
  void* data = nullptr;
  size_t length = 0;
  if (napi_get_arraybuffer_info(env_, buffer, &data, &length) != napi_ok) {
    throw Napi::TypeError::New(env_, "expected an ArrayBuffer for the commands or the replies");
  }
  napi_delete_reference(env_, held);
  held = reference(env_, buffer);
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
                     std::span<const uint32_t> cancelled) {
  if (length > commandsLength_) throw Napi::RangeError::New(env_, "submit: more bytes than the command buffer has");
  if (lane != 0 && (lane > lanes_.size() || !lanes_[lane - 1])) {
    throw Napi::RangeError::New(env_, "submit: expected an open lane, got number " + std::to_string(lane));
  }
  const BacklogRef& backlog = lane == 0 ? Pool::instance().backlog() : lanes_[lane - 1]->backlog;
  uint32_t operations = 0;
  if (length >= sizeof operations) std::memcpy(&operations, commands_, sizeof operations);
  if (operations != 0 && !always && backlog->full()) return false;
  std::unique_ptr<uint8_t[]> bytes(new uint8_t[length]);
  std::memcpy(bytes.get(), commands_, length);
  auto batch = std::make_shared<Batch>(environment, batchId, std::move(bytes), length, pin(externals));
  batch->backlog.set(backlog, operations);
  if ((headFlags(batch->bytes.get()) & wire::kHasCancellable) != 0) rememberCancellable(batch);
  for (size_t i = 0; i + 1 < cancelled.size(); i += 2) cancel(batchId, cancelled[i], cancelled[i + 1]);
  traffic_.trips++;
  traffic_.bytesToPython += length;
  if (inFlight_++ == 0) uv_ref(reinterpret_cast<uv_handle_t*>(wake_));
  if (lane == 0) {
    batch->order = ++poolBatches_;
    environment->submitted(batch);
    Pool::instance().submit(batch);
  } else {
    lanes_[lane - 1]->submit(batch);
  }
  return true;
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

napi_value Channel::run(size_t length, napi_value externals) {
  if (length > commandsLength_) throw Napi::RangeError::New(env_, "run: more bytes than the command buffer has");
  wire::Writer out = std::move(scratch_);
  scratch_ = wire::Writer();
  out.clear();
  {
    const std::vector<JsMemoryRef> pinned = pin(externals);
    Activity::Scope inside(activity_);
    CallsRef calls;
    std::optional<Canceller::TimeLimit> limit;
    if (const uint32_t milliseconds = headFlags(commands_); milliseconds != 0) {
      calls = std::make_shared<Calls>();
      limit.emplace(std::chrono::milliseconds(milliseconds),
                    Pursuit{.environment = environment, .batch = nullptr, .calls = calls, .temp = wire::kNoTemp});
    }
    wire::Reader in(commands_, length);
    Running running{in, nullptr, running_};
    struct Scope {
      Channel& channel;
      Running& running;
      Scope(Channel& channel, Running& running) : channel(channel), running(running) {
        channel.running_ = &running;
        channel.inPython_.store(true, std::memory_order_relaxed);
      }
      ~Scope() {
        channel.running_ = running.outer;
        channel.inPython_.store(false, std::memory_order_relaxed);
        channel.endless_.store(false, std::memory_order_relaxed);
      }
    } here(*this, running);
    GilAcquire gil;
    try {
      if (hasReleases(in)) protect(running);  // their finalizers run while the list is read
      releaseListed(*environment, readHead(in));
      runNow(*environment, pinned, in, out, calls.get());
      environment->noteHeld();
    } catch (const std::exception& error) {
      throw Napi::Error::New(env_, error.what());
    }
  }
  tellCollector();
  traffic_.trips++;
  traffic_.bytesToPython += length;
  traffic_.bytesToJs += out.size();
  napi_value result;
  if (out.size() <= resultsLength_) {
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
    inbox_.clear();
    waitingCalls_ = 0;
  }
  setEnvironmentOfThread(nullptr);
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
}

}  // namespace snakebridge
