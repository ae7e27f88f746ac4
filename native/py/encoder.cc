#include "py/encoder.h"

#include "py/scalars.h"
#include "py/tree_encoder.h"

namespace snakebridge {

void Encoder::encode(Borrowed value) {
  const size_t start = out_.size();
  try {
    if (!encodeScalar(out_, value)) TreeEncoder(out_, sink_).encode(value);
  } catch (...) {
    out_.truncate(start);  // a scalar's header, for whose body there was no memory
    throw;
  }
}

void Encoder::encodeReference(Borrowed value) { TreeEncoder(out_, sink_).encodeReference(value); }

}  // namespace snakebridge
