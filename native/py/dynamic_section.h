// What a loaded library's dynamic section tells: the libraries it needs, and its references to other libraries' symbols
// (x86-64 and arm64, ELF). Knows neither Python nor Node.
#pragma once

#include <link.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace snakebridge {

using Reference = ElfW(Rela);

class DynamicSection {
 public:
  DynamicSection(uintptr_t base, const ElfW(Dyn) * dynamic);

  const std::vector<std::string_view>& needed() const { return needed_; }
  std::string_view soname() const { return soname_; }

  // Calls visit(reference) for every reference that a symbol of some library was bound to.
  template <typename Visit>
  void eachReference(Visit visit) const {
    for (const References& table : {data_, calls_}) {
      for (const Reference* reference = table.begin; reference < table.end; ++reference) {
        if (namesSymbol(*reference)) visit(*reference);
      }
    }
  }

  // The word in memory that the dynamic linker filled.
  uintptr_t* slot(const Reference& reference) const { return reinterpret_cast<uintptr_t*>(base_ + reference.r_offset); }

  const char* name(const Reference& reference) const {
    return strings_ + symbols_[ELF64_R_SYM(reference.r_info)].st_name;
  }

  // What the slot holds when only this library and those that `handle` brings are searched. 0: no definition there,
  // or one that C++ wants to be the only one of the process (the dynamic linker saw to that).
  uintptr_t localDefinition(const Reference& reference, void* handle) const;

 private:
  struct References {
    const Reference* begin = nullptr;
    const Reference* end = nullptr;
  };

  static bool namesSymbol(const Reference& reference);
  const char* neededVersion(size_t symbol) const;
  template <typename T>
  const T* at(const ElfW(Dyn) & entry) const;

  uintptr_t base_;
  const char* strings_ = nullptr;
  const ElfW(Sym) * symbols_ = nullptr;
  References data_;
  References calls_;
  const ElfW(Half) * versionOf_ = nullptr;
  const ElfW(Verneed) * neededVersions_ = nullptr;
  std::vector<std::string_view> needed_;
  std::string_view soname_;
};

}  // namespace snakebridge
