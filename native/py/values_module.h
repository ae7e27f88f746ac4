// The functions of snakebridge.values that the codec calls; imported on first use and kept. Needs the GIL.
#pragma once

#include "py/ref.h"
#include "wire/wire.h"

namespace snakebridge {

// The parts of a rich value: a tuple.
Ref splitRich(wire::RichKind kind, Borrowed value);
Ref buildRich(wire::RichKind kind, Borrowed parts);
// A dict of the fields of a dataclass instance or a namedtuple.
Ref fieldsOf(Borrowed record);
// The builtin value of a NumPy scalar, or NotImplemented.
Ref builtinOfNumpyScalar(Borrowed scalar);

}  // namespace snakebridge
