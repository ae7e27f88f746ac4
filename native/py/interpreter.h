// The one interpreter of the process: started once, on a thread of its own that also ends it.
//  1. That thread is Python's main thread; it sleeps in between, so it can finalise or flush while others are busy.
//  2. A library that cannot be opened changes nothing: a later start with a good one works. Once an interpreter runs,
//     a second start is the same start.
//  3. Exit: with nothing in flight threads, exit handlers and worker processes end and Py_FinalizeEx follows, within a
//     deadline; otherwise flush, end the worker processes and leave (activity.h knows which).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace snakebridge {

struct StartOptions {
  std::string libpython;
  std::string executable;
  std::string packageDir;  // holds the Python package `snakebridge`
  bool utf8Mode = false;
  bool isolation = true;      // isolation.h
  double switchInterval = 0;  // seconds; 0: Python's own
  std::string eventLoop;      // python/snakebridge/event_loop.py; empty: asyncio's
  bool asyncioDebug = false;
  // Of the pool, see lanes.h. 0: as many threads as it has by itself.
  size_t poolSize = 0;
  size_t queueLimit = SIZE_MAX;
  bool poolOnNode = false;
  std::string asked;  // JavaScript's own words for all of it (JSON)
};

struct StartFailure {
  std::string code;
  std::string message;
};

// Runs on Python's main thread (rule 1). Empty code: success. `info` is JSON.
StartFailure startInterpreter(const StartOptions& options, std::string& info);

// Saves what was written and ends Python's worker processes, for a process that leaves at once. Any thread.
void leaveInterpreter();
// On Python's main thread. False: everything was ended politely, but threads of Python's, or calls in flight, go on, so
// the process must leave at once. True: finalised, nobody may enter Python afterwards.
bool finalizeInterpreter(bool (*callsInFlight)());

}  // namespace snakebridge
