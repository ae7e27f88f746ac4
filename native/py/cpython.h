// The only file that includes Python.h. Everything native sees CPython through the table in api.h:
// macros and inline functions of Python.h that expand to symbols (Py_INCREF, Py_None, PyObject_TypeCheck …)
// are off limits, because libpython is opened at run time and our binary has no undefined Py* symbol.
#pragma once

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
// pyconfig.h defines these without asking; Node's headers define them too.
#ifdef _POSIX_C_SOURCE
#undef _POSIX_C_SOURCE
#endif
#ifdef _XOPEN_SOURCE
#undef _XOPEN_SOURCE
#endif
#include <Python.h>
