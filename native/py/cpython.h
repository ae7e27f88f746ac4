// The only file that includes Python.h. Everything native sees CPython through the table in api.h:
// macros and inline functions of Python.h that expand to symbols (Py_INCREF, Py_None, PyObject_TypeCheck …)
// are off limits, because libpython is opened at run time and our binary has no undefined Py* symbol.
#pragma once

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
// Or pyconfig.h tells the linker to want python3.lib, of which nothing is used.
#ifdef _WIN32
#define MS_NO_COREDLL
#define Py_NO_LINK_LIB
#endif
// pyconfig.h defines these without asking; Node's headers define them too.
#ifdef _POSIX_C_SOURCE
#undef _POSIX_C_SOURCE
#endif
#ifdef _XOPEN_SOURCE
#undef _XOPEN_SOURCE
#endif
#include <Python.h>
