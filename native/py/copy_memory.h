// Memory for the copies of arrays on their way to JavaScript. Any thread; the GIL does not matter.
//  1. Large ones have pages of their own. malloc would put them between Python's arrays and V8's buffers, into arenas
//     that grow by what lies free there: 300 awaited arrays of 16 MB, each copied, peaked at 740 to 980 MB instead of
//     590 to 680.
//  2. The last pages serve again for a copy of the same size, so that a loop does not pay for new ones each time
//     (faulting 16 MB in costs more than copying them).
#pragma once

#include <cstddef>
#include <cstdint>

namespace snakebridge {

// Null when there is none.
uint8_t* takeCopyMemory(size_t length);
void giveCopyMemory(uint8_t* memory, size_t length);

}  // namespace snakebridge
