"""What a call prints, kept for its caller.

Which capture a write belongs to is a context variable: it follows calls, coroutines and tasks. Threads that
`threading.Thread` starts meanwhile inherit it, too. A capture that has ended lets through to the one around it.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from snakebridge.output import target_of
from snakebridge.routed_streams import STDERR, STDOUT, install, uninstall, write_through

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextvars import Context

    from snakebridge.routed_streams import Destination


class Captured(NamedTuple):
    """The result of a call and what it printed."""

    result: Any
    stdout: str
    stderr: str


class Capture:
    """Keeps what is written, in order, until it ends."""

    def __init__(self, outer: Capture | None) -> None:
        self.outer = outer
        self.open = True
        self._pieces: list[tuple[int, str | bytes]] = []
        _begun()

    def write(self, which: int, data: str | bytes) -> None:
        """Keeps it."""
        self._pieces.append((which, data))

    def end(self) -> tuple[str, str]:
        """What was written to stdout and to stderr."""
        self._close()
        return _text(self._pieces, STDOUT), _text(self._pieces, STDERR)

    def fail(self) -> None:
        """Nobody will take it: it is printed after all."""
        if not self.open:
            return
        self._close()
        for which, data in self._pieces:
            target = _target_from(self.outer, which)
            if target is None:
                write_through(which, data)
            else:
                target.write(which, data)

    def _close(self) -> None:
        if self.open:
            self.open = False
            _ended()

    def __del__(self) -> None:
        self.fail()


def _text(pieces: list[tuple[int, str | bytes]], which: int) -> str:
    # Characters may be cut between two writes of bytes.
    encoded = b"".join(
        data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        for stream, data in pieces
        if stream == which
    )
    return encoded.decode("utf-8", "replace")


_current: ContextVar[Capture | None] = ContextVar("snakebridge_capture", default=None)


def find_target(which: int) -> Destination | None:
    """Where what is written here goes."""
    return _target_from(_current.get(), which)


def _target_from(capture: Capture | None, which: int) -> Destination | None:
    while capture is not None:
        if capture.open:
            return capture
        capture = capture.outer
    return target_of(which)


def begin(context: Context) -> Capture:
    """From now on what is printed in `context` is kept."""
    capture = Capture(context.get(_current))
    context.run(_current.set, capture)
    return capture


def call(function: Callable[..., Any], args: tuple[Any, ...], keywords: Mapping[str, Any]) -> Any:
    """A `Captured`; an awaitable of one, if that is what `function` gives."""
    capture = Capture(_current.get())
    token = _current.set(capture)
    try:
        result = function(*args, **keywords)
    except BaseException:
        capture.fail()
        raise
    finally:
        _current.reset(token)
    if hasattr(type(result), "__await__"):  # pyright: ignore[reportUnknownArgumentType]
        return _finish(result, capture)
    return Captured(result, *capture.end())


async def _finish(awaitable: Any, capture: Capture) -> Captured:
    _current.set(capture)
    try:
        result = await awaitable
    except BaseException:
        capture.fail()
        raise
    finally:
        _current.set(capture.outer)
    return Captured(result, *capture.end())


_lock = threading.RLock()
_count = 0
_start = threading.Thread.start


def _begun() -> None:
    global _count
    with _lock:
        _count += 1
        install(find_target)
        if _count == 1:
            threading.Thread.start = _start_captured


def _ended() -> None:
    global _count
    with _lock:
        _count -= 1
        uninstall()
        if _count == 0 and threading.Thread.start is _start_captured:
            threading.Thread.start = _start


def _start_captured(self: threading.Thread) -> None:
    capture = _current.get()
    if capture is not None and capture.open:
        run = self.run

        def run_captured() -> None:
            del thread.run  # from here on it is what it was
            _current.set(capture)
            run()

        thread: Any = self
        thread.run = run_captured
    _start(self)
