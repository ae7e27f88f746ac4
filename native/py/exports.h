// Python memory that JavaScript sees. One export per exporting object: its Py_buffer is held until the ArrayBuffer
// over it is collected.
//  1. An array is described against its root: the object at the end of its `.base` chain that owns the memory, so
//     views of one array share one ArrayBuffer.
//  2. Encoding an array promises JS one take() of its export. Until then, while ArrayBuffers over it live (one at a
//  time,
//     unless JS moves the memory of one to another), and while Python uses it through one (hold), the export stays.
//  3. Read-only memory is never writable from JS: it is copied, once, while encoding. So is all memory where the
//     runtime refuses external buffers.
//  4. The table has its own lock, because JS takes and collects without the GIL. Nothing that waits is
//     called under it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "py/encoder.h"
#include "py/ref.h"

namespace snakebridge {

// What refers to an array that is exported and that nobody else uses: the result (or what holds it: a list, the array
// that is a view of it), the export, and twice its Py_buffer (NumPy's arrays, measured on 3.11).
constexpr Py_ssize_t kOwnReferences = 4;

class ExportTable {
 public:
  explicit ExportTable(bool alwaysCopy) : alwaysCopy_(alwaysCopy) {}
  ~ExportTable() { close(); }

  // GIL held. False: the object's elements have no typed array (structured, object, datetime64 …), or JS has gone.
  bool add(Borrowed object, ArrayExport& out);
  // The promise of rule 2 is taken back. GIL held.
  void forget(uint32_t id);
  // The object itself, for memory that comes back whole. Empty when the export is gone. GIL held.
  Ref ownerOf(uint32_t id);

  struct Taken {
    uint8_t* data = nullptr;
    size_t length = 0;
    bool copied = false;  // `data` is copy memory (copy_memory.h), and now the caller's
    bool common = false;  // Python used the memory too when it was exported: JS alone does not keep it alive
    bool known = false;
  };
  // JS thread, without the GIL. `bufferAlive`: the ArrayBuffer made by an earlier take() is still there; otherwise one
  // is made now.
  Taken take(uint32_t id, bool bufferAlive);
  // One ArrayBuffer less. Any thread, without the GIL.
  void collected(uint32_t id);
  // For memory that goes back to Python through JS: the export whose memory starts at `data` stays until letGo().
  // False: none of ours does. Any thread, without the GIL.
  bool hold(const uint8_t* data, uint32_t& id);
  void letGo(uint32_t id);
  size_t bytes() const;
  size_t count() const;
  void close();

 private:
  struct Export {
    PyObject* owner = nullptr;
    Py_buffer* buffer = nullptr;
    uint8_t* data = nullptr;
    size_t length = 0;
    uint32_t promised = 0;
    uint32_t held = 0;
    uint32_t buffers = 0;  // ArrayBuffers over it that may be alive
    bool used = false;
    bool copied = false;
    bool common = false;
    bool listed = false;  // in byData_
  };
  uint32_t insert(Export entry);
  void dropLocked(uint32_t id);

  const bool alwaysCopy_;
  mutable std::mutex mutex_;
  std::vector<Export> exports_;
  std::vector<uint32_t> free_;
  std::unordered_map<PyObject*, uint32_t> byOwner_;
  std::unordered_multimap<const uint8_t*, uint32_t> byData_;  // of exports that JS has seen, and shares
  size_t bytes_ = 0;
  size_t live_ = 0;
  bool closed_ = false;  // GIL
};

}  // namespace snakebridge
