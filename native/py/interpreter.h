// The one interpreter of the process: started once, on a thread of its own that also ends it.
//  1. That thread is Python's main thread; it sleeps in between, so it can finalise or flush while others are busy.
//  2. A library that cannot be opened changes nothing: a later start with a good one works. Once an interpreter runs,
//     a second start is the same start.
//  3. Exit: with nothing in flight Py_FinalizeEx, within a deadline; otherwise flush and leave (lanes.h knows).
#pragma once

#include <functional>
#include <string>

namespace snakebridge {

struct StartOptions {
  std::string libpython;
  std::string executable;
  std::string packageDir;     // holds the Python package `snakebridge`
  bool utf8Mode = false;
  bool isolation = true;      // isolation.h
  double switchInterval = 0;  // seconds; 0: Python's own
};

struct StartFailure {
  std::string code;
  std::string message;
};

// Runs on Python's main thread (rule 1). Empty code: success. `info` is JSON.
StartFailure startInterpreter(const StartOptions& options, std::string& info);

// Flushes sys.stdout and sys.stderr. On Python's main thread.
void flushStreams();
// Py_FinalizeEx. On Python's main thread; nobody may enter Python afterwards.
void finalizeInterpreter();

}  // namespace snakebridge
