#if defined(__linux__)

#include "py/loaded_object.h"

#include <algorithm>

namespace snakebridge {

std::vector<LoadedObject> loadedObjects() {
  std::vector<LoadedObject> objects;
  auto append = [](dl_phdr_info* info, size_t, void* result) {
    LoadedObject object{info->dlpi_name, info->dlpi_addr, {UINTPTR_MAX, 0}, {}, nullptr};
    for (const ElfW(Phdr)* segment = info->dlpi_phdr; segment < info->dlpi_phdr + info->dlpi_phnum; ++segment) {
      uintptr_t begin = info->dlpi_addr + segment->p_vaddr;
      uintptr_t end = begin + segment->p_memsz;
      if (segment->p_type == PT_LOAD) {
        object.memory = {std::min(object.memory.begin, begin), std::max(object.memory.end, end)};
      } else if (segment->p_type == PT_GNU_RELRO) {
        object.protectedData = {begin, end};
      } else if (segment->p_type == PT_DYNAMIC) {
        object.dynamic = reinterpret_cast<const ElfW(Dyn)*>(begin);
      }
    }
    static_cast<std::vector<LoadedObject>*>(result)->push_back(object);
    return 0;
  };
  dl_iterate_phdr(append, &objects);
  return objects;
}

bool isRuntimeLibrary(std::string_view fileName) {
  static constexpr std::string_view kPrefixes[] = {
      "libc.so",    "libm.so",      "libdl.so",   "libpthread.so", "librt.so",   "libutil.so",
      "libresolv.", "libmvec.so",   "ld-linux",   "linux-vdso",    "linux-gate", "libstdc++",
      "libgcc_s",   "libatomic.so", "libasan.so", "libubsan.so",   "libtsan.so", "liblsan.so"};
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](std::string_view prefix) { return fileName.substr(0, prefix.size()) == prefix; });
}

}  // namespace snakebridge
#endif
