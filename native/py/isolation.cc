#include "py/isolation.h"

#if defined(__linux__)

#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <mutex>
#include <string_view>

#include "py/interposition.h"

namespace snakebridge {
namespace {

std::mutex mutex;  // ctypes, and libpython without a GIL, come from several threads
std::atomic<size_t> changed = 0;

// Modules that open libraries for the user.
bool opensLibraries(void* handle) {
  link_map* library = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &library) != 0) return false;
  std::string_view path = library->l_name;
  std::string_view name = path.substr(path.rfind('/') + 1);
  return name.substr(0, 8) == "_ctypes." || name.substr(0, 14) == "_cffi_backend.";
}

void* symbolOfIsolated(void* handle, const char* name) noexcept {
  if (handle != RTLD_DEFAULT && handle != RTLD_NEXT) {
    std::lock_guard<std::mutex> lock(mutex);
    changed += undoInterposition(handle);
    if (opensLibraries(handle)) redirect(handle, "dlsym", reinterpret_cast<void*>(symbolOfIsolated));
    dlerror();  // forget what was not found on the way: the caller looks for its own error
  }
  return dlsym(handle, name);
}

}  // namespace

void isolateLibpython(void* handle) {
  changed += undoInterposition(handle);
  redirect(handle, "dlsym", reinterpret_cast<void*>(symbolOfIsolated));
}

size_t isolatedReferences() { return changed; }

}  // namespace snakebridge

#else

namespace snakebridge {
void isolateLibpython(void*) {}
size_t isolatedReferences() { return 0; }
}  // namespace snakebridge

#endif
