#include "py/interpreter.h"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <thread>

#ifndef _WIN32
#include <fcntl.h>
#endif

#include "py/caller_frame.h"
#include "py/executor.h"
#include "py/forked_child.h"
#include "py/gil.h"
#include "py/isolation.h"
#include "py/js_memory.h"
#include "py/native_functions.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

// How long Python's end waits for threads on their way in or out.
constexpr auto kVisits = std::chrono::seconds(1);

// UTF-8 → wchar_t by hand: the locale may be C, and Py_DecodeLocale would read it before Python is configured.
std::wstring widen(const std::string& text) {
  std::wstring wide;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t code = length == 1 ? lead : lead & (0xffu >> (length + 1));
    for (int k = 1; k < length && i + k < text.size(); k++) code = code << 6 | (text[i + k] & 0x3f);
    i += static_cast<size_t>(length);
    if (sizeof(wchar_t) == 2 && code > 0xffff) {
      code -= 0x10000;
      wide.push_back(static_cast<wchar_t>(0xd800 + (code >> 10)));
      wide.push_back(static_cast<wchar_t>(0xdc00 + (code & 0x3ff)));
    } else {
      wide.push_back(static_cast<wchar_t>(code));
    }
  }
  return wide;
}

// Node marks its standard streams close-on-exec; Python's children would start without any.
void inheritStandardStreams() {
#ifndef _WIN32
  for (int fd = 0; fd <= 2; fd++) {
    const int flags = fcntl(fd, F_GETFD);
    if (flags >= 0) fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC);
  }
#endif
}

std::string text(Borrowed object) {
  Py_ssize_t length = 0;
  const char* bytes = py.PyUnicode_AsUTF8AndSize(object.get(), &length);
  if (bytes == nullptr) throw PythonError::fetch();
  return {bytes, static_cast<size_t>(length)};
}

// Loads the package `snakebridge` from our own folder, without putting that folder on sys.path. By the import system's
// frozen half: `importlib.util` would cost a millisecond.
Ref loadPackage(const std::string& packageDir) {
  const std::string folder = packageDir + "/snakebridge";
  Ref external = check(py.PyImport_ImportModule("_frozen_importlib_external"));
  Ref makeSpec = check(py.PyObject_GetAttrString(external.get(), "spec_from_file_location"));
  Ref name = check(py.PyUnicode_FromString("snakebridge"));
  Ref file = check(py.PyUnicode_FromString((folder + "/__init__.py").c_str()));
  Ref args = check(py.PyTuple_New(2));
  check(py.PyTuple_SetItem(args.get(), 0, name.copy().release()));
  check(py.PyTuple_SetItem(args.get(), 1, file.release()));
  Ref spec = check(py.PyObject_Call(makeSpec.get(), args.get(), nullptr));

  Ref bootstrap = check(py.PyImport_ImportModule("_frozen_importlib"));
  Ref makeModule = check(py.PyObject_GetAttrString(bootstrap.get(), "module_from_spec"));
  Ref module = check(py.PyObject_CallFunctionObjArgs(makeModule.get(), spec.get(), nullptr));
  check(py.PyDict_SetItem(py.PySys_GetObject("modules"), name.get(), module.get()));
  Ref loader = check(py.PyObject_GetAttrString(spec.get(), "loader"));
  Ref execute = check(py.PyObject_GetAttrString(loader.get(), "exec_module"));
  check(py.PyObject_CallFunctionObjArgs(execute.get(), module.get(), nullptr));
  return module;
}

void callFunction(const char* module, const char* name) {
  Ref loaded = check(py.PyImport_ImportModule(module));
  Ref function = check(py.PyObject_GetAttrString(loaded.get(), name));
  check(py.PyObject_CallNoArgs(function.get()));
}

