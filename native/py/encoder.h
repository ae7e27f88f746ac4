// Python values → wire bytes. One total table (type_table.h says which row a type has); everything without a row
// becomes a reference. Needs the GIL. Iterative: depth is bounded by memory, not by the stack.
#pragma once

#include <cstdint>
#include <vector>

#include "py/ref.h"
#include "wire/bytes.h"

namespace snakebridge {

class TypeTable;

struct ObjectHandle {
  uint32_t index;
  uint32_t generation;
};

// What an array looks like to JS; filled by the exporter (buffer_export.h).
struct ArrayExport {
  uint32_t exportId;
  uint32_t flags;  // wire::ArrayFlag
  uint32_t dtype;  // wire::DType | 0x100 when big-endian
  double byteOffset;
  std::vector<double> shape;
  std::vector<double> strides;
};

// Where encoded values leave objects behind: the handles and exported memory of one JS environment.
class ExportSink {
 public:
  virtual ~ExportSink() = default;
  // One more reference to `object` on its way to JS (canonical: the same object, the same handle).
  virtual ObjectHandle exportObject(Borrowed object) = 0;
  // Takes the last exportObject(s) of this handle back: the message that carried it was abandoned.
  virtual void unexportObject(ObjectHandle handle) = 0;
  // Shares the memory of a buffer exporter. False: it has no row (structured, object, datetime64 dtype …) and
  // stays a reference.
  virtual bool exportArray(Borrowed object, ArrayExport& out) = 0;
  virtual void unexportArray(uint32_t exportId) = 0;
  // The number of a JS value of this environment. False: it belongs to another one, and stays a reference here.
  virtual bool exportJsValue(Borrowed object, uint32_t& id) = 0;
  // The rows of types, with what this environment registered.
  virtual TypeTable& types() = 0;
};

class Encoder {
 public:
  Encoder(wire::Writer& out, ExportSink& sink) : out_(out), sink_(sink) {}
  // Appends one message. Throws PythonError (a value that cannot cross without loss …) or std::bad_alloc, with `out`
  // and the sink as they were before.
  void encode(Borrowed value);
  // Appends a kObject whatever the type.
  void encodeReference(Borrowed value);

 private:
  wire::Writer& out_;
  ExportSink& sink_;
};

}  // namespace snakebridge
