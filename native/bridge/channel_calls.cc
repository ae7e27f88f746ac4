// Channel: Python asks JavaScript (py/js_calls.h).
//  1. A request lies in the calls buffer while JS is entered with it; JS has decoded it before it runs anything of the
//     user's. The answer lies in the replies buffer when JS returns, and is copied or read before JS is entered again.
//  2. Requests of other threads come through the inbox, in order with the results, each in a turn of its own: what they
//     left in microtasks runs before the next. While a blocking call waits they are taken before the results, which
//     wait for the event loop.
#include <cstring>
#include <utility>

#include "bridge/channel.h"
#include "py/forked_child.h"
#include "py/insist.h"

namespace snakebridge {

namespace {

// The byte of a request that says its operation.
constexpr size_t kOperationAt = 2 * wire::kWord;

uint32_t callIdOf(const wire::Writer& request) {
  uint32_t id;
  std::memcpy(&id, request.data() + 4, sizeof id);
  return id;
}

void writeText(wire::Writer& out, const std::string& text) {
  out.header(wire::Tag::kUtf8, static_cast<uint32_t>(text.size()));
  out.bytes(text.data(), text.size());
}

// The answer of JavaScript that could not even read the request.
wire::Writer raisedNoRoom(size_t bytes) {
  wire::Writer out;
  out.word(static_cast<uint32_t>(wire::AnswerStatus::kRaised), 0);
  out.header(wire::Tag::kRich, 4, static_cast<uint32_t>(wire::RichKind::kJsError));  // name, message, stack, the Error
  writeText(out, "RangeError");
  writeText(out, noRoomFor(bytes));
  out.header(wire::Tag::kNone, 0);
  out.header(wire::Tag::kNone, 0);
  return out;
}

}  // namespace

void Channel::call(wire::Writer request) {
  std::lock_guard lock(mutex_);
  if (closed_) return;  // its CallTable tells the caller
  put(request, true, false);
  if (serving_.load()) serveWake_.notify_one();
}

// JS runs, called from inside Python.
class Channel::InJs {
 public:
  explicit InJs(Channel& channel) : channel_(channel) { channel.inPython_.store(false, std::memory_order_relaxed); }
  ~InJs() { channel_.inPython_.store(true, std::memory_order_relaxed); }
  InJs(const InJs&) = delete;
  InJs& operator=(const InJs&) = delete;

