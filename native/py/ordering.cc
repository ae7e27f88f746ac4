#include "py/ordering.h"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "py/insist.h"
#include "py/python_error.h"
#include "py/strings.h"

namespace snakebridge {

namespace {

// `parked` is keyed by the temp waited for, or by the id of an active operation with this bit set.
constexpr uint64_t kActiveKey = uint64_t{1} << 63;

// Whether program order binds operations on this object (rule 2): null when not.
PyObject* boundTo(PyObject* object) {
  PyObject* type = typeOf(object);
  if (type == py.ModuleType ||
      py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type), reinterpret_cast<PyTypeObject*>(py.TypeType))) {
    return nullptr;
  }
  if (type == py.CFunctionType) {
    PyObject* self = py.PyCFunction_GetSelf(object);
    return self == nullptr || typeOf(self) == py.ModuleType ? nullptr : self;
  }
  Ref name = steal(py.PyType_GetName(reinterpret_cast<PyTypeObject*>(type)));
  if (!name) {
    py.PyErr_Clear();
    return object;
  }
  if (py.PyUnicode_CompareWithASCIIString(name.get(), "function") == 0) return nullptr;
  if (py.PyUnicode_CompareWithASCIIString(name.get(), "method") == 0) {
    Ref self = steal(py.PyObject_GetAttrString(object, "__self__"));
    if (!self) py.PyErr_Clear();
    return self.get();  // kept alive by the method
  }
  return object;
}

// Of `a` in `a.b.c`.
size_t packageHash(Borrowed name) {
  Py_ssize_t size = 0;
  const char* text = py.PyUnicode_AsUTF8AndSize(name.get(), &size);
  if (text == nullptr) {
    py.PyErr_Clear();  // UnicodeEncodeError: no module has such a name
    return 0;
  }
  const std::string_view whole(text, static_cast<size_t>(size));
  return std::hash<std::string_view>()(whole.substr(0, whole.find('.'))) | 1;
}

size_t importedBy(wire::Reader in) {
  const wire::Reader::Word header = in.word();
  const auto tag = static_cast<wire::Tag>(header.low & 0xff);
  if (tag != wire::Tag::kAscii && tag != wire::Tag::kUtf8) return 0;
  return packageHash(borrow(decodeString(in, tag, header.high).get()));
}

// Whether a module, a class or a function belongs to the package. A metaclass could run code for an attribute, and that
// let other threads change what is being looked through.
bool belongsTo(PyObject* object, size_t package) {
  auto* const type = reinterpret_cast<PyTypeObject*>(typeOf(object));
  if (typeOf(object) != py.TypeType && py.PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(py.TypeType)))
    return false;
  const char* const attribute = typeOf(object) == py.ModuleType ? "__name__" : "__module__";
  Ref name = steal(py.PyObject_GetAttrString(object, attribute));
  if (!name) py.PyErr_Clear();  // whatever it raised: then it says of no package
  return name && typeOf(name.get()) == py.UnicodeType && packageHash(borrow(name.get())) == package;
}

bool usesPackage(const Touched& touched, size_t package) {
  if (touched.imported == package) return true;
  return std::ranges::any_of(touched.unbound, [&](PyObject* object) { return belongsTo(object, package); });
}

// Finds the objects an operation touches. Temps that are not there yet bind by rule 1 alone; once they are, it is
// looked through again: it may be waiting for its turn, or for another one.
const Touched& scan(Active& active) {
  const Batch& batch = *active.batch;
  Environment& environment = *batch.environment;
  const auto isReady = [&](uint32_t temp) { return environment.temps.state(temp) == TempTable::State::kReady; };
  if (active.touched) {
    Touched& known = *active.touched;
    if (known.missing.empty() || std::exchange(known.looked, environment.arrivals) == environment.arrivals)
      return known;
    if (std::ranges::none_of(known.missing, isReady)) return known;
  }
  active.touched = std::make_unique<Touched>();
  Touched& touched = *active.touched;
  touched.looked = environment.arrivals;
  wire::Reader in = batch.reader();
  in.seek(active.offset);
  const Operation operation = readOperation(in);
  touched.awaited = operation.awaited();
  touched.level = operation.level();
  const bool writes = operation.opcode == wire::Opcode::kSetAttr || operation.opcode == wire::Opcode::kDelAttr ||
                      operation.opcode == wire::Opcode::kSetItem || operation.opcode == wire::Opcode::kDelItem;
  auto touch = [&](PyObject* object, bool receiver) {
    if (object == nullptr) return;
    if (receiver && writes) touched.written = object;
    PyObject* bound = boundTo(object);
    if (bound == nullptr) {
      touched.unbound.push_back(object);
    } else if (receiver) {
      touched.receiver = bound;
    } else {
      touched.arguments.push_back(bound);
    }
  };
  if (operation.opcode == wire::Opcode::kImport) touched.imported = importedBy(in);
  Decoder::ShapeSizes shapes;
  const auto ignore = [](uint32_t) {};
  if (operation.inContext()) Decoder::scan(in, shapes, ignore, ignore);
  if (operation.hasInlineName()) Decoder::scan(in, shapes, ignore, ignore);
  for (uint32_t i = 0; i < operation.operandCount + operation.keywordCount; i++) {
    if (i >= operation.operandCount && in.word().high == wire::kInlineName) Decoder::scan(in, shapes, ignore, ignore);
    const bool receiver = i == 0 && operation.opcode != wire::Opcode::kHelper;
    Decoder::scan(
        in, shapes,
        [&](uint32_t temp) {
          if (!isReady(temp)) return touched.missing.push_back(temp);
          touch(environment.temps.value(temp).get(), receiver);
        },
        [&](uint32_t index) { touch(environment.objects.peek(index).get(), receiver); });
  }
  return touched;
}

