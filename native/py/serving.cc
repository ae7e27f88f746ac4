#include "py/serving.h"

#include "py/entry.h"
#include "py/environment.h"
#include "py/gil.h"
#include "py/interrupts.h"
#include "py/python_error.h"

namespace snakebridge {

namespace {

constexpr const char* kCapsule = "snakebridge.server";

thread_local Environment* environmentOfThread = nullptr;

void dropToken(PyObject* capsule) {
  GilHeld held;
  ErrorScope error;
  delete static_cast<EnvironmentRef*>(py.PyCapsule_GetPointer(capsule, kCapsule));
}

Environment& environmentOf(PyObject* token) {
  auto* environment = static_cast<EnvironmentRef*>(py.PyCapsule_GetPointer(token, kCapsule));
  if (environment == nullptr) throw PythonError::fetch();
  return **environment;
}

Ref server(PyObject*) {
  if (environmentOfThread == nullptr || !environmentOfThread->sink->isHere()) return own(py.None);
  auto held = std::make_unique<EnvironmentRef>(environmentOfThread->shared_from_this());
  Ref token = check(py.PyCapsule_New(held.get(), kCapsule, dropToken));
  held.release();
  return token;
}

Ref wakes(PyObject* token) { return check(py.PyLong_FromUnsignedLongLong(environmentOf(token).sink->wakes())); }

Ref wake(PyObject* token) {
  environmentOf(token).sink->wake();
  return own(py.None);
}

// The longest that a clock can be asked to wait.
constexpr double kLongest = 1e9;

Ref serve(PyObject* args) {
  Environment& environment = environmentOf(checkBorrowed(py.PyTuple_GetItem(args, 0)).get());
  int overflow = 0;
  const long long seen = py.PyLong_AsLongLongAndOverflow(checkBorrowed(py.PyTuple_GetItem(args, 1)).get(), &overflow);
  const double seconds = py.PyFloat_AsDouble(checkBorrowed(py.PyTuple_GetItem(args, 2)).get());
  if (py.PyErr_Occurred() != nullptr) throw PythonError::fetch();
  const bool endless = checkBorrowed(py.PyTuple_GetItem(args, 3)).is(py.True);
  if (!environment.sink->isHere()) return own(py.False);
  auto until = ResultSink::Moment::max();
  if (seconds >= 0 && seconds < kLongest) {
    until = std::chrono::steady_clock::now() +
            std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
  }
  ResultSink& sink = *environment.sink;
  const InterruptibleWait interruptible([](void* of) { static_cast<ResultSink*>(of)->wake(); }, &sink);  // Rule 3
  {
    GilRelease release;
    sink.serve([&] { return sink.wakes() != static_cast<uint64_t>(seen); }, until, endless);
  }
  return own(py.True);
}

PyMethodDef functions[] = {
    {"server", entry<server>, METH_NOARGS, "server(): a token, on a JavaScript thread inside a blocking call; or None"},
    {"wakes", entry<wakes>, METH_O, "wakes(token): how often it has been woken"},
    {"wake", entry<wake>, METH_O, "wake(token): ends its wait, on whichever thread"},
    {"serve", entry<serve>, METH_VARARGS,
     "serve(token, wakes, seconds, endless): answers other threads until it is woken; False when it cannot here"},
};

}  // namespace

void setEnvironmentOfThread(Environment* environment) { environmentOfThread = environment; }

void addServingFunctions(Borrowed package) {
  for (PyMethodDef& definition : functions) {
    // Parenthesised: Python.h has a macro of this name.
    Ref function = check((py.PyCFunction_NewEx)(&definition, nullptr, nullptr));
    check(py.PyObject_SetAttrString(package.get(), definition.ml_name, function.get()));
  }
}

}  // namespace snakebridge
