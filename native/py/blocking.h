// Operations of the blocking API: each runs to its end on the calling thread, in the order that executor.h states.
#pragma once

#include <vector>

#include "py/calls.h"
#include "py/environment.h"

namespace snakebridge {

// Runs one operation and appends its value (or a kError) to `out`. Needs the GIL. With `calls` it may be cancelled, by
// the temp kNoTemp; it fails then as soon as Python code sees it.
void runNow(Environment& environment, const std::vector<JsMemoryRef>& externals, wire::Reader& in, wire::Writer& out,
            Calls* calls = nullptr);

}  // namespace snakebridge
