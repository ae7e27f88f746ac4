// Python's main thread: it starts the interpreter, sleeps, ends Python on request, and outlives everything.
#pragma once

#include <functional>
#include <string>

#include "py/interpreter.h"

namespace snakebridge::host {

// `done` is called on Python's main thread. A start that fails leaves room for another.
void start(const StartOptions& options, std::function<void(const StartFailure&, const std::string& info)> done);

// The info of the running interpreter (JSON), or empty.
std::string info();
// The `asked` of its options.
std::string startedWith();

// The process leaves with `code`: ends its Python (interpreter.h rule 3), within a deadline. Returns when Node may go
// on with its exit; otherwise the process ends in here. Any thread.
enum class Quit {
  kNow,
  kLater,  // Node still has to print the exception that ends the process: leave when it calls exit()
};
void exitProcess(int code, Quit quit);

}  // namespace snakebridge::host
