#include "py/js_values.h"

#include <cstddef>
#include <utility>

#include "py/decoder.h"
#include "py/entry.h"
#include "py/environment.h"
#include "py/gil.h"
#include "py/import_module.h"
#include "py/js_calls.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

struct JsValue {
  PyObject_HEAD
  PyObject* weakReferences;
  JsValueState* state;
};

// A function has attributes that Python sets, as Python's own have: decorators mark what they were given.
struct JsFunction {
  JsValue value;
  PyObject* attributes;
};

// PyMemberDef of structmember.h, whose macros (T_INT, READONLY …) we do not want everywhere.
struct MemberDefinition {
  const char* name;
  int type;
  Py_ssize_t offset;
  int flags;
  const char* doc;
};
constexpr int kPySsizeT = 19;  // T_PYSSIZET
constexpr int kReadOnly = 1;   // READONLY

PyObject* jsValueType = nullptr;
PyObject* jsFunctionType = nullptr;

JsValueState& stateOf(PyObject* self) { return *reinterpret_cast<JsValue*>(self)->state; }

void dealloc(PyObject* self) {
  GilHeld held;
  auto* value = reinterpret_cast<JsValue*>(self);
  if (value->weakReferences != nullptr) py.PyObject_ClearWeakRefs(self);
  std::unique_ptr<JsValueState> state(std::exchange(value->state, nullptr));
  if (state) {
    state->environment->jsValues.forget(state->id, self);
    if (state->arrivals != 0) state->environment->sink->jsValueDropped(state->id, state->arrivals);
  }
  auto* type = reinterpret_cast<PyTypeObject*>(typeOf(self));
  auto free = reinterpret_cast<freefunc>(py.PyType_GetSlot(type, Py_tp_free));
  free(self);
  py.Py_DecRef(reinterpret_cast<PyObject*>(type));
}

PyObject*& attributesOf(PyObject* self) { return reinterpret_cast<JsFunction*>(self)->attributes; }

void deallocFunction(PyObject* self) {
  GilHeld held;
  if (reinterpret_cast<JsValue*>(self)->weakReferences != nullptr) py.PyObject_ClearWeakRefs(self);
  if (PyObject* attributes = std::exchange(attributesOf(self), nullptr)) py.Py_DecRef(attributes);
  dealloc(self);
}

