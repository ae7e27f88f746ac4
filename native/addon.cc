// The export table: what JavaScript can call. Each function is one line of intent; the work is in bridge/.
#ifndef _WIN32
#include <dlfcn.h>
#endif

#include <algorithm>

#include "bridge/channel.h"
#include "bridge/host.h"
#include "node/late_call.h"
#include "node/napi_setup.h"
#include "node/thread.h"
#include "py/completion.h"
#include "py/gil.h"
#include "py/hosting.h"
#include "py/items.h"

namespace snakebridge {

namespace {

// Per-environment state, with one clean-up: the environment's end.
struct AddonState {
  std::shared_ptr<Channel> channel;
};

Channel& channelOf(Napi::Env env) {
  auto* state = env.GetInstanceData<AddonState>();
  if (!state->channel) throw Napi::Error::New(env, "expected open() before this call");
  return *state->channel;
}

void requireAlive(Napi::Env env) {
  if (pythonIsAlive()) return;
  throw Napi::Error::New(env, pythonLife() == PythonLife::kEnding ? "Python has ended: the process is exiting"
                                                                  : "Python has not been started");
}

std::string text(const Napi::Object& object, const char* key) {
  Napi::Value value = object.Get(key);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

// Operations that may wait; none given: any number.
size_t queueLimit(const Napi::Value& value) {
  return value.IsNumber() ? static_cast<size_t>(value.ToNumber().Int64Value()) : SIZE_MAX;
}

StartOptions startOptions(const Napi::Object& object) {
  StartOptions options;
  options.libpython = text(object, "libpython");
  options.executable = text(object, "executable");
  options.packageDir = text(object, "packageDir");
  options.utf8Mode = object.Get("utf8Mode").ToBoolean();
  options.isolation = !object.Has("isolation") || object.Get("isolation").ToBoolean();
  options.eventLoop = text(object, "eventLoop");
  options.asyncioDebug = object.Get("asyncioDebug").ToBoolean();
  if (object.Get("switchInterval").IsNumber()) options.switchInterval = object.Get("switchInterval").ToNumber();
  if (object.Get("poolSize").IsNumber()) options.poolSize = object.Get("poolSize").ToNumber().Uint32Value();
  options.queueLimit = queueLimit(object.Get("queueLimit"));
  options.poolOnNode = text(object, "pool") == "node";
  options.asked = text(object, "asked");
  return options;
}

// Two JavaScript threads may start Python at once.
void installQueues() {
  static std::once_flag installed;
  std::call_once(installed, [] {
    onDeferred([](bool urgent) { Pool::instance().requestDrain(urgent); });
    onHosting([](const BatchRef& batch, const std::string& lane, PendingCall& call) {
      Pool::instance().host(batch, lane, call);
    });
    onReady([](const BatchRef& batch) { Pool::instance().join(batch); });
    GatheredItems::onGathering([] { Pool::instance().ensureMonitor(); });
  });
}

Napi::Value start(const Napi::CallbackInfo& info) {
  installQueues();
  const StartOptions options = startOptions(info[0].As<Napi::Object>());
  host::start(options, [done = LateCall::make(info.Env(), info[1].As<Napi::Function>())](const StartFailure& failure,
                                                                                         const std::string& json) {
    done->call([failure, json](Napi::Env env, Napi::Function callback) {
      if (failure.code.empty()) {
        callback.Call({env.Null(), Napi::String::New(env, json)});
        return;
      }
      Napi::Object error = Napi::Object::New(env);
      error.Set("code", failure.code);
      error.Set("message", failure.message);
      callback.Call({error});
    });
  });
  return info.Env().Undefined();
}

Napi::Value startSync(const Napi::CallbackInfo& info) {
  installQueues();
  struct Outcome {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    StartFailure failure;
    std::string json;
  };
  auto outcome = std::make_shared<Outcome>();
  host::start(startOptions(info[0].As<Napi::Object>()),
              [outcome](const StartFailure& failure, const std::string& json) {
                std::lock_guard lock(outcome->mutex);
                outcome->failure = failure;
                outcome->json = json;
                outcome->done = true;
                outcome->changed.notify_all();
              });
  std::unique_lock lock(outcome->mutex);
  outcome->changed.wait(lock, [&] { return outcome->done; });
  if (outcome->failure.code.empty()) return Napi::String::New(info.Env(), outcome->json);
  Napi::Error error = Napi::Error::New(info.Env(), outcome->failure.message);
  error.Set("code", Napi::String::New(info.Env(), outcome->failure.code));
  throw error;
}

Napi::Value infoOf(const Napi::CallbackInfo& info) {
  const std::string json = host::info();
  return json.empty() ? info.Env().Undefined() : Napi::String::New(info.Env(), json);
}

Napi::Value startedWith(const Napi::CallbackInfo& info) {
  const std::string json = host::startedWith();
  return json.empty() ? info.Env().Undefined() : Napi::String::New(info.Env(), json);
}

Napi::Value open(const Napi::CallbackInfo& info) {
  auto* state = info.Env().GetInstanceData<AddonState>();
  state->channel = Channel::open(info.Env(), info[0], info[1], info[2].ToBoolean());
  Napi::Object buffers = Napi::Object::New(info.Env());
  buffers.Set("commands", Napi::Value(info.Env(), state->channel->commands()));
  buffers.Set("results", Napi::Value(info.Env(), state->channel->results()));
  buffers.Set("calls", Napi::Value(info.Env(), state->channel->calls()));
  buffers.Set("replies", Napi::Value(info.Env(), state->channel->replies()));
  return buffers;
}

Napi::Value setCommands(const Napi::CallbackInfo& info) {
  channelOf(info.Env()).setCommands(info[0]);
  return info.Env().Undefined();
}

Napi::Value submit(const Napi::CallbackInfo& info) {
  requireAlive(info.Env());
  std::span<const uint32_t> cancelled;
  if (info[5].IsTypedArray()) {
    auto array = info[5].As<Napi::Uint32Array>();
    cancelled = {array.Data(), array.ElementLength()};
  }
  const bool taken = channelOf(info.Env())
                         .submit(info[0].ToNumber().Uint32Value(), info[1].ToNumber().Uint32Value(),
                                 info[2].ToNumber().Uint32Value(), info[3], info[4].ToBoolean(), cancelled,
                                 info[6].IsNumber() ? info[6].ToNumber().Uint32Value() : wire::kNoTemp);
  return taken ? info.Env().Undefined() : Napi::Boolean::New(info.Env(), false);
}

// The hot one: plain Node-API, no wrapper objects.
napi_value run(napi_env env, napi_callback_info callbackInfo) {
  size_t count = 2;
  napi_value arguments[2];
  void* data = nullptr;
  napi_get_cb_info(env, callbackInfo, &count, arguments, nullptr, &data);
  uint32_t length = 0;
  napi_get_value_uint32(env, arguments[0], &length);
  auto* state = static_cast<AddonState*>(data);
  try {
    requireAlive(env);
    if (!state->channel) throw Napi::Error::New(env, "expected open() before this call");
    return state->channel->run(length, count > 1 ? arguments[1] : nullptr);
  } catch (const Napi::Error& error) {
    error.ThrowAsJavaScriptException();
    return nullptr;
  }
}

// The hottest: what it runs lies at the start of the command buffer. Not asking for arguments saves a tenth of a call.
napi_value runQuickly(napi_env env, napi_callback_info) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  auto* state = static_cast<AddonState*>(data);
  napi_value result = nullptr;
  try {
    requireAlive(env);
    if (!state->channel) throw Napi::Error::New(env, "expected open() before this call");
    if (!state->channel->runQuickly(result)) napi_get_boolean(env, false, &result);
    return result;
  } catch (const Napi::Error& error) {
    error.ThrowAsJavaScriptException();
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

// Hot too: once for each reference.
napi_value watch(napi_env env, napi_callback_info callbackInfo) {
  size_t count = 2;
  napi_value arguments[2];
  void* data = nullptr;
  napi_get_cb_info(env, callbackInfo, &count, arguments, nullptr, &data);
  Channel& channel = *static_cast<AddonState*>(data)->channel;
  uint32_t slot = 0;
  napi_get_value_uint32(env, arguments[0], &slot);
  napi_value timeToLook = nullptr;
  napi_get_boolean(env, channel.watched.watch(env, slot, arguments[1], channel.environment->heldBytes()), &timeToLook);
  return timeToLook;
}

napi_value watchedObject(napi_env env, napi_callback_info callbackInfo) {
  size_t count = 1;
  napi_value argument;
  void* data = nullptr;
  napi_get_cb_info(env, callbackInfo, &count, &argument, nullptr, &data);
  uint32_t slot = 0;
  napi_get_value_uint32(env, argument, &slot);
  return static_cast<AddonState*>(data)->channel->watched.get(env, slot);
}

Napi::Value unwatch(const Napi::CallbackInfo& info) {
  channelOf(info.Env()).watched.forget(info.Env(), info[0].ToNumber());
  return info.Env().Undefined();
}

Napi::Value takeDead(const Napi::CallbackInfo& info) {
  Channel& channel = channelOf(info.Env());
  const std::vector<uint32_t> dead = channel.watched.takeDead(info.Env(), channel.environment->heldBytes());
  Napi::Uint32Array slots = Napi::Uint32Array::New(info.Env(), dead.size());
  std::copy(dead.begin(), dead.end(), slots.Data());
  return slots;
}

Napi::Value defineName(const Napi::CallbackInfo& info) {
  channelOf(info.Env()).environment->defineName(info[0].ToNumber(), info[1].ToString().Utf8Value());
  return info.Env().Undefined();
}

Napi::Value exportBuffer(const Napi::CallbackInfo& info) {
  return Napi::Value(info.Env(), channelOf(info.Env()).exportBuffer(info[0].ToNumber()));
}

Napi::Value createLane(const Napi::CallbackInfo& info) {
  const double stack = info[1].IsNumber() ? info[1].ToNumber().DoubleValue() : 0;
  const size_t stackSize = stack > 0 ? static_cast<size_t>(stack) : kPythonStack;
  const uint32_t lane = channelOf(info.Env()).createLane(info[0].ToString(), stackSize, queueLimit(info[2]));
  return Napi::Number::New(info.Env(), lane);
}

Napi::Value closeLane(const Napi::CallbackInfo& info) {
  channelOf(info.Env()).closeLane(info[0].ToNumber());
  return info.Env().Undefined();
}

Napi::Value stats(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), channelOf(info.Env()).statsJson());
}

Napi::Value exitProcess(const Napi::CallbackInfo& info) {
  const bool later = info[1].ToBoolean();
  // Nobody answers any more: a thread that waits for JavaScript, and that Python's end would wait for, goes on.
  if (auto* state = info.Env().GetInstanceData<AddonState>(); state->channel)
    state->channel->environment->calls.close();
  host::exitProcess(info[0].ToNumber().Int32Value(), later ? host::Quit::kLater : host::Quit::kNow);
  return info.Env().Undefined();
}

// --- cancellation ---

Napi::Value cancel(const Napi::CallbackInfo& info) {
  const Call::State state = channelOf(info.Env()).cancel(info[0].ToNumber(), info[1].ToNumber(), info[2].ToNumber());
  return Napi::Number::New(info.Env(), static_cast<int>(state));
}

Napi::Value abandon(const Napi::CallbackInfo& info) {
  const Calls::Where where = channelOf(info.Env()).abandon(info[0].ToNumber(), info[1].ToNumber());
  Napi::Object answer = Napi::Object::New(info.Env());
  answer.Set("state", static_cast<int>(where.state));
  answer.Set("lane", where.lane);
  answer.Set("milliseconds", where.milliseconds);
  return answer;
}

Napi::Value setReplies(const Napi::CallbackInfo& info) {
  channelOf(info.Env()).setReplies(info[0]);
  return info.Env().Undefined();
}

Napi::Value reply(const Napi::CallbackInfo& info) {
  channelOf(info.Env()).reply(info[0].ToNumber().Uint32Value(), info[1].ToNumber().Uint32Value(), info[2]);
  return info.Env().Undefined();
}

// Threads of ours run on, and libpython points into our code, after a worker that loaded us first has ended.
void stayLoaded() {
#ifndef _WIN32
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&stayLoaded), &self) != 0) dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
#endif
}

