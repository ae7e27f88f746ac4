// An extension module that exports names which Node exports too, as bundled libraries do. It calls them through the
// dynamic linker, so another library's definition can take their place. `environ` is the C runtime's: there is one.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern char** environ;

const char* zlibVersion(void) { return "zlib of namesake"; }
const char* uv_version_string(void) { return "libuv of namesake"; }
const char* (*through_a_table[])(void) = {zlibVersion, uv_version_string};

static PyObject* answers(PyObject* self, PyObject* unused) {
  return Py_BuildValue("{ssssssssss}", "call", zlibVersion(), "other call", uv_version_string(), "table",
                       through_a_table[0](), "other table", through_a_table[1](), "environ",
                       environ == NULL ? "none" : "of the process");
}

static PyMethodDef methods[] = {{"answers", answers, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "namesake", NULL, -1, methods, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_namesake(void) { return PyModule_Create(&definition); }
