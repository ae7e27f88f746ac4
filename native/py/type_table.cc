#include "py/type_table.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "py/python_error.h"

namespace snakebridge {

namespace {

// Whether a weak reference still refers to `object`, which is alive.
bool refersTo(Borrowed weak, Borrowed object) {
  if (py.PyWeakref_GetObject != nullptr) return py.PyWeakref_GetObject(weak.get()) == object.get();
  PyObject* target = nullptr;
  check(py.PyWeakref_GetRef(weak.get(), &target));
  return steal(target).is(object.get());
}

bool isDead(Borrowed weak) {
  if (py.PyWeakref_GetObject != nullptr) return py.PyWeakref_GetObject(weak.get()) == py.None;
  PyObject* target = nullptr;
  check(py.PyWeakref_GetRef(weak.get(), &target));
  return !steal(target);
}

bool isKnownByHeart(Borrowed type) {
  PyObject* const known[] = {py.BoolType, py.LongType,  py.FloatType, py.UnicodeType, py.BytesType,
                             py.ListType, py.TupleType, py.DictType,  py.SetType,     py.FrozenSetType};
  return type.is(typeOf(py.None)) || std::ranges::find(known, type.get()) != std::end(known);
}

thread_local TypeTable* registering = nullptr;

}  // namespace

RegistrationScope::RegistrationScope(TypeTable& table) : outer_(std::exchange(registering, &table)) {}
RegistrationScope::~RegistrationScope() { registering = outer_; }
TypeTable* RegistrationScope::table() { return registering; }

bool TypeTable::Entry::guards(Borrowed type) const { return !guard || refersTo(guard, type); }

Row TypeTable::rowOf(Borrowed type) {
  const auto known = rows_.find(type.get());
  if (known != rows_.end() && known->second.guards(type)) return known->second.row;

  // classify() may run Python code, which may come back here or register a type: nothing is kept across it.
  const uint64_t generation = generation_;
  Entry entry{classify(type), Ref()};
  if (generation != generation_) return rowOf(type);
  const unsigned long flags = py.PyType_GetFlags(reinterpret_cast<PyTypeObject*>(type.get()));
  if ((flags & Py_TPFLAGS_HEAPTYPE) != 0) entry.guard = check(py.PyWeakref_NewRef(type.get(), nullptr));
  const Row row = entry.row;
  if (rows_.size() >= purgeAt_) purge();
  rows_.insert_or_assign(type.get(), std::move(entry));
  return row;
}

void TypeTable::registerType(Borrowed type, uint32_t id, Ref exporter) {
  if (py.PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(typeOf(type.get())),
                          reinterpret_cast<PyTypeObject*>(py.TypeType)) == 0) {
    raise(py.TypeError, "registerType expected a Python class, got another object");
  }
  if (isKnownByHeart(type)) {
    raise(py.TypeError,
          "registerType expected a class whose conversion can change, got one of bool, int, float, str, bytes, list, "
          "tuple, dict, set, frozenset, NoneType; register a subclass of it");
  }
  std::erase_if(registrations_, [&](const Registration& each) { return each.type.is(type.get()); });
  registrations_.push_back({own(type), id, std::move(exporter)});
  ++generation_;
  rows_.clear();
}

void TypeTable::unregisterType(uint32_t id) {
  std::erase_if(registrations_, [&](const Registration& each) { return each.id == id; });
  ++generation_;
  rows_.clear();
}

void TypeTable::clear() {
  registrations_.clear();
  ++generation_;
  rows_.clear();
}

const TypeTable::Registration* TypeTable::registrationFor(Borrowed mro) const {
  const Py_ssize_t size = py.PyTuple_Size(mro.get());
  for (Py_ssize_t i = 0; i < size; ++i) {
    PyObject* base = py.PyTuple_GetItem(mro.get(), i);
    for (const Registration& each : registrations_) {
      if (each.type.is(base)) return &each;
    }
  }
  return nullptr;
}

Row TypeTable::classify(Borrowed type) const {
  const Ref mro = check(py.PyObject_GetAttrString(type.get(), "__mro__"));
  const Registration* found = registrations_.empty() ? nullptr : registrationFor(mro);
  if (found == nullptr) return builtinRow(type, mro);
  if (!found->type.is(type.get())) {
    // A registered base class: date, of datetime, which has a row. A record has its row from that class.
    const Row own = builtinRow(type, mro);
    if (own.kind != RowKind::kReference && own.kind != RowKind::kRecord) return own;
  }
  return {RowKind::kCustom, found->id, found->exporter};
}

void TypeTable::purge() {
  std::erase_if(rows_, [](const auto& each) { return each.second.guard && isDead(each.second.guard); });
  purgeAt_ = rows_.size() * 2 < 1024 ? 1024 : rows_.size() * 2;
}

}  // namespace snakebridge