// `require('node:worker_threads')`, which knows it too, takes 1.6 ms of the start.
bool isMainThread(napi_env env) {
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  return loop == uv_default_loop();
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  stayLoaded();
  auto* state = new AddonState();
  env.SetInstanceData(state);
  env.AddCleanupHook([] { forgetThreadState(); });
  exports.Set("start", Napi::Function::New(env, start, "start"));
  exports.Set("startSync", Napi::Function::New(env, startSync, "startSync"));
  exports.Set("info", Napi::Function::New(env, infoOf, "info"));
  exports.Set("startedWith", Napi::Function::New(env, startedWith, "startedWith"));
  exports.Set("open", Napi::Function::New(env, open, "open"));
  exports.Set("setCommands", Napi::Function::New(env, setCommands, "setCommands"));
  exports.Set("submit", Napi::Function::New(env, submit, "submit"));
  napi_value hot;
  napi_create_function(env, "run", NAPI_AUTO_LENGTH, run, state, &hot);
  exports.Set("run", Napi::Value(env, hot));
  napi_create_function(env, "runQuickly", NAPI_AUTO_LENGTH, runQuickly, nullptr, &hot);
  exports.Set("runQuickly", Napi::Value(env, hot));
  napi_create_function(env, "watch", NAPI_AUTO_LENGTH, watch, state, &hot);
  exports.Set("watch", Napi::Value(env, hot));
  napi_create_function(env, "watched", NAPI_AUTO_LENGTH, watchedObject, state, &hot);
  exports.Set("watched", Napi::Value(env, hot));
  exports.Set("unwatch", Napi::Function::New(env, unwatch, "unwatch"));
  exports.Set("takeDead", Napi::Function::New(env, takeDead, "takeDead"));
  exports.Set("defineName", Napi::Function::New(env, defineName, "defineName"));
  exports.Set("exportBuffer", Napi::Function::New(env, exportBuffer, "exportBuffer"));
  exports.Set("createLane", Napi::Function::New(env, createLane, "createLane"));
  exports.Set("closeLane", Napi::Function::New(env, closeLane, "closeLane"));
  exports.Set("stats", Napi::Function::New(env, stats, "stats"));
  exports.Set("cancel", Napi::Function::New(env, cancel, "cancel"));
  exports.Set("abandon", Napi::Function::New(env, abandon, "abandon"));
  exports.Set("exit", Napi::Function::New(env, exitProcess, "exit"));
  exports.Set("setReplies", Napi::Function::New(env, setReplies, "setReplies"));
  exports.Set("reply", Napi::Function::New(env, reply, "reply"));
  exports.Set("isMainThread", Napi::Boolean::New(env, isMainThread(env)));
  return exports;
}

}  // namespace

NODE_API_MODULE(snakebridge, initialize)

}  // namespace snakebridge
