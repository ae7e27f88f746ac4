// Which row of the conversion table a type has. Needs the GIL.
//  1. A row is kept by the address of its type, and trusted only while a weak reference says that this very type
//     still lives there: a dead type's address is used again.
//  2. Rows are for types that the encoder does not know by heart (str, list, dict …); exact types only, except
//     records and registered types, which take along those of their subclasses that have no row of their own.
//  3. Registrations belong to one JS environment: its ids, its functions. So there is a table for each.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "py/ref.h"
#include "wire/wire.h"

namespace snakebridge {

enum class RowKind : uint8_t {
  kReference,   // stays in Python
  kRich,        // snakebridge.values.split
  kRecord,      // dataclass instance or namedtuple: a plain object of its fields
  kNumpyFloat,  // widens to a float without loss
  kNumpyBool,
  kNumpyInt,
  kNumpyOther,  // snakebridge.values.numpy_scalar decides
  kArray,       // shares its memory, when its elements have a typed array
  kCustom,      // registered by the user
  kJsValue,     // goes back to JS as itself
  kJsInstance,  // of a class written in JS, or its error: goes to JS as the object there that it is one with
};

struct Row {
  RowKind kind = RowKind::kReference;
  uint32_t detail = 0;  // kRich: wire::RichKind; kCustom: the registration's id
  Borrowed exporter;    // kCustom: belongs to the registration; empty when the object itself is what crosses
};

class TypeTable {
 public:
  Row rowOf(Borrowed type);
  // From now on instances of `type` and of its subclasses cross as kCustom `id` with the value of
  // `exporter(instance)`; without an exporter, with a reference. The nearest registered class of the MRO wins; a
  // second registration of a type replaces the first. Throws PythonError for what the encoder knows by heart.
  void registerType(Borrowed type, uint32_t id, Ref exporter);
  void unregisterType(uint32_t id);
  void clear();

 private:
  struct Entry {
    Row row;
    Ref guard;  // a weak reference to the type; empty for static types, which never die
    bool guards(Borrowed type) const;
  };
  struct Registration {
    Ref type;
    uint32_t id;
    Ref exporter;
  };
  Row classify(Borrowed type) const;
  const Registration* registrationFor(Borrowed mro) const;
  void purge();

  std::unordered_map<PyObject*, Entry> rows_;
  std::vector<Registration> registrations_;
  uint64_t generation_ = 0;  // counts changes of the registrations
  size_t purgeAt_ = 1024;
};

// While one is alive, registrations made by Python code on this thread go to its table (native_functions.cc).
class RegistrationScope {
 public:
  explicit RegistrationScope(TypeTable& table);
  ~RegistrationScope();
  RegistrationScope(const RegistrationScope&) = delete;
  RegistrationScope& operator=(const RegistrationScope&) = delete;
  // Null where no operation of a JS environment runs.
  static TypeTable* table();

 private:
  TypeTable* const outer_;
};

// The row of a type nobody registered (type_rows.cc). `mro` is its method resolution order.
Row builtinRow(Borrowed type, Borrowed mro);

}  // namespace snakebridge
