// The libraries that are loaded into this process (Linux). Knows neither Python nor Node.
#pragma once

#include <link.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace snakebridge {

struct AddressRange {
  uintptr_t begin = 0;
  uintptr_t end = 0;
  bool contains(uintptr_t address) const { return address >= begin && address < end; }
};

struct LoadedObject {
  std::string_view path;  // the dynamic linker's own string: lives as long as the library; empty for the executable
  uintptr_t base = 0;
  AddressRange memory;
  AddressRange protectedData;  // read-only since the library was relocated (RELRO)
  const ElfW(Dyn) * dynamic = nullptr;

  std::string_view fileName() const { return path.substr(path.rfind('/') + 1); }
};

// In the order of loading, the executable first.
std::vector<LoadedObject> loadedObjects();

// The C and C++ runtimes and the sanitizers': one copy serves the whole process.
bool isRuntimeLibrary(std::string_view fileName);

}  // namespace snakebridge
