#include "py/interposition.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "py/dynamic_section.h"
#include "py/loaded_object.h"

namespace snakebridge {
namespace {

// File names of the libraries that are done: one that many modules need is looked at once.
std::set<std::string, std::less<>> settled;

std::string_view fileName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool isSettled(std::string_view needed) {
  return isRuntimeLibrary(fileName(needed)) || settled.find(fileName(needed)) != settled.end();
}

const LoadedObject* find(const std::vector<LoadedObject>& objects, std::string_view needed) {
  for (const LoadedObject& object : objects) {
    if (object.fileName() == fileName(needed)) return &object;
  }
  for (const LoadedObject& object : objects) {  // found by its soname, in a file of another name
    if (object.dynamic != nullptr && DynamicSection(object.base, object.dynamic).soname() == needed) return &object;
  }
  return nullptr;
}

// What every search of the dynamic linker begins with: the executable, and the libraries it was linked with (some
// distributions build Node from shared ones), the runtimes excepted. None of it is ever unloaded.
class Host {
 public:
  Host() {
    std::vector<LoadedObject> objects = loadedObjects();
    std::vector<const LoadedObject*> queue = {&objects.front()};
    for (size_t next = 0; next < queue.size(); ++next) {
      const LoadedObject& object = *queue[next];
      if (object.dynamic == nullptr || owns(object.memory.begin)) continue;
      memory_.push_back(object.memory);
      DynamicSection section(object.base, object.dynamic);
      for (std::string_view needed : section.needed()) {
        const LoadedObject* found = isRuntimeLibrary(fileName(needed)) ? nullptr : find(objects, needed);
        if (found != nullptr) queue.push_back(found);
      }
    }
  }
  bool owns(uintptr_t address) const {
    return std::any_of(memory_.begin(), memory_.end(),
                       [&](const AddressRange& range) { return range.contains(address); });
  }

 private:
  std::vector<AddressRange> memory_;
};

const Host& host() {
  static const Host host;
  return host;
}

std::vector<Reference> boundToHost(const DynamicSection& section) {
  std::vector<Reference> found;
  section.eachReference([&](const Reference& reference) {
    if (host().owns(*section.slot(reference))) found.push_back(reference);
  });
  return found;
}

// Makes the pages writable that the dynamic linker protected, rounded as it does, and protects them again.
class Unprotect {
 public:
  explicit Unprotect(const AddressRange& range) {
    uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    begin_ = range.begin & ~(page - 1);
    size_ = (range.end & ~(page - 1)) - begin_;
    done_ = size_ == 0 || mprotect(reinterpret_cast<void*>(begin_), size_, PROT_READ | PROT_WRITE) == 0;
  }
  ~Unprotect() {
    if (done_ && size_ != 0) mprotect(reinterpret_cast<void*>(begin_), size_, PROT_READ);
  }
  Unprotect(const Unprotect&) = delete;
  Unprotect& operator=(const Unprotect&) = delete;
  explicit operator bool() const { return done_; }

 private:
  uintptr_t begin_ = 0;
  size_t size_ = 0;
  bool done_ = false;
};

// Other threads may be calling through it.
void write(uintptr_t* slot, uintptr_t address) { __atomic_store_n(slot, address, __ATOMIC_RELEASE); }

bool inRuntimeLibrary(uintptr_t address, const std::vector<LoadedObject>& objects) {
  return std::any_of(objects.begin(), objects.end(), [&](const LoadedObject& object) {
    return object.memory.contains(address) && isRuntimeLibrary(object.fileName());
  });
}

size_t rebind(const LoadedObject& object, const DynamicSection& section, void* handle,
              const std::vector<LoadedObject>& objects) {
  std::vector<Reference> references = boundToHost(section);
  if (references.empty()) return 0;
  Unprotect unprotect(object.protectedData);
  if (!unprotect) return 0;
  size_t changed = 0;
  for (const Reference& reference : references) {
    uintptr_t definition = section.localDefinition(reference, handle);
    // A runtime's name that the host has too is meant to be the only one: `environ`, `std::cout`, a replaced malloc.
    if (definition == 0 || host().owns(definition) || inRuntimeLibrary(definition, objects)) continue;
    write(section.slot(reference), definition);
    ++changed;
  }
  return changed;
}

std::vector<LoadedObject>::const_iterator findLibrary(const std::vector<LoadedObject>& objects,
                                                      const link_map* library) {
  return std::find_if(objects.begin(), objects.end(),
                      [&](const LoadedObject& object) { return object.dynamic == library->l_ld; });
}

}  // namespace

size_t undoInterposition(void* handle) {
  link_map* library = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &library) != 0) return 0;
  if (host().owns(reinterpret_cast<uintptr_t>(library->l_ld))) return 0;
  DynamicSection section(library->l_addr, library->l_ld);
  bool needsNothingNew = std::all_of(section.needed().begin(), section.needed().end(), isSettled);
  // Nearly every module ends here, after some microseconds.
  if (needsNothingNew && boundToHost(section).empty()) return 0;

  std::vector<LoadedObject> objects = loadedObjects();
  auto self = findLibrary(objects, library);
  if (self == objects.end()) return 0;
  size_t changed = 0;
  std::vector<const LoadedObject*> queue = {&*self};
  for (size_t next = 0; next < queue.size(); ++next) {
    const LoadedObject& object = *queue[next];
    if (object.dynamic == nullptr || host().owns(object.memory.begin)) continue;
    DynamicSection own(object.base, object.dynamic);
    changed += rebind(object, own, handle, objects);
    for (std::string_view needed : own.needed()) {
      if (isSettled(needed)) continue;
      settled.emplace(fileName(needed));
      if (const LoadedObject* found = find(objects, needed)) queue.push_back(found);
    }
  }
  return changed;
}

void redirect(void* handle, const char* name, void* replacement) {
  link_map* library = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &library) != 0) return;
  std::vector<LoadedObject> objects = loadedObjects();
  auto object = findLibrary(objects, library);
  if (object == objects.end()) return;
  Unprotect unprotect(object->protectedData);
  if (!unprotect) return;
  DynamicSection section(object->base, object->dynamic);
  section.eachReference([&](const Reference& reference) {
    if (std::strcmp(section.name(reference), name) != 0) return;
    write(section.slot(reference), reinterpret_cast<uintptr_t>(replacement));
  });
}

}  // namespace snakebridge

#else

namespace snakebridge {
size_t undoInterposition(void*) { return 0; }
void redirect(void*, const char*, void*) {}
}  // namespace snakebridge

#endif
