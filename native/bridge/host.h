// Python's main thread: it starts the interpreter, sleeps, flushes or finalises on request, and outlives everything.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "py/interpreter.h"

namespace snakebridge::host {

// `done` is called on Python's main thread. A start that fails leaves room for another.
void start(const StartOptions& options, std::function<void(const StartFailure&, const std::string& info)> done);

// The info of the running interpreter (JSON), or empty.
std::string info();

// Ends the process' Python (interpreter.h rule 3). Returns when Node may go on with its exit; with something in
// flight, or past the deadline, leaves the process with `code` instead.
void exitProcess(int code, bool busy);

}  // namespace snakebridge::host