Ref textOf(std::string_view text) {
  return check(py.PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

// Of a function's details (wire.h): 0 its name, 1 its parameters, 2 its flags.
std::string_view lineOf(const JsValueState& state, int number) {
  std::string_view rest = state.details;
  for (;;) {
    const size_t end = rest.find('\n');
    if (number-- == 0) return rest.substr(0, end);
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
}
std::string_view nameOf(const JsValueState& state) { return lineOf(state, 0); }

PyObject* getId(PyObject* self, void*) {
  // In another environment the number means another value.
  const JsValueState& state = stateOf(self);
  if (Environment::describing != nullptr && Environment::describing != state.environment.get()) {
    py.Py_IncRef(py.None);
    return py.None;
  }
  return py.PyLong_FromLongLong(state.id);
}

PyObject* repr(PyObject* self) {
  return enterFromPython([&] {
    const JsValueState& state = stateOf(self);
    const Ref type = check(py.PyType_GetName(reinterpret_cast<PyTypeObject*>(typeOf(self))));
    std::string shown = "<";
    shown += py.PyUnicode_AsUTF8AndSize(type.get(), nullptr);
    if (!state.details.empty()) shown.append(" ").append(nameOf(state));
    return textOf(shown.append(">"));
  });
}

PyObject* call(PyObject* self, PyObject* args, PyObject* keywords) {
  return enterFromPython([&] { return askJs(borrow(self), wire::JsOperation::kCall, borrow(args), borrow(keywords)); });
}

// As functions of Python are: a copy of what holds one holds the same.
PyObject* copySelf(PyObject* self, PyObject*) { return own(self).release(); }

PyObject* getAttributes(PyObject* self, void*) {
  return enterFromPython([&] {
    PyObject*& attributes = attributesOf(self);
    if (attributes == nullptr) attributes = check(py.PyDict_New()).release();
    return own(attributes);
  });
}

// What Python has set in the place of an attribute of ours, whose name is the closure.
Ref setInstead(PyObject* self, void* name) {
  if (attributesOf(self) == nullptr) return {};
  const Ref key = textOf(static_cast<const char*>(name));
  PyObject* value = py.PyDict_GetItemWithError(attributesOf(self), key.get());
  return value == nullptr ? Ref() : own(value);
}

int setAttribute(PyObject* self, PyObject* value, void* name) {
  const Ref done = steal(enterFromPython([&] {
    if (value == nullptr) raise(py.TypeError, "this attribute of a JavaScript function cannot be deleted");
    const Ref attributes = steal(getAttributes(self, nullptr));
    if (!attributes) throw PythonError::fetch();
    check(py.PyDict_SetItem(attributes.get(), textOf(static_cast<const char*>(name)).get(), value));
    return own(py.None);
  }));
  return done ? 0 : -1;
}

PyObject* getName(PyObject* self, void* name) {
  return enterFromPython([&] {
    Ref set = setInstead(self, name);
    return set ? std::move(set) : textOf(nameOf(stateOf(self)));
  });
}

PyObject* getSignature(PyObject* self, void* name) {
  return enterFromPython([&] {
    if (Ref set = setInstead(self, name)) return set;
    Ref module = importModule("snakebridge.callbacks");
    Ref make = check(py.PyObject_GetAttrString(module.get(), "signature"));
    Ref parameters = textOf(lineOf(stateOf(self), 1));
    return check(py.PyObject_CallFunctionObjArgs(make.get(), parameters.get(), nullptr));
  });
}

Ref makeType(const char* name, size_t size, unsigned flags, PyType_Slot* slots, PyObject* base) {
  PyType_Spec spec{name, static_cast<int>(size), 0, static_cast<unsigned>(Py_TPFLAGS_DEFAULT) | flags, slots};
  if (base == nullptr) return check(py.PyType_FromSpec(&spec));
  Ref bases = check(py.PyTuple_New(1));
  check(py.PyTuple_SetItem(bases.get(), 0, own(base).release()));
  return check(py.PyType_FromSpecWithBases(&spec, bases.get()));
}

bool isFunctionKind(uint32_t kind) {
  return kind == static_cast<uint32_t>(wire::JsKind::kFunction) ||
         kind == static_cast<uint32_t>(wire::JsKind::kAsyncFunction);
}

// From the first function on: before, nobody can call back.
void serveWaits() {
  static bool done = false;
  if (std::exchange(done, true)) return;
  Ref module = importModule("snakebridge.serving");
  Ref install = check(py.PyObject_GetAttrString(module.get(), "install"));
  check(py.PyObject_CallNoArgs(install.get()));
}

// The class of a kind: ours, or what snakebridge.js_types says.
PyObject* typeOfKind(uint32_t kind) {
  if (kind == static_cast<uint32_t>(wire::JsKind::kOpaque)) return jsValueType;
  if (kind <= static_cast<uint32_t>(wire::JsKind::kAsyncFunction)) return jsFunctionType;
  static auto* known = new std::unordered_map<uint32_t, PyObject*>();
  if (auto found = known->find(kind); found != known->end()) return found->second;
  Ref module = importModule("snakebridge.js_types");
  Ref find = check(py.PyObject_GetAttrString(module.get(), "type_of"));
  Ref number = check(py.PyLong_FromLong(static_cast<long>(kind)));
  Ref type = check(py.PyObject_CallFunctionObjArgs(find.get(), number.get(), nullptr));
  if (py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(typeOf(type.get())),
                          reinterpret_cast<PyTypeObject*>(py.TypeType)) == 0 ||
      !isJsValueType(type)) {
    raise(py.TypeError, "snakebridge.js_types.type_of expected to return a subclass of JsValue");
  }
  return known->try_emplace(kind, type.release()).first->second;
}

FAST_THREAD_LOCAL TravelScope* travelScope = nullptr;

}  // namespace

void createJsValueTypes(Borrowed package) {
  if (jsValueType != nullptr) return;
  static MemberDefinition members[] = {
      {"__weaklistoffset__", kPySsizeT, offsetof(JsValue, weakReferences), kReadOnly, nullptr},
      {nullptr, 0, 0, 0, nullptr}};
  static PyGetSetDef valueAttributes[] = {{"id", getId, nullptr, "The number JavaScript knows the value by.", nullptr},
                                          {nullptr, nullptr, nullptr, nullptr, nullptr}};
  PyType_Slot valueSlots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
                              {Py_tp_members, members},
                              {Py_tp_getset, valueAttributes},
                              {Py_tp_repr, reinterpret_cast<void*>(repr)},
                              {Py_tp_doc, const_cast<char*>("A JavaScript value.")},
                              {0, nullptr}};
  const unsigned common = Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION;
  jsValueType = makeType("snakebridge.JsValue", sizeof(JsValue), common, valueSlots, nullptr).release();

  static MemberDefinition functionMembers[] = {
      {"__dictoffset__", kPySsizeT, offsetof(JsFunction, attributes), kReadOnly, nullptr}, {nullptr, 0, 0, 0, nullptr}};
  static char nameKey[] = "__name__", qualnameKey[] = "__qualname__", signatureKey[] = "__signature__";
  static PyGetSetDef functionAttributes[] = {{nameKey, getName, setAttribute, nullptr, nameKey},
                                             {qualnameKey, getName, setAttribute, nullptr, qualnameKey},
                                             {signatureKey, getSignature, setAttribute, nullptr, signatureKey},
                                             {"__dict__", getAttributes, nullptr, nullptr, nullptr},
                                             {nullptr, nullptr, nullptr, nullptr, nullptr}};
  static PyMethodDef functionMethods[] = {{"__copy__", copySelf, METH_NOARGS, nullptr},
                                          {"__deepcopy__", copySelf, METH_O, nullptr},
                                          {nullptr, nullptr, 0, nullptr}};
  PyType_Slot functionSlots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(deallocFunction)},
                                 {Py_tp_members, functionMembers},
                                 {Py_tp_call, reinterpret_cast<void*>(call)},
                                 {Py_tp_methods, functionMethods},
                                 {Py_tp_getset, functionAttributes},
                                 {Py_tp_doc, const_cast<char*>("A function of JavaScript.")},
                                 {0, nullptr}};
  jsFunctionType = makeType("snakebridge.JsFunction", sizeof(JsFunction), common, functionSlots, jsValueType).release();
  check(py.PyObject_SetAttrString(package.get(), "JsValue", jsValueType));
  check(py.PyObject_SetAttrString(package.get(), "JsFunction", jsFunctionType));
}

