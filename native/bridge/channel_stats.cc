// What stats() shows: counts, and what runs, gathered without the GIL.
#include "bridge/channel.h"
#include "py/gil.h"

namespace snakebridge {

namespace {

// Just enough of JSON. Names of lanes stay in JS: here a lane is its number, and the pool is 0.
class Json {
 public:
  void open(const char* name, char bracket) {
    key(name);
    text_ += bracket;
  }
  void close(char bracket) { text_ += bracket; }
  void number(const char* name, uint64_t value) {
    key(name);
    text_ += std::to_string(value);
  }
  // SIZE_MAX stands for no limit.
  void limit(const char* name, size_t value) {
    if (value != SIZE_MAX) return number(name, value);
    key(name);
    text_ += "null";
  }
  std::string take() { return std::move(text_); }

 private:
  void key(const char* name) {
    const char last = text_.empty() ? '{' : text_.back();
    if (last != '{' && last != '[') text_ += ',';
    if (name != nullptr) text_ += '"' + std::string(name) + "\":";
  }
  std::string text_;
};

void addRunning(Json& json, uint32_t lane, const RunningOperation& operation) {
  json.open(nullptr, '{');
  json.number("lane", lane);
  json.number("opcode", operation.opcode);
  json.number("temp", operation.temp);
  json.number("age", static_cast<uint64_t>(std::max<int64_t>(0, coarseNow() - operation.since)));
  json.close('}');
}

}  // namespace

std::string Channel::statsJson() {
  Json json;
  json.open(nullptr, '{');
  json.number("references", environment->objects.size());
  json.number("temps", environment->temps.size());
  json.number("buffers", environment->exports.count());
  json.number("bufferBytes", environment->exports.bytes());
  json.number("heldBytes", environment->heldBytes());
  json.number("batchesInFlight", inFlight_);
  json.number("deferredReleases", deferredCount());
  json.number("trips", traffic_.trips);
  json.number("bytesToPython", traffic_.bytesToPython);
  json.number("bytesToJs", traffic_.bytesToJs);
  json.number("arrayBytesShared", traffic_.arrayBytesShared);
  json.number("arrayBytesCopied", traffic_.arrayBytesCopied);

  json.open("lanes", '[');
  for (uint32_t i = 0; i < lanes_.size(); i++) {
    if (!lanes_[i]) continue;
    json.open(nullptr, '{');
    json.number("lane", i + 1);
    json.number("queued", lanes_[i]->queued());
    json.number("waiting", lanes_[i]->backlog->waiting());
    json.limit("queueLimit", lanes_[i]->backlog->limit());
    json.close('}');
  }
  json.close(']');

  const Pool::Stats pool = Pool::instance().stats();
  const Backlog& backlog = *Pool::instance().backlog();
  json.open("pool", '{');
  json.number("threads", pool.threads);
  json.number("busy", pool.busy);
  json.number("stuck", pool.stuck);
  json.number("queued", pool.queued);
  json.number("limit", pool.limit);
  json.number("onNode", pool.onNode ? 1 : 0);
  json.number("waiting", backlog.waiting());
  json.limit("queueLimit", backlog.limit());
  json.close('}');

  json.open("running", '[');
  for (const RunningOperation& operation : Pool::instance().running(environment.get())) addRunning(json, 0, operation);
  for (uint32_t i = 0; i < lanes_.size(); i++) {
    RunningOperation operation;
    if (lanes_[i] && lanes_[i]->running(environment.get(), operation)) addRunning(json, i + 1, operation);
  }
  json.close(']');
  json.close('}');
  return json.take();
}

}  // namespace snakebridge
