// The floors of a blocking call: an empty N-API call, and one that takes the GIL and calls math.sqrt.
// CPython is opened by path at run time, through a table of looked-up functions, as a bridge has to.
#include "floor.h"

#include <dlfcn.h>

typedef void Object;
typedef void ThreadState;

static struct {
  void (*Initialize)(int);
  ThreadState* (*SaveThread)(void);
  void (*RestoreThread)(ThreadState*);
  ThreadState* (*Get)(void);
  void* (*Interpreter)(void);
  ThreadState* (*New)(void*);
  Object* (*Import)(const char*);
  Object* (*GetAttr)(Object*, const char*);
  Object* (*CallOneArg)(Object*, Object*);
  Object* (*FromDouble)(double);
  double (*AsDouble)(Object*);
  void (*DecRef)(Object*);
  Object* (*DecodeUtf8)(const char*, ptrdiff_t, const char*);
  int (*Run)(const char*, void*);
} python;

static void* interpreter;
static Object* python_sqrt;
static _Thread_local ThreadState* thread_state;

double floor_python_sqrt(double x, unsigned count) {
  if (thread_state == NULL) thread_state = python.New(interpreter);
  python.RestoreThread(thread_state);
  double result = 0;
  for (unsigned i = 0; i < count; i++) {
    Object* argument = python.FromDouble(x);
    Object* value = python.CallOneArg(python_sqrt, argument);
    result = python.AsDouble(value);
    python.DecRef(value);
    python.DecRef(argument);
  }
  python.SaveThread();
  return result;
}

void floor_python_run(const char* code) {
  python.RestoreThread(python.New(interpreter));
  python.Run(code, NULL);
  python.SaveThread();
}

void floor_python_str(const char* utf8, size_t length) {
  python.RestoreThread(thread_state);
  python.DecRef(python.DecodeUtf8(utf8, (ptrdiff_t)length, NULL));
  python.SaveThread();
}

static napi_value openPython(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  CHECK(env, napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  char path[4096];
  CHECK(env, napi_get_value_string_utf8(env, argv[0], path, sizeof path, NULL));
  void* library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (library == NULL) {
    napi_throw_error(env, NULL, dlerror());
    return NULL;
  }
  struct { const char* name; void** slot; } wanted[] = {
      {"Py_InitializeEx", (void**)&python.Initialize},    {"PyEval_SaveThread", (void**)&python.SaveThread},
      {"PyEval_RestoreThread", (void**)&python.RestoreThread}, {"PyThreadState_Get", (void**)&python.Get},
      {"PyInterpreterState_Get", (void**)&python.Interpreter}, {"PyThreadState_New", (void**)&python.New},
      {"PyImport_ImportModule", (void**)&python.Import},  {"PyObject_GetAttrString", (void**)&python.GetAttr},
      {"PyObject_CallOneArg", (void**)&python.CallOneArg}, {"PyFloat_FromDouble", (void**)&python.FromDouble},
      {"PyFloat_AsDouble", (void**)&python.AsDouble},     {"Py_DecRef", (void**)&python.DecRef},
      {"PyUnicode_DecodeUTF8", (void**)&python.DecodeUtf8}, {"PyRun_SimpleStringFlags", (void**)&python.Run},
  };
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    *wanted[i].slot = dlsym(library, wanted[i].name);
    if (*wanted[i].slot == NULL) {
      napi_throw_error(env, NULL, wanted[i].name);
      return NULL;
    }
  }
  python.Initialize(0);
  thread_state = python.Get();
  interpreter = python.Interpreter();
  Object* math = python.Import("math");
  python_sqrt = python.GetAttr(math, "sqrt");
  python.DecRef(math);
  python.SaveThread();
  return NULL;
}

static napi_value empty(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  return NULL;
}

static napi_value squareRoot(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1], result;
  CHECK(env, napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  double x;
  CHECK(env, napi_get_value_double(env, argv[0], &x));
  CHECK(env, napi_create_double(env, floor_python_sqrt(x, 1), &result));
  return result;
}

napi_value floor_argument(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  CHECK(env, napi_get_cb_info(env, info, &argc, argv, NULL, NULL));
  return argv[0];
}

void floor_export(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value);
  napi_set_named_property(env, exports, name, value);
}

NAPI_MODULE_INIT() {
  floor_export(env, exports, "openPython", openPython);
  floor_export(env, exports, "empty", empty);
  floor_export(env, exports, "sqrt", squareRoot);
  floor_init_wake(env, exports);
  floor_init_values(env, exports);
  floor_init_records(env, exports);
  floor_init_burn(env, exports);
  return exports;
}