bool contains(const std::vector<PyObject*>& objects, PyObject* object) {
  return std::find(objects.begin(), objects.end(), object) != objects.end();
}

bool touches(const Touched& touched, PyObject* receiver) {
  return receiver != nullptr && (touched.receiver == receiver || contains(touched.arguments, receiver));
}

void park(const BatchRef& batch, Active& active, uint64_t key) {
  Environment& environment = *batch->environment;
  std::vector<Parked>& waiting = insist([&]() -> auto& { return environment.parked[key]; });
  Parked parked = insist([&] { return environment.park(active); });
  parked->parkedBatch = batch;
  batch->backlog.putBack();
  insist([&] { waiting.push_back(std::move(parked)); });
}

void wake(Environment& environment, uint64_t key) {
  if (environment.parked.empty()) return;
  auto found = environment.parked.find(key);
  if (found == environment.parked.end()) return;
  for (auto& parked : found->second) insist([&] { environment.ready.push(std::move(parked)); });
  environment.parked.erase(found);
}

}  // namespace

Active* conflictOf(Environment& environment, Active& later) {
  for (Active* earlier = environment.firstActive; earlier != nullptr; earlier = earlier->next) {
    if (earlier == &later || earlier->id > later.id) continue;
    const Touched& first = scan(*earlier);
    const Touched& second = scan(later);
    if (first.level < second.level) continue;  // it waits for the callback that wrote the later one
    if (first.awaited && second.awaited) continue;
    if (touches(first, second.receiver) || touches(second, first.receiver)) return earlier;
    if (first.imported != 0 && usesPackage(second, first.imported)) return earlier;
    if (first.written != nullptr && contains(second.unbound, first.written)) return earlier;
  }
  return nullptr;
}

void parkUntilTemp(const BatchRef& batch, Active& active, uint32_t temp) { park(batch, active, temp); }

void parkUntilEnded(const BatchRef& batch, Active& active, const Active& earlier) {
  park(batch, active, earlier.id | kActiveKey);
}

void tempArrived(Environment& environment, uint32_t temp) {
  environment.arrivals++;
  wake(environment, temp);
}

void operationEnded(Environment& environment, uint64_t activeId) { wake(environment, activeId | kActiveKey); }

void wakeParked(Environment& environment, uint64_t activeId) {
  for (auto& [key, operations] : environment.parked) {
    const auto found = std::ranges::find(operations, activeId, [](const auto& parked) { return parked->id; });
    if (found == operations.end()) continue;
    insist([&] { environment.ready.push(std::move(*found)); });
    operations.erase(found);
    if (operations.empty()) environment.parked.erase(key);
    return;
  }
}

void rememberTouched(Environment& environment, uint64_t activeId) {
  for (Active* active = environment.firstActive; active != nullptr; active = active->next) {
    if (active->id != activeId) continue;
    scan(*active);
    active->touched->missing.clear();  // its bytes may be gone when somebody looks next
    return;
  }
}

void waitForTurn(Environment& environment, wire::Reader& in, Calls* calls) {
  const auto cancelled = [&] { return calls != nullptr && calls->isCancelled(wire::kNoTemp); };
  const size_t start = in.position();
  const uint32_t level = readOperation(in).level();
  in.seek(start);
  // At level 0 not for what a host has: that may wait for this thread.
  while (environment.firstUntaken(level, wire::kNoTemp, level != 0) && !cancelled()) environment.waitForProgress();
  if (environment.firstActive == nullptr) return;
  const size_t size = in.remaining();
  Batch batch(environment.shared_from_this(), 0, in.take(size), size, {});
  in.seek(start);
  Active active;
  active.id = environment.nextActiveId++;
  active.batch = &batch;
  while (conflictOf(environment, active) != nullptr && !environment.closed() && !cancelled()) {
    environment.waitForProgress();
    active.touched.reset();
  }
}

}  // namespace snakebridge
