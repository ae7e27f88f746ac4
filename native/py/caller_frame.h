// The frame that stands for JavaScript. What JavaScript calls has no Python frame below it, and `sys._getframe(1)` in
// it, which asks for its caller's names, was a ValueError: so were DataFrame.query, pydantic's create_model,
// inspect.stack.
#pragma once

namespace snakebridge {

// Makes `sys._getframe` give, one step past the last frame of a thread of ours, a frame of module `__main__`. Once,
// when Python starts, while no Python code runs: the frame would keep whatever called it.
void standInForCallers();

}  // namespace snakebridge