 private:
  Channel& channel_;
};

bool Channel::takeWaitingCall(wire::Writer& request) {
  for (; Arrival* next = inbox_.first(); inbox_.drop()) {
    if (!next->isCall) {
      insist([&] { passedOver_.push_back(std::move(*next)); });
      continue;
    }
    next->take(request);
    inbox_.drop();
    return true;
  }
  return false;
}

void Channel::serve(const std::function<bool()>& done, Moment until, bool endless) {
  const std::shared_ptr<Channel> keep = shared_from_this();
  std::unique_lock lock(mutex_);
  struct Serving {
    std::atomic<bool>& flag;
    const bool outer = flag.exchange(true);  // before `done` is asked
    ~Serving() { flag.store(outer); }
  } serving{serving_};
  endless_.store(endless, std::memory_order_relaxed);
  while (!closed_ && !done()) {
    wire::Writer request;
    if (takeWaitingCall(request)) {
      lock.unlock();
      protect(*running_);  // the operation may be read again from its start
      {
        InJs js(*this);
        takeCall(request);
      }
      served_.fetch_add(1, std::memory_order_relaxed);
      lock.lock();
    } else if (until == Moment::max()) {
      serveWake_.wait(lock);
    } else if (serveWake_.wait_until(lock, until) == std::cv_status::timeout) {
      return;  // `endless` stays: the wait goes on
    }
  }
  endless_.store(false, std::memory_order_relaxed);
}

void Channel::wake() {
  wakes_.fetch_add(1);
  if (!serving_.load() || inForkedChild()) return;
  {
    std::lock_guard lock(mutex_);
  }  // it is either before its look at `done`, or asleep
  serveWake_.notify_one();
}

JsThreadLook Channel::lookAtJs() const {
  JsThreadLook look;
  look.inPython = inPython_.load(std::memory_order_relaxed);
  look.endless = endless_.load(std::memory_order_relaxed);
  if (!look.inPython) return look;
  const ThreadWatch::Look thread = jsWatch_.look();
  look.known = thread.known;
  look.threadTime = thread.threadTime;
  look.processTime = thread.processTime;
  look.waitsForLock = thread.waitsForLock;
  look.served = served_.load(std::memory_order_relaxed);
  return look;
}

// Rule 1. The ArrayBuffer of its own of a request that is larger than the buffer; null otherwise.
napi_value Channel::placeCall(const wire::Writer& request) {
  traffic_.bytesToJs += request.size();
  uint8_t* data = calls_;
  napi_value big = nullptr;
  if (request.size() > kBufferSize) big = makeArrayBuffer(env_, request.size(), &data);
  std::memcpy(data, request.data(), request.size());
  return big;
}

bool Channel::answerLength(napi_value returned, size_t& length) const {
  int64_t number = -1;
  napi_get_value_int64(env_, returned, &number);
  if (number < 0) return false;
  length = static_cast<size_t>(number);
  return length >= wire::kWord && length <= repliesLength_;
}

void Channel::takeCall(wire::Writer& request) {
  Napi::HandleScope scope(env_);
  const uint32_t id = callIdOf(request);
  const bool forgotten = id == wire::kNoTemp;
  if (forgotten) {
    environment->calls.forgottenTaken();
  } else if (!environment->calls.find(id)) {
    request.data()[kOperationAt] = static_cast<uint8_t>(wire::JsOperation::kDiscard);
  }
  napi_value arguments[2] = {Napi::Number::New(env_, static_cast<double>(request.size())), nullptr};
  try {
    arguments[1] = placeCall(request);
  } catch (const Napi::Error&) {
    if (PendingCallRef call = environment->calls.take(id)) call->answer({raisedNoRoom(request.size()), {}});
    return;
  }
  napi_value returned = nullptr;
  const napi_status status = napi_make_callback(env_, context_, valueOf(receiver_), valueOf(onCall_),
                                                arguments[1] == nullptr ? 1 : 2, arguments, &returned);
  if (closed_) return;  // everybody was told
  size_t length = 0;
  if (forgotten) return;
  if (status == napi_ok && !answerLength(returned, length)) {
    // Not answered by reply() either: it is a promise.
    if (PendingCallRef call = environment->calls.find(id)) call->promised();
    return;
  }
  PendingCallRef call = environment->calls.take(id);
  if (!call) return;
  if (status != napi_ok) return call->abandon();  // JS is being terminated: the handler itself catches everything
  Answer answer;
  answer.bytes.bytes(replies_, length);
  traffic_.bytesToPython += length;
  call->answer(std::move(answer));
}

void Channel::protect(Running& running) {
  if (running.bytes) return;
  running.bytes.reset(new uint8_t[running.in.size()]);
  std::memcpy(running.bytes.get(), running.in.data(), running.in.size());
  running.in.rebase(running.bytes.get());
}

ResultSink::Reply Channel::callNow(const wire::Writer& request) {
  if (running_->in.remaining() != 0) protect(*running_);
  const Napi::HandleScope scope(env_);
  Reply reply;
  hereReply_ = Answer{};
  napi_value arguments[2];
  napi_create_uint32(env_, static_cast<uint32_t>(request.size()), &arguments[0]);
  try {
    arguments[1] = placeCall(request);
  } catch (const Napi::Error&) {
    hereReply_.bytes = raisedNoRoom(request.size());
    return {.answered = true, .data = hereReply_.bytes.data(), .size = hereReply_.bytes.size(), .externals = {}};
  }
  napi_value returned = nullptr;
  InJs js(*this);
  const napi_status status = napi_call_function(env_, valueOf(receiver_), valueOf(onCall_),
                                                arguments[1] == nullptr ? 1 : 2, arguments, &returned);
  if (status == napi_ok) {
    if (answerLength(returned, reply.size)) {
      reply.data = replies_;
      reply.answered = true;
    } else if (!hereReply_.bytes.empty()) {
      reply.data = hereReply_.bytes.data();
      reply.size = hereReply_.bytes.size();
      reply.externals = std::move(hereReply_.externals);
      reply.answered = true;
    }
    traffic_.bytesToPython += reply.size;
  }
  return reply;
}

void Channel::reply(uint32_t call, size_t length, napi_value externals) {
  if (length > repliesLength_) throw Napi::RangeError::New(env_, "reply: more bytes than the reply buffer has");
  Answer answer;
  answer.bytes.bytes(replies_, length);
  answer.externals = pin(externals);
  traffic_.bytesToPython += length;
  if (call == wire::kNoTemp) {
    hereReply_ = std::move(answer);
  } else if (PendingCallRef pending = environment->calls.take(call)) {
    pending->answer(std::move(answer));
  }
}

}  // namespace snakebridge
