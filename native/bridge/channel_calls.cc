// Channel: Python asks JavaScript (py/js_calls.h).
//  1. A request lies in the calls buffer while JS is entered with it; JS has decoded it before it runs anything of the
//     user's. The answer lies in the replies buffer when JS returns, and is copied or read before JS is entered again.
//  2. Requests of other threads come through the inbox, in order with the results, each in a turn of its own: what they
//     left in microtasks runs before the next.
#include <cstring>
#include <utility>

#include "bridge/channel.h"

namespace snakebridge {

namespace {

uint32_t callIdOf(const wire::Writer& request) {
  uint32_t id;
  std::memcpy(&id, request.data() + 4, sizeof id);
  return id;
}

}  // namespace

void Channel::call(wire::Writer request) {
  std::lock_guard lock(mutex_);
  if (closed_) return;  // its CallTable tells the caller
  inbox_.push_back({std::move(request), true});
  signal();
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

void Channel::takeCall(const wire::Writer& request) {
  Napi::HandleScope scope(env_);
  const uint32_t id = callIdOf(request);
  napi_value arguments[2] = {Napi::Number::New(env_, static_cast<double>(request.size())), nullptr};
  arguments[1] = placeCall(request);
  napi_value returned = nullptr;
  const napi_status status = napi_make_callback(env_, context_, valueOf(receiver_), valueOf(onCall_),
                                                arguments[1] == nullptr ? 1 : 2, arguments, &returned);
  if (closed_) return;  // everybody was told
  size_t length = 0;
  if (status == napi_ok && !answerLength(returned, length)) return;
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
  napi_handle_scope scope;
  napi_open_handle_scope(env_, &scope);
  Reply reply;
  hereReply_ = Answer{};
  napi_value arguments[2];
  napi_create_uint32(env_, static_cast<uint32_t>(request.size()), &arguments[0]);
  arguments[1] = placeCall(request);
  napi_value returned = nullptr;
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
  napi_close_handle_scope(env_, scope);
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