std::string bootstrap(const StartOptions& options) {
  // On this thread, before any other exists: finalisation can hang otherwise (3.11, 3.12).
  check(py.PyImport_ImportModule("threading"));
  // Two threads that import it at the same time may get a second copy of its core, of which every use is a NameError
  // (`importlib._bootstrap` is looked for while the package puts it into sys.modules): all up to 3.13.
  check(py.PyImport_ImportModule("importlib"));
  Ref package = loadPackage(options.packageDir);
  createJsBufferType();
  createJsValueTypes(package);
  addNativeFunctions(package);
  standInForCallers();
  Ref loop = check(py.PyObject_GetAttrString(package.get(), "event_loop_options"));
  Ref kind = check(py.PyUnicode_FromString(options.eventLoop.c_str()));
  check(py.PyDict_SetItem(loop.get(), check(py.PyUnicode_FromString("kind")).get(), kind.get()));
  check(py.PyDict_SetItem(loop.get(), check(py.PyUnicode_FromString("debug")).get(),
                          options.asyncioDebug ? py.True : py.False));
  if (options.switchInterval > 0) {
    Ref sys = check(py.PyImport_ImportModule("sys"));
    Ref function = check(py.PyObject_GetAttrString(sys.get(), "setswitchinterval"));
    Ref seconds = check(py.PyFloat_FromDouble(options.switchInterval));
    check(py.PyObject_CallFunctionObjArgs(function.get(), seconds.get(), nullptr));
  }
  callFunction("snakebridge.standard_streams", "wait_for_the_other_end");
  callFunction("snakebridge.own_threads", "start_no_daemons");
  callFunction("snakebridge.own_threads", "serve_as_main_threads");
  Ref describe = check(py.PyObject_GetAttrString(package.get(), "info"));
  Ref info = check(py.PyObject_CallNoArgs(describe.get()));
  return text(info);
}

std::string describePending() {
  try {
    throw;
  } catch (PythonError& error) {
    Ref shown = steal(py.PyObject_Repr(error.exception().get()));
    if (!shown) py.PyErr_Clear();
    try {
      return shown ? text(shown) : "an exception without a repr";
    } catch (const PythonError&) {
      return "an exception whose repr is not text";
    }
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

StartFailure startInterpreter(const StartOptions& options, std::string& info) {
  if (std::string refused = py.load(options.libpython); !refused.empty()) {
    return {"library", options.libpython + ": " + refused};
  }
  if (options.isolation) isolateLibpython(py.library());
  inheritStandardStreams();
  watchForks();
#ifdef SIGPIPE
  std::signal(SIGPIPE, SIG_IGN);
#endif
  if (options.utf8Mode && py.Py_UTF8Mode != nullptr) *py.Py_UTF8Mode = 1;
  static std::wstring programName;  // Python keeps the pointer
  programName = widen(options.executable);
  py.Py_SetProgramName(programName.c_str());
  // 0: no signal handler of Python's; Ctrl-C stays Node's.
  py.Py_InitializeEx(0);
  py.loadExceptions();
  setPythonLife(PythonLife::kAlive);
  StartFailure failure;
  {
    GilHeld held;
    try {
      info = bootstrap(options);
    } catch (...) {
      failure = {"bootstrap", "Python started, but its helpers could not be loaded: " + describePending()};
    }
  }
  adoptInitialThreadState();
  return failure;
}

namespace {

// Calls a function of snakebridge.ending. What goes wrong in there is reported as Python reports it.
bool callEnding(const char* function) {
  try {
    Ref module = check(py.PyImport_ImportModule("snakebridge.ending"));
    Ref callable = check(py.PyObject_GetAttrString(module.get(), function));
    Ref result = check(py.PyObject_CallNoArgs(callable.get()));
    return result.get() == py.True;
  } catch (PythonError& error) {
    error.restore();
    py.PyErr_WriteUnraisable(nullptr);
    return false;
  }
}

}  // namespace

void leaveInterpreter() {
  {
    GilAcquire gil;
    callEnding("leave");
  }
  std::fflush(nullptr);  // what C code wrote: _exit would drop it
}

bool finalizeInterpreter(bool (*callsInFlight)()) {
  {
    GilAcquire gil;
    if (!callEnding("finish")) {
      std::fflush(nullptr);
      return false;
    }
  }
  setPythonLife(PythonLife::kEnding);
  // Who saw Python alive just before is on its way to the GIL, and may be for long on a busy machine (gil.h rule 4).
  // The first pause is for the plain stores of calling threads, which are not seen at once.
  const auto until = std::chrono::steady_clock::now() + kVisits;
  do {
    if (std::chrono::steady_clock::now() > until) {
      std::fflush(nullptr);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  } while (visits() != 0 || callsInFlight());
  new GilAcquire();  // never destroyed: there is no GIL to give back afterwards
  drainDeferred(SIZE_MAX);
  py.Py_FinalizeEx();
  return true;
}

}  // namespace snakebridge
