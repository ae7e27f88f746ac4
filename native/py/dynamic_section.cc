#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include "py/dynamic_section.h"

#include <dlfcn.h>

namespace snakebridge {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kAddress = R_X86_64_64, kGlobalData = R_X86_64_GLOB_DAT, kJumpSlot = R_X86_64_JUMP_SLOT;
#else
constexpr uint32_t kAddress = R_AARCH64_ABS64, kGlobalData = R_AARCH64_GLOB_DAT, kJumpSlot = R_AARCH64_JUMP_SLOT;
#endif

constexpr ElfW(Half) kVersionIndex = 0x7fff;  // without the bit that says "hidden"
constexpr ElfW(Half) kUnversioned = 1;

template <typename T, typename Record>
const T* following(const Record* record, size_t bytes) {
  return reinterpret_cast<const T*>(reinterpret_cast<const char*>(record) + bytes);
}

void* lookUp(void* handle, const char* name, const char* version) {
#if defined(__GLIBC__)
  if (version != nullptr) return dlvsym(handle, name, version);
#else
  (void)version;  // musl does not know versions
#endif
  return dlsym(handle, name);
}

}  // namespace

// glibc makes the addresses in a writable dynamic section absolute, and leaves those in a read-only one alone.
template <typename T>
const T* DynamicSection::at(const ElfW(Dyn) & entry) const {
  uintptr_t address = entry.d_un.d_ptr;
  return reinterpret_cast<const T*>(address < base_ ? base_ + address : address);
}

DynamicSection::DynamicSection(uintptr_t base, const ElfW(Dyn) * dynamic) : base_(base) {
  size_t dataBytes = 0, callBytes = 0, relativeCount = 0;
  bool patchesCode = false;
  for (const ElfW(Dyn)* entry = dynamic; entry->d_tag != DT_NULL; ++entry) {
    switch (entry->d_tag) {
      case DT_STRTAB:
        strings_ = at<char>(*entry);
        break;
      case DT_SYMTAB:
        symbols_ = at<ElfW(Sym)>(*entry);
        break;
      case DT_RELA:
        data_.begin = at<Reference>(*entry);
        break;
      case DT_RELASZ:
        dataBytes = entry->d_un.d_val;
        break;
      case DT_RELACOUNT:
        relativeCount = entry->d_un.d_val;
        break;
      case DT_JMPREL:
        calls_.begin = at<Reference>(*entry);
        break;
      case DT_PLTRELSZ:
        callBytes = entry->d_un.d_val;
        break;
      case DT_VERSYM:
        versionOf_ = at<ElfW(Half)>(*entry);
        break;
      case DT_VERNEED:
        neededVersions_ = at<ElfW(Verneed)>(*entry);
        break;
      case DT_TEXTREL:
        patchesCode = true;
        break;
      case DT_FLAGS:
        patchesCode = patchesCode || (entry->d_un.d_val & DF_TEXTREL) != 0;
        break;
      default:
        break;
    }
  }
  for (const ElfW(Dyn)* entry = dynamic; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_NEEDED) needed_.emplace_back(strings_ + entry->d_un.d_val);
    if (entry->d_tag == DT_SONAME) soname_ = strings_ + entry->d_un.d_val;
  }
  if (patchesCode) {  // some slots are in read-only code: left alone
    data_ = calls_ = {};
    return;
  }
  if (calls_.begin != nullptr) calls_.end = calls_.begin + callBytes / sizeof(Reference);
  if (data_.begin != nullptr) {
    data_.end = data_.begin + dataBytes / sizeof(Reference);
    data_.begin += relativeCount;  // the static linker sorts those without a symbol, most of them, to the front
  }
}

bool DynamicSection::namesSymbol(const Reference& reference) {
  auto type = ELF64_R_TYPE(reference.r_info);
  return (type == kAddress || type == kGlobalData || type == kJumpSlot) && ELF64_R_SYM(reference.r_info) != 0;
}

uintptr_t DynamicSection::localDefinition(const Reference& reference, void* handle) const {
  size_t index = ELF64_R_SYM(reference.r_info);
  const ElfW(Sym) & symbol = symbols_[index];
  if (ELF64_ST_BIND(symbol.st_info) == STB_GNU_UNIQUE) return 0;
  uintptr_t definition = 0;
  if (symbol.st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol.st_info) != STT_GNU_IFUNC) {
    definition = base_ + symbol.st_value;
  } else {
    definition = reinterpret_cast<uintptr_t>(lookUp(handle, name(reference), neededVersion(index)));
  }
  bool withAddend = definition != 0 && ELF64_R_TYPE(reference.r_info) == kAddress;
  return withAddend ? definition + reference.r_addend : definition;
}

const char* DynamicSection::neededVersion(size_t symbol) const {
  if (versionOf_ == nullptr || neededVersions_ == nullptr) return nullptr;
  auto wanted = versionOf_[symbol] & kVersionIndex;
  if (wanted <= kUnversioned) return nullptr;
  const ElfW(Verneed)* library = neededVersions_;
  while (true) {
    auto* version = following<ElfW(Vernaux)>(library, library->vn_aux);
    for (int left = library->vn_cnt; left > 0; --left) {
      if ((version->vna_other & kVersionIndex) == wanted) return strings_ + version->vna_name;
      version = following<ElfW(Vernaux)>(version, version->vna_next);
    }
    if (library->vn_next == 0) return nullptr;
    library = following<ElfW(Verneed)>(library, library->vn_next);
  }
}

}  // namespace snakebridge
#endif
