#include "py/values_module.h"

#include "py/import_module.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

struct ValuesModule {
  Ref split, build, fields, numpyScalar;
};

// Never destroyed: it would outlive the interpreter otherwise.
const ValuesModule& valuesModule() {
  static ValuesModule* loaded = nullptr;
  if (loaded == nullptr) {
    const Ref module = importModule("snakebridge.values");
    auto function = [&](const char* name) { return check(py.PyObject_GetAttrString(module.get(), name)); };
    auto* fresh = new ValuesModule{function("split"), function("build"), function("fields"), function("numpy_scalar")};
    loaded = fresh;  // two threads may both get here while the import lets the GIL go: the same functions
  }
  return *loaded;
}

Ref callWithKind(Borrowed function, wire::RichKind kind, Borrowed argument) {
  const Ref number = check(py.PyLong_FromLong(static_cast<long>(kind)));
  return check(py.PyObject_CallFunctionObjArgs(function.get(), number.get(), argument.get(), nullptr));
}

Ref callWith(Borrowed function, Borrowed argument) {
  return check(py.PyObject_CallFunctionObjArgs(function.get(), argument.get(), nullptr));
}

}  // namespace

Ref splitRich(wire::RichKind kind, Borrowed value) { return callWithKind(valuesModule().split, kind, value); }
Ref buildRich(wire::RichKind kind, Borrowed parts) { return callWithKind(valuesModule().build, kind, parts); }
Ref fieldsOf(Borrowed record) { return callWith(valuesModule().fields, record); }
Ref builtinOfNumpyScalar(Borrowed scalar) { return callWith(valuesModule().numpyScalar, scalar); }

}  // namespace snakebridge
