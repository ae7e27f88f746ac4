#include "py/native_functions.h"

#include "py/batch.h"
#include "py/entry.h"
#include "py/environment.h"
#include "py/gil.h"
#include "py/import_module.h"
#include "py/js_calls.h"
#include "py/js_values.h"
#include "py/python_error.h"
#include "py/serving.h"
#include "py/type_table.h"

namespace snakebridge {

namespace {

TypeTable& requireTable() {
  TypeTable* const table = RegistrationScope::table();
  if (table == nullptr) raise(py.RuntimeError, "types are registered by JavaScript: python.registerType(type, ...)");
  return *table;
}

Ref registerType(PyObject* args) {
  Borrowed type = checkBorrowed(py.PyTuple_GetItem(args, 0));
  const long id = py.PyLong_AsLong(checkBorrowed(py.PyTuple_GetItem(args, 1)).get());
  Borrowed exporter = checkBorrowed(py.PyTuple_GetItem(args, 2));
  requireTable().registerType(type, static_cast<uint32_t>(id), exporter.is(py.None) ? Ref() : own(exporter));
  return own(py.None);
}

Ref unregisterType(PyObject* args) {
  const long id = py.PyLong_AsLong(checkBorrowed(py.PyTuple_GetItem(args, 0)).get());
  requireTable().unregisterType(static_cast<uint32_t>(id));
  return own(py.None);
}

// Not `gc.get_objects()` in Python: while that list exists other threads may run, and a tuple that one of them is
// building must not be referenced by anybody else (SystemError in the middle of an import). Here no thread gets in
// between.
Ref findInstances(PyObject* args) {
  Ref gc = importModule("gc");
  Ref getObjects = check(py.PyObject_GetAttrString(gc.get(), "get_objects"));
  Ref found = check(py.PyList_New(0));
  Ref all = check(py.PyObject_CallNoArgs(getObjects.get()));
  for (Py_ssize_t i = 0, count = py.PyList_Size(all.get()); i < count; i++) {
    PyObject* object = py.PyList_GetItem(all.get(), i);
    auto* type = reinterpret_cast<PyTypeObject*>(typeOf(object));
    for (Py_ssize_t k = 0, types = py.PyTuple_Size(args); k < types; k++) {
      if (!py.PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(py.PyTuple_GetItem(args, k)))) continue;
      check(py.PyList_Append(found.get(), object));
      break;
    }
  }
  return found;
}

// Whether anybody was there to be warned.
Ref warnJavaScript(PyObject* args) {
  const EnvironmentRef environment = Environment::oldest();
  if (environment) {
    wire::Writer entry;
    beginEntry(entry, wire::EntryKind::kWarning, wire::kNoTemp, 0);
    Encoder(entry, *environment).encode(borrow(args));
    endEntry(entry);
    environment->sink->deliver(entry);
  }
  return own(environment ? py.True : py.False);
}

// The base of what Python does with JavaScript values: python/snakebridge/js_types.py.
Ref ask(PyObject* args) {
  const Py_ssize_t count = py.PyTuple_Size(args);
  if (count != 3 && count != 4)
    raise(py.TypeError, "ask expected a JavaScript value, an operation, a tuple and a dict");
  const long operation = py.PyLong_AsLong(py.PyTuple_GetItem(args, 1));
  if (operation == -1 && py.PyErr_Occurred() != nullptr) throw PythonError::fetch();
  Borrowed arguments = borrow(py.PyTuple_GetItem(args, 2));
  if (typeOf(arguments.get()) != py.TupleType) raise(py.TypeError, "ask expected a tuple of arguments");
  const Borrowed keywords = count == 4 ? borrow(py.PyTuple_GetItem(args, 3)) : Borrowed();
  if (keywords && typeOf(keywords.get()) != py.DictType)
    raise(py.TypeError, "ask expected a dict of keyword arguments");
  return askJs(borrow(py.PyTuple_GetItem(args, 0)), static_cast<wire::JsOperation>(operation), arguments, keywords);
}

// Whether a request from this thread would enter JS at once: what waits for JS's event loop would wait for ever.
Ref isHere(PyObject* args) {
  const JsValueState* state = jsValueState(checkBorrowed(py.PyTuple_GetItem(args, 0)));
  if (state == nullptr) raise(py.TypeError, "is_here expected a JavaScript value");
  return own(state->environment->sink->isHere() ? py.True : py.False);
}

// References that nobody owns: python/snakebridge/inner_code.py says what takes them.
Ref giveReferences(PyObject* args) {
  Borrowed object = checkBorrowed(py.PyTuple_GetItem(args, 0));
  const long count = py.PyLong_AsLong(checkBorrowed(py.PyTuple_GetItem(args, 1)).get());
  for (long i = 0; i < count; i++) own(object).release();
  return own(py.None);
}

Ref isOwn(PyObject*) { return own(isOwnThread() ? py.True : py.False); }

Ref tell(PyObject* args) {
  if (py.PyTuple_Size(args) != 3) raise(py.TypeError, "tell expected a JavaScript value, an operation and a tuple");
  const long operation = py.PyLong_AsLong(py.PyTuple_GetItem(args, 1));
  if (operation == -1 && py.PyErr_Occurred() != nullptr) throw PythonError::fetch();
  Borrowed arguments = borrow(py.PyTuple_GetItem(args, 2));
  if (typeOf(arguments.get()) != py.TupleType) raise(py.TypeError, "tell expected a tuple of arguments");
  tellJs(borrow(py.PyTuple_GetItem(args, 0)), static_cast<wire::JsOperation>(operation), arguments);
  return own(py.None);
}

PyMethodDef functions[] = {
    {"register_type", entry<registerType>, METH_VARARGS, "register_type(type, id, exporter): crosses as registered"},
    {"unregister_type", entry<unregisterType>, METH_VARARGS, "unregister_type(id)"},
    {"warn_javascript", entry<warnJavaScript>, METH_VARARGS, "warn_javascript(message, details): process.emitWarning"},
    {"ask", entry<ask>, METH_VARARGS, "ask(value, operation, args[, keywords]): what JavaScript answers"},
    {"is_here", entry<isHere>, METH_VARARGS,
     "is_here(value): whether this is its JavaScript thread, in a blocking call"},
    {"is_own_thread", entry<isOwn>, METH_NOARGS, "is_own_thread(): whether the bridge brought it, not Python"},
    {"give_references", entry<giveReferences>, METH_VARARGS, "give_references(object, count): as many more, for ever"},
    {"tell", entry<tell>, METH_VARARGS, "tell(value, operation, args): JavaScript does it; nobody waits"},
    {"find_instances", entry<findInstances>, METH_VARARGS, "find_instances(*types): what the collector knows of them"},
};

}  // namespace

void addNativeFunctions(Borrowed package) {
  for (PyMethodDef& definition : functions) {
    // Parenthesised: Python.h has a macro of this name.
    Ref function = check((py.PyCFunction_NewEx)(&definition, nullptr, nullptr));
    check(py.PyObject_SetAttrString(package.get(), definition.ml_name, function.get()));
  }
  addServingFunctions(package);
}

}  // namespace snakebridge
