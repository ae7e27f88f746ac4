// Opening libpython and filling the table. Windows has its own loader calls; the table is the same.
#include "py/api.h"

#include <cstdio>
#include <cstring>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace snakebridge {

Api py;

namespace {

#ifdef _WIN32
void* openLibrary(const std::string& path, std::string& error) {
  const int length = MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0);
  std::wstring wide(static_cast<size_t>(length), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), length);
  void* library = LoadLibraryExW(wide.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (library == nullptr) error = "LoadLibrary failed with code " + std::to_string(GetLastError());
  return library;
}
void* symbol(void* library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
}
void closeLibrary(void* library) { FreeLibrary(static_cast<HMODULE>(library)); }
#else
// Global symbols: extension modules do not link libpython, they expect its names in the process.
void* openLibrary(const std::string& path, std::string& error) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) error = dlerror();
  return library;
}
void* symbol(void* library, const char* name) { return dlsym(library, name); }
void closeLibrary(void* library) { dlclose(library); }
#endif

}  // namespace

std::string Api::load(const std::string& path) {
  if (library_ != nullptr) return {};
  std::string error;
  void* library = openLibrary(path, error);
  if (library == nullptr) return error;

  // "3.11.7 (main, …": checked before any other symbol, so that an old Python is named as such.
  auto version = reinterpret_cast<const char* (*)()>(symbol(library, "Py_GetVersion"));
  int major = 0;
  int minorFound = 0;
  if (version == nullptr || std::sscanf(version(), "%d.%d", &major, &minorFound) != 2) {
    closeLibrary(library);
    return "it does not export Py_GetVersion: not a CPython library";
  }
  if (major != 3 || minorFound < 11) {
    std::string found = std::to_string(major) + "." + std::to_string(minorFound);
    closeLibrary(library);
    return "it is Python " + found + "; 3.11 or newer is needed";
  }

  Api table;
  const char* missing = nullptr;
#define SB_LOAD(name)                                                                \
  if ((table.name = reinterpret_cast<decltype(table.name)>(symbol(library, #name))) == nullptr) missing = #name;
  SB_PY_FUNCTIONS(SB_LOAD)
#undef SB_LOAD
#define SB_LOAD(name, type) table.name = reinterpret_cast<type>(symbol(library, #name));
  SB_PY_OPTIONAL(SB_LOAD)
#undef SB_LOAD
#define SB_LOAD(name, structName) \
  if ((table.name = reinterpret_cast<PyObject*>(symbol(library, #structName))) == nullptr) missing = #structName;
  SB_PY_STRUCTS(SB_LOAD)
#undef SB_LOAD
  if (missing != nullptr) {
    std::string text = std::string("it lacks the symbol ") + missing;
    closeLibrary(library);
    return text;
  }
  table.minor = minorFound;
  table.library_ = library;
  *this = table;
  return {};
}

void Api::loadExceptions() {
#define SB_LOAD(name) name = *static_cast<PyObject**>(symbol(library_, "PyExc_" #name));
  SB_PY_EXCEPTIONS(SB_LOAD)
#undef SB_LOAD
}

}  // namespace snakebridge
