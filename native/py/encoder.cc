#include "py/encoder.h"

#include "py/scalars.h"
#include "py/tree_encoder.h"

namespace snakebridge {

void Encoder::encode(Borrowed value) {
  if (!encodeScalar(out_, value)) TreeEncoder(out_, sink_).encode(value);
}

void Encoder::encodeReference(Borrowed value) { TreeEncoder(out_, sink_).encodeReference(value); }

}  // namespace snakebridge
