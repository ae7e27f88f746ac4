#include "py/native_functions.h"

#include <exception>

#include "py/gil.h"
#include "py/python_error.h"
#include "py/type_table.h"

namespace snakebridge {

namespace {

// The entry wrapper CPython → C++: the only place here where exceptions end.
template <Ref (*function)(PyObject* args)>
PyObject* entry(PyObject*, PyObject* args) {
  GilHeld held;
  try {
    return function(args).release();
  } catch (PythonError& error) {
    error.restore();
  } catch (const std::exception& error) {
    py.PyErr_SetString(py.SystemError, error.what());
  }
  return nullptr;
}

Ref registerType(PyObject* args) {
  Borrowed type = checkBorrowed(py.PyTuple_GetItem(args, 0));
  const long id = py.PyLong_AsLong(checkBorrowed(py.PyTuple_GetItem(args, 1)).get());
  Borrowed exporter = checkBorrowed(py.PyTuple_GetItem(args, 2));
  typeTable().registerType(type, static_cast<uint32_t>(id), exporter.is(py.None) ? Ref() : own(exporter));
  return own(py.None);
}

Ref unregisterType(PyObject* args) {
  const long id = py.PyLong_AsLong(checkBorrowed(py.PyTuple_GetItem(args, 0)).get());
  typeTable().unregisterType(static_cast<uint32_t>(id));
  return own(py.None);
}

PyMethodDef functions[] = {
    {"register_type", entry<registerType>, METH_VARARGS, "register_type(type, id, exporter): crosses as registered"},
    {"unregister_type", entry<unregisterType>, METH_VARARGS, "unregister_type(id)"},
};

}  // namespace

void addNativeFunctions(Borrowed package) {
  for (PyMethodDef& definition : functions) {
    // Parenthesised: Python.h has a macro of this name.
    Ref function = check((py.PyCFunction_NewEx)(&definition, nullptr, nullptr));
    check(py.PyObject_SetAttrString(package.get(), definition.ml_name, function.get()));
  }
}

}  // namespace snakebridge
