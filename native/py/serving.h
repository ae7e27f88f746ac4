// Waits of the JS thread inside a blocking call that serve callbacks: what python/snakebridge/serving.py is made of.
//  1. A thread that waits takes a token of its environment; whoever ends the wait wakes the token. Wakes are counted,
//  so
//     that none is missed between a look and a wait.
//  2. While it waits, JS is entered for requests of other threads (ResultSink::serve), without the GIL.
//  3. A time limit ends it (interrupts.h): the Python code around it goes on, and gets the exception.
#pragma once

#include "py/ref.h"

namespace snakebridge {

class Environment;

// On a JS thread: its environment, from its opening to its end.
void setEnvironmentOfThread(Environment* environment);

// The functions `server`, `serve`, `wakes`, `wake` of the package.
void addServingFunctions(Borrowed package);

}  // namespace snakebridge
