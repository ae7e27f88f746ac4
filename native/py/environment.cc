#include "py/environment.h"

#include <algorithm>

#include "py/executor.h"
#include "py/gil.h"
#include "py/insist.h"
#include "py/python_error.h"
#include "py/suspension.h"

namespace snakebridge {

namespace {

struct Registry {
  std::mutex mutex;
  std::vector<std::weak_ptr<Environment>> all;
};
Registry& registry() {
  static Registry* only = new Registry();  // threads of Python's outlive static destructors
  return *only;
}

}  // namespace

EnvironmentRef Environment::oldest() {
  std::lock_guard lock(registry().mutex);
  for (const auto& each : registry().all) {
    if (EnvironmentRef environment = each.lock(); environment && !environment->closed()) return environment;
  }
  return nullptr;
}

void Environment::remember() {
  std::lock_guard lock(registry().mutex);
  std::erase_if(registry().all, [](const auto& each) { return each.expired(); });
  registry().all.push_back(weak_from_this());
}

thread_local Environment* Environment::describing = nullptr;

Environment::~Environment() = default;

bool Environment::exportJsValue(Borrowed object, uint32_t& id) {
  const JsValueState* state = jsValueState(object);
  if (state == nullptr || state->environment.get() != this) return false;
  TravelScope::keep(object);
  id = state->id;
  return true;
}

void Environment::defineName(uint32_t id, std::string name) {
  std::lock_guard lock(namesMutex_);
  (void)id;  // ids are dense and defined in order
  newNames_.push_back(std::move(name));
}

Borrowed Environment::name(uint32_t id) {
  if (id >= names_.size()) {
    std::vector<std::string> fresh;
    {
      std::lock_guard lock(namesMutex_);
      fresh.swap(newNames_);
    }
    for (const std::string& text : fresh) {
      PyObject* object = py.PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogatepass");
      if (object == nullptr) throw PythonError::fetch();
      py.PyUnicode_InternInPlace(&object);
      names_.push_back(steal(object));
    }
  }
  if (id >= names_.size()) throw wire::MalformedMessage("an unknown name id");
  return names_[id];
}

void Environment::close() {
  {
    std::lock_guard lock(progressMutex_);
    closed_.store(true);
  }
  progress_.notify_all();
  calls.close();
}

void Environment::submitted(const BatchRef& batch) {
  incoming_.put([&](BatchRef& place) { place = batch; });
}

BatchRef Environment::firstUntaken(uint32_t level, uint32_t caller, bool all) {
  if (closed()) return nullptr;
  while (BatchRef* next = incoming_.first()) {
    insist([&] { submitted_.push_back(*next); });
    next->reset();
    incoming_.drop();
  }
  while (!submitted_.empty() && submitted_.front()->isTaken()) {
    const BatchRef taken = std::move(submitted_.front());  // dies when the list is in order again
    submitted_.pop_front();
  }
  const auto isMeant = [&](const BatchRef& batch) {
    if (!all && batch->caller != caller && batch->isHosted.load(std::memory_order_relaxed)) return false;
    return level == 0 || batch->levels().most >= level;
  };
  if (submitted_.empty()) return nullptr;
  if (isMeant(submitted_.front())) return submitted_.front();
  // The front may wait for a callback for long: those behind it, which need not, do not pile up.
  std::vector<BatchRef> taken;
  std::erase_if(submitted_, [&](BatchRef& batch) {
    if (!batch->isTaken()) return false;
    taken.push_back(std::move(batch));
    return true;
  });
  const auto found = std::ranges::find_if(submitted_, isMeant);
  return found == submitted_.end() ? nullptr : *found;
}

void Environment::releaseAll() {
  for (auto& [key, operations] : parked) {
    for (Parked& operation : operations) unlink(*operation);
  }
  parked.clear();
  while (!ready.empty()) unlink(*ready.pop());
  for (auto& [id, job] : std::exchange(suspended, {})) {
    if (job) cancelJob(job);
  }
  std::deque<BatchRef> dropped;  // they keep this environment: the caller has it too
  dropped.swap(submitted_);
  for (; BatchRef* next = incoming_.first(); incoming_.drop()) next->reset();
  objects.close();
  temps.close();
  exports.close();
  context.close();
  // Names and types stay until the last batch has gone: an operation that still runs uses them.
}

void Environment::link(Active& active) {
  active.linked = true;
  active.next = firstActive;
  active.previous = nullptr;
  if (firstActive != nullptr) firstActive->previous = &active;
  firstActive = &active;
}

void Environment::unlink(Active& active) {
  if (!std::exchange(active.linked, false)) return;
  (active.previous != nullptr ? active.previous->next : firstActive) = active.next;
  if (active.next != nullptr) active.next->previous = active.previous;
}

Parked Environment::park(Active& active) {
  auto parked = std::make_unique<Active>(std::move(active));
  active.linked = false;
  (parked->previous != nullptr ? parked->previous->next : firstActive) = parked.get();
  if (parked->next != nullptr) parked->next->previous = parked.get();
  return parked;
}

bool Environment::waitForProgress(ResultSink::Moment until) {
  // The count is read under the GIL, and progress is announced under the GIL: none is missed.
  waiters_++;
  uint64_t seen;
  bool progressed = true;
  {
    std::lock_guard lock(progressMutex_);
    seen = progressCount_;
  }
  {
    GilRelease release;
    const auto isOver = [&] { return progressCount_ != seen || closed(); };
    if (sink->isHere()) {
      const auto isOverLocked = [&] {
        std::lock_guard lock(progressMutex_);
        return isOver();
      };
      sink->serve(isOverLocked, until, until == ResultSink::Moment::max());
    } else if (std::unique_lock lock(progressMutex_); until == ResultSink::Moment::max()) {
      progress_.wait(lock, isOver);
    } else {
      progressed = progress_.wait_until(lock, until, isOver);
    }
  }
  waiters_--;
  return progressed;
}

void Environment::announceProgress() {
  if (waiters_ == 0) return;
  {
    std::lock_guard lock(progressMutex_);
    progressCount_++;
  }
  progress_.notify_all();
  sink->wake();
}

}  // namespace snakebridge
