#include "bridge/host.h"

#include <condition_variable>
#include <mutex>

#ifdef _WIN32
#include <process.h>
#else
#include <unistd.h>
#endif

#include "node/thread.h"
#include "py/gil.h"

namespace snakebridge::host {

namespace {

// Generous: joblib's and multiprocessing's workers end in here (0.5 s with torch loaded).
constexpr auto kFinalizeDeadline = std::chrono::seconds(10);
constexpr auto kFlushDeadline = std::chrono::seconds(1);

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  std::function<void()> request;
  bool requested = false;
  bool finished = false;
  bool threadRuns = false;
  std::string info;
};
State& state() {
  static State* only = new State();  // the thread outlives static destructors
  return *only;
}

void serve() {
  State& s = state();
  for (;;) {
    std::function<void()> request;
    {
      std::unique_lock lock(s.mutex);
      s.changed.wait(lock, [&] { return s.requested; });
      request = std::move(s.request);
      s.requested = false;
    }
    request();
    {
      std::lock_guard lock(s.mutex);
      s.finished = true;
    }
    s.changed.notify_all();
  }
}

bool ask(std::function<void()> request, std::chrono::milliseconds deadline) {
  State& s = state();
  std::unique_lock lock(s.mutex);
  if (!s.threadRuns) return false;
  s.request = std::move(request);
  s.requested = true;
  s.finished = false;
  s.changed.notify_all();
  return s.changed.wait_for(lock, deadline, [&] { return s.finished; });
}

}  // namespace

void start(const StartOptions& options, std::function<void(const StartFailure&, const std::string&)> done) {
  const bool started = startThread([options, done] {
    // One start at a time: a second that finds Python running joins it.
    static std::mutex* starting = new std::mutex();
    std::unique_lock turn(*starting);
    if (pythonIsAlive()) return done({}, host::info());
    std::string info;
    const StartFailure failure = startInterpreter(options, info);
    if (failure.code.empty()) {
      std::lock_guard lock(state().mutex);
      state().info = info;
      state().threadRuns = true;
    }
    turn.unlock();
    done(failure, info);
    // Whatever came of it, an interpreter that runs keeps the thread that initialised it.
    if (pythonIsAlive()) serve();
  });
  if (!started) done({"thread", "the system refused a thread for Python"}, {});
}

std::string info() {
  std::lock_guard lock(state().mutex);
  return state().info;
}

void exitProcess(int code, bool busy) {
  if (!pythonIsAlive()) return;
  if (!busy && ask(finalizeInterpreter, kFinalizeDeadline)) return;
  if (busy) ask(flushStreams, kFlushDeadline);
  _exit(code);
}

}  // namespace snakebridge::host
