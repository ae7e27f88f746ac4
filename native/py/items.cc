#include "py/items.h"

#include <algorithm>
#include <utility>

namespace snakebridge {

namespace {

constexpr auto kGather = std::chrono::microseconds(250);
constexpr auto kOverdue = std::chrono::milliseconds(1);
constexpr size_t kCountAt = 2 * wire::kWord;
constexpr size_t kWeightAt = 3 * wire::kWord;

void (*gathering)() = nullptr;

struct Registry {
  std::mutex mutex;
  std::vector<GatheredItems*> all;
};
Registry& registry() {
  static Registry* only = new Registry();  // the monitor outlives static destructors
  return *only;
}

}  // namespace

void GatheredItems::onGathering(void (*notify)()) { gathering = notify; }

bool GatheredItems::sendOverdue() {
  const auto now = Clock::now();
  std::lock_guard lock(registry().mutex);
  for (GatheredItems* items : registry().all) {
    std::lock_guard own(items->mutex_);
    if (items->count_ == 0 || now - items->since_ < kOverdue) continue;
    items->sendEntry();
  }
  return !registry().all.empty();
}

GatheredItems::~GatheredItems() {
  if (!listed_) return;
  std::lock_guard lock(registry().mutex);
  std::erase(registry().all, this);
}

size_t GatheredItems::held() const {
  const Environment& environment = *batch_.environment;
  return environment.objects.weight() + environment.exports.bytes();
}

void GatheredItems::add(Borrowed item) {
  const size_t before = held();
  if (bytes_ == 0) before_ = before;
  message_.clear();
  TravelScope travellers;
  Encoder(message_, *batch_.environment).encode(item);  // Rule 3
  travellers.moveTo(travellers_);
  const size_t after = held();
  const size_t kept = after > before_ ? after - before_ : 0;
  std::lock_guard lock(mutex_);
  if (entry_.empty()) {
    wire::Writer head;
    beginEntry(head, wire::EntryKind::kItems, temp_, batch_.id);
    head.word(0, 0);
    head.number(0);
    entry_ = std::move(head);  // whole, or not at all: there may be no memory
  }
  entry_.bytes(message_.data(), message_.size());
  if (count_++ == 0) since_ = Clock::now();
  unsent_ += message_.size() + (kept > kept_ ? kept - kept_ : 0);
  bytes_ += message_.size();
  kept_ = kept;
}

void GatheredItems::step() {
  if (!listed_) {
    listed_ = true;
    {
      std::lock_guard lock(registry().mutex);
      registry().all.push_back(this);
    }
    if (gathering != nullptr) gathering();
  }
  const std::vector<Ref> delivered = send();
}

// Rule 1. What the entry needed no more, for whoever drops it without a lock: that may run Python code.
std::vector<Ref> GatheredItems::send() {
  std::lock_guard lock(mutex_);
  if (count_ == 0 || Clock::now() - since_ < kGather) return {};
  sendEntry();
  return std::exchange(travellers_, {});
}

void GatheredItems::finish() {
  if (bytes_ == 0) return;
  wire::Writer entry;
  {
    std::lock_guard lock(mutex_);
    if (count_ != 0) entry = takeEntry();
  }
  for (Ref& each : travellers_) batch_.travellers.push_back(std::move(each));
  travellers_.clear();
  if (!entry.empty()) append(batch_, entry);
}

void GatheredItems::sendEntry() {
  wire::Writer entry = takeEntry();
  batch_.environment->sink->deliver(entry);
}

wire::Writer GatheredItems::takeEntry() {
  entry_.patch32(kCountAt, count_);
  const auto weight = static_cast<double>(unsent_);
  std::memcpy(entry_.data() + kWeightAt, &weight, sizeof weight);
  endEntry(entry_);
  count_ = 0;
  unsent_ = 0;
  wire::Writer entry = std::move(entry_);
  entry_ = wire::Writer();
  return entry;
}

WrittenItems::WrittenItems(Environment& environment, wire::Writer& out)
    : environment_(environment), out_(out), start_(out.size()) {
  out_.word(0, 0);
  out_.number(0);
}

void WrittenItems::add(Borrowed item) {
  Encoder(out_, environment_).encode(item);
  out_.patch32(start_, ++count_);
}

}  // namespace snakebridge
