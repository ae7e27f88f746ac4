"""Waits of a JavaScript thread inside a blocking call that answer callbacks meanwhile.

A blocking call (`python.sync`) that waits for a thread which calls a JavaScript function would wait for ever: that
function runs on the very thread that waits. So the waits of Python's own library are replaced, for such threads only,
by waits that answer requests: those of `threading.Condition` (and with it Event, Semaphore, Barrier, queue.Queue,
concurrent.futures, Thread.start), Thread.join, time.sleep, and the selectors of asyncio and subprocess. Installed when
the first function arrives in Python.
"""

from __future__ import annotations

import sys
import threading
import time

import snakebridge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_allocate_lock = threading.Lock
_monotonic = time.monotonic
_sleep = time.sleep

_waits = (__file__, threading.__file__)

# How often a wait that nobody ends by a wake looks again, in seconds.
SHORTEST_STEP = 0.0002
LONGEST_STEP = 0.005


class ServedLock:
    """A lock whose acquisition answers callbacks, on a JavaScript thread inside a blocking call."""

    __slots__ = ("_lock", "_token")

    def __init__(self, token: object) -> None:
        self._lock = _allocate_lock()
        self._token = token

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        lock, token = self._lock, self._token
        until = _monotonic() + timeout if timeout >= 0 else None
        while blocking:
            seen = snakebridge.wakes(token)
            if lock.acquire(False):
                return True
            left = -1 if until is None else until - _monotonic()
            if until is not None and left <= 0:
                return False
            if not snakebridge.serve(token, seen, left, until is None):
                return lock.acquire(True, left)
        return lock.acquire(False)

    def release(self) -> None:
        self._lock.release()
        snakebridge.wake(self._token)

    def locked(self) -> bool:
        return self._lock.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exception: object) -> None:
        self.release()


def install() -> None:
    """Replaces the waits; they stay what they were on all other threads."""
    threading_module: Any = threading
    threading_module._allocate_lock = _lock
    threading_module.Thread.join = _joining(threading.Thread.join)
    time.sleep = _served_sleep  # pyright: ignore
    _serve_selectors()


def where(thread: int) -> str:
    """The innermost Python function of a thread that is not a wait of the library, for an error; may be empty."""
    frame = sys._current_frames().get(thread)  # pyright: ignore
    while frame is not None and frame.f_code.co_filename in _waits and frame.f_back is not None:
        frame = frame.f_back
    return "" if frame is None else f"{frame.f_code.co_name} ({frame.f_code.co_filename}:{frame.f_lineno})"


def _lock() -> Any:
    token = snakebridge.server()
    return _allocate_lock() if token is None else ServedLock(token)


def _served_sleep(seconds: float, /) -> None:
    token = snakebridge.server()
    if token is None or not seconds > 0:
        return _sleep(seconds)
    until = _monotonic() + seconds
    while (left := until - _monotonic()) > 0:
        snakebridge.serve(token, snakebridge.wakes(token), left, False)
    return None


_served_sleep.__name__ = _served_sleep.__qualname__ = "sleep"
_served_sleep.__doc__ = _sleep.__doc__


def _joining(join: Callable[[threading.Thread, float | None], None]) -> Callable[..., None]:
    def served_join(self: threading.Thread, timeout: float | None = None) -> None:
        token = snakebridge.server()
        if token is None:
            return join(self, timeout)
        until = None if timeout is None else _monotonic() + timeout
        step = SHORTEST_STEP
        join(self, 0)  # refuses what cannot be joined
        while self.is_alive():
            left = step if until is None else min(step, until - _monotonic())
            if left <= 0:
                return None
            snakebridge.serve(token, snakebridge.wakes(token), left, until is None)
            step = min(step * 1.5, LONGEST_STEP)
        return join(self, timeout)

    served_join.__name__, served_join.__qualname__, served_join.__doc__ = "join", "Thread.join", join.__doc__
    return served_join


def _serve_selectors() -> None:
    import selectors

    # asyncio's event loops wait for threads, too; what the others wait for comes from outside.
    for name, of_asyncio in (
        ("SelectSelector", False),
        ("PollSelector", False),
        ("EpollSelector", True),
        ("KqueueSelector", True),
    ):
        selector: Any = getattr(selectors, name, None)
        if selector is not None:
            selector.select = _selecting(selector.select, of_asyncio)


def _selecting(select: Callable[[Any, float | None], Any], of_asyncio: bool) -> Callable[..., Any]:
    def served_select(self: Any, timeout: float | None = None) -> Any:
        token = snakebridge.server() if timeout is None or timeout > 0 else None
        if token is None:
            return select(self, timeout)
        until = None if timeout is None else _monotonic() + timeout
        step = SHORTEST_STEP
        while True:
            ready = select(self, 0)
            left = step if until is None else min(step, until - _monotonic())
            if ready or left <= 0:
                return ready
            snakebridge.serve(token, snakebridge.wakes(token), left, of_asyncio and until is None)
            step = min(step * 1.5, LONGEST_STEP)

    served_select.__name__ = served_select.__qualname__ = "select"
    return served_select
