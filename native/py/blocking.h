// Operations of the blocking API: each runs to its end on the calling thread, in the order that executor.h states.
#pragma once

#include <vector>

#include "py/calls.h"
#include "py/environment.h"

namespace snakebridge {

// The call that tight loops make: of a reference, with a few scalars, while nothing is under way that it could have to
// wait for. A third of the instructions that the general way takes. Appends its value (or a kError) to `out` and
// returns how long the operation is; 0: it is no such call, and nothing has happened. Needs the GIL.
size_t callQuickly(Environment& environment, wire::Reader in, wire::Writer& out);

// Runs one operation and appends its value (or a kError) to `out`. Needs the GIL. With `calls` it may be cancelled, by
// the temp kNoTemp; it fails then as soon as Python code sees it.
void runNow(Environment& environment, const std::vector<JsMemoryRef>& externals, wire::Reader& in, wire::Writer& out,
            Calls* calls = nullptr);

}  // namespace snakebridge
