#include "bridge/host.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

#ifdef _WIN32
#include <process.h>
#else
#include <unistd.h>
#endif

#include "bridge/activity.h"
#include "bridge/lanes.h"
#include "node/thread.h"
#include "py/gil.h"

namespace snakebridge::host {

namespace {

// Generous: joblib's and multiprocessing's workers end in here (0.5 s with torch loaded).
constexpr auto kFinishDeadline = std::chrono::seconds(10);
constexpr auto kLeaveDeadline = std::chrono::seconds(1);
// JS hears of a result a moment before the thread that made it is free.
constexpr auto kPatience = std::chrono::milliseconds(100);

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  std::function<void()> request;
  bool requested = false;
  bool finished = false;
  bool threadRuns = false;
  std::string info;
  std::string asked;
};
State& state() {
  static State* only = new State();  // the thread outlives static destructors
  return *only;
}
std::atomic<int> startsInProgress{0};

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

// Python's main thread is stuck in somebody's exit handler: the same from another thread.
void leaveFromElsewhere() {
  struct Done {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  auto done = std::make_shared<Done>();
  const bool started = startThread([done] {
    leaveInterpreter();
    std::lock_guard lock(done->mutex);
    done->done = true;
    done->changed.notify_all();
  });
  std::unique_lock lock(done->mutex);
  if (started) done->changed.wait_for(lock, kLeaveDeadline, [&] { return done->done; });
}

bool staysBusy() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (pythonIsBusy()) {
    if (std::chrono::steady_clock::now() > until) return true;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return false;
}

// Leaves without running destructors under threads that are inside Python.
void quit(int code, Quit when) {
  if (when == Quit::kNow) _exit(code);
  static std::atomic<int> codeAtEnd;
  codeAtEnd = code;
  // Registered last, it runs first. Should Node not come that far (it waits for its workers), a thread ends the wait.
  std::atexit([] { _exit(codeAtEnd); });
  startThread([] {
    std::this_thread::sleep_for(kLeaveDeadline);
    _exit(codeAtEnd);
  });
}

// For a process whose main JS thread never loaded us (only a worker did), and for exit() called by a C library: nobody
// emits 'exit' to us. Only glibc tells the code; elsewhere such a process ends as it always did.
void watchTheEnd() {
#ifdef __GLIBC__
  static const pid_t process = getpid();
  static const int installed = on_exit(
      [](int code, void*) {
        if (getpid() == process) exitProcess(code, Quit::kNow);
      },
      nullptr);
  (void)installed;
#endif
}

}  // namespace

void start(const StartOptions& options, std::function<void(const StartFailure&, const std::string&)> done) {
  startsInProgress++;
  watchTheEnd();
  const bool started = startThread([options, done] {
    // One start at a time: a second that finds Python running joins it.
    static std::mutex* starting = new std::mutex();
    std::unique_lock turn(*starting);
    if (pythonIsAlive()) {
      startsInProgress--;
      return done({}, host::info());
    }
    Pool::instance().configure(options.poolSize, options.queueLimit, options.poolOnNode);
    std::string info;
    const StartFailure failure = startInterpreter(options, info);
    if (failure.code.empty()) {
      std::lock_guard lock(state().mutex);
      state().info = info;
      state().asked = options.asked;
      state().threadRuns = true;
    }
    turn.unlock();
    startsInProgress--;
    done(failure, info);
    // Whatever came of it, an interpreter that runs keeps the thread that initialised it.
    if (pythonIsAlive()) serve();
  });
  if (started) return;
  startsInProgress--;
  done({"thread", "the system refused a thread for Python"}, {});
}

std::string info() {
  std::lock_guard lock(state().mutex);
  return state().info;
}

std::string startedWith() {
  std::lock_guard lock(state().mutex);
  return state().asked;
}

void exitProcess(int code, Quit when) {
  // An interpreter half-way through its start can be neither used nor ended; its thread must not see the exit's
  // destructors either.
  if (startsInProgress != 0) return quit(code, when);
  if (!pythonIsAlive()) return;
  if (staysBusy()) {
    ask(leaveInterpreter, kLeaveDeadline);
    return quit(code, when);
  }
  auto finalized = std::make_shared<std::atomic<bool>>(false);
  if (!ask([finalized] { *finalized = finalizeInterpreter(Activity::any); }, kFinishDeadline)) {
    if (pythonIsAlive()) leaveFromElsewhere();
    return quit(code, when);
  }
  if (!*finalized) quit(code, when);
}

}  // namespace snakebridge::host
