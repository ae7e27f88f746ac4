"""The end of Python in a process that is leaving. Called by the addon on Python's main thread.

`finish` when nothing is in flight, `leave` otherwise. Both may hang in code that is not ours (an `atexit` handler, a
thread that never ends, a pipe that nobody reads): the addon gives them a deadline.
"""

from __future__ import annotations

import sys
import time

import snakebridge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def finish() -> bool:
    """Ends what Python would end: generators, threads that are no daemons, `atexit` handlers and workers of pools.

    True when the interpreter may be finalised. Not while a daemon thread lives: it may be inside OpenBLAS or torch,
    where finalising hangs or aborts.
    """
    flush()
    _call("snakebridge.streams", "close_all")
    _call("snakebridge.event_loop", "end")
    _call("threading", "_shutdown")
    _call("atexit", "_run_exitfuncs")
    flush()
    return _no_thread_left()


def leave() -> None:
    """Saves what was written, and takes the worker processes along: nobody will be there to end them."""
    flush()
    # By getattr: a thread may be in the middle of its import.
    active_children = getattr(sys.modules.get("multiprocessing"), "active_children", None)
    if active_children is None:
        return
    for child in active_children():
        child.terminate()


def leave_child(exception: BaseException | None) -> int:
    """The exit status of a child of `os.fork()` whose operation has ended: JavaScript is elsewhere."""
    code: object = 1
    _flush(sys.stdout)
    if isinstance(exception, SystemExit):
        code = 0 if exception.code is None else exception.code
        if not isinstance(code, int):
            _complain(f"{code}\n")
            code = 1
    elif exception is not None:
        from traceback import format_exception

        _complain("".join(format_exception(exception)))
    else:
        _complain(
            "snakebridge: expected the child process of os.fork() to end by os._exit() or sys.exit(), got a return to "
            "JavaScript, which only its parent has; it ends here, with exit status 1\n"
        )
    _flush(sys.stderr)
    return code & 0xFF


def _complain(text: str) -> None:
    try:
        sys.stderr.write(text)
    except Exception:
        return  # closed, or routed to JavaScript


def flush() -> None:
    """Standard streams first: of the other files one may block."""
    _call("snakebridge.output", "leave")
    for stream in (sys.stdout, sys.stderr):
        _flush(stream)
    import io

    for file in snakebridge.find_instances(io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom):
        _flush(file)


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except Exception:
        return  # closed, without a file behind it, or None: nothing to save


def _no_thread_left() -> bool:
    # A joined thread is counted a moment longer, until it has freed its state.
    until = time.monotonic() + 0.1
    while _call("_thread", "_count"):
        if time.monotonic() > until:
            return False
        time.sleep(0.001)
    return True


def _call(module: str, function: str) -> object:
    """A function of a module that is loaded: of some that Python calls itself when it ends, there is no other name."""
    return getattr(sys.modules[module], function)() if module in sys.modules else None