bool isJsValueType(Borrowed type) {
  return jsValueType != nullptr && py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type.get()),
                                                       reinterpret_cast<PyTypeObject*>(jsValueType)) != 0;
}

JsValueState* jsValueState(Borrowed object) {
  return isJsValueType(borrow(typeOf(object.get()))) ? reinterpret_cast<JsValue*>(object.get())->state : nullptr;
}

Ref JsValueTable::take(Environment& environment, uint32_t id, uint32_t kind, std::string_view details) {
  // An object without references is being destroyed: its weak references' callbacks run.
  if (auto found = objects_.find(id); found != objects_.end() && found->second->ob_refcnt > 0) {
    return own(found->second);
  }
  PyObject* const type = typeOfKind(kind);
  Ref object = check(py.PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0));
  auto* value = reinterpret_cast<JsValue*>(object.get());
  value->state = new JsValueState{environment.shared_from_this(), id, kind, 0, std::string(details)};
  if (isFunctionKind(kind)) {
    value->state->fireAndForget = lineOf(*value->state, 2).find('f') != std::string_view::npos;
    serveWaits();
  }
  objects_[id] = object.get();
  return object;
}

void JsValueTable::forget(uint32_t id, PyObject* object) {
  auto found = objects_.find(id);
  if (found != objects_.end() && found->second == object) objects_.erase(found);
}

void UntakenValues::skip(wire::Reader& in) {
  const auto ignore = [](uint32_t) {};
  Decoder::scan(in, shapes_, ignore, ignore, [&](uint32_t id) { environment_.sink->jsValueDropped(id, 1); });
}

TravelScope::TravelScope() : outer_(std::exchange(travelScope, this)) {}
TravelScope::~TravelScope() { travelScope = outer_; }

void TravelScope::keep(Borrowed object) {
  if (travelScope != nullptr) travelScope->kept_.push_back(own(object));
}

void TravelScope::moveTo(std::vector<Ref>& travellers) {
  for (Ref& each : kept_) travellers.push_back(std::move(each));
  kept_.clear();
}

}  // namespace snakebridge
