"""Standard streams whose text can go elsewhere, decided for each write.

The streams that are there change their class while anybody wants that, so that those who hold them (handlers of
`logging`, defaults of parameters) are routed like `sys.stdout` itself. A stream that the program put in place of
`sys.stdout` is left alone.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Protocol

from snakebridge.standard_streams import StandardStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

STDOUT = 0
STDERR = 1
NAMES = ("stdout", "stderr")


class Destination(Protocol):
    """Where text or bytes go that were written to a stream."""

    def write(self, which: int, data: str | bytes) -> None: ...


class RoutedStream(StandardStream):
    """A standard stream while somebody captures or routes it."""

    which: int

    def write(self, text: str, /) -> int:
        target = _find_target(self.which)
        if target is None or not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            return super().write(text)
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        target.write(self.which, text if text.isascii() else _portable(text, self.errors))
        return len(text)

    @property
    def buffer(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride]
        return RoutedBuffer(self)


class RoutedBuffer:
    """`sys.stdout.buffer` of a RoutedStream: the real one but for what is written."""

    def __init__(self, stream: RoutedStream) -> None:
        self._stream = stream
        self._buffer: Any = _buffer_of(stream)

    def write(self, data: Any, /) -> int:
        which = self._stream.which
        target = _find_target(which) if isinstance(self._stream, RoutedStream) else None  # pyright: ignore
        if target is None:
            return self._buffer.write(data)
        content = bytes(memoryview(data))
        target.write(which, content)
        return len(content)

    def writelines(self, lines: Iterable[Any], /) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._buffer, name)


io.BufferedIOBase.register(RoutedBuffer)


def _portable(text: str, errors: str | None) -> str | bytes:
    """What Python itself would write; as text, if that is possible."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", errors or "strict")
    return text


def _buffer_of(stream: io.TextIOWrapper) -> Any:
    member: Any = io.TextIOWrapper.buffer  # as `stream.buffer` was before it was routed
    return member.__get__(stream)


def _nowhere(which: int) -> Destination | None:
    del which
    return None


_find_target: Callable[[int], Destination | None] = _nowhere
_lock = threading.RLock()  # a finalizer that ends a capture may come at any time
_users = 0
_replaced: list[object] = []


def install(find_target: Callable[[int], Destination | None]) -> None:
    """`find_target` says where a write goes, None for where the stream itself leads. `uninstall` follows."""
    global _users, _find_target
    with _lock:
        _users += 1
        _find_target = find_target
        if _users > 1:
            return
        for which, name in enumerate(NAMES):
            stream: Any = _standard_stream(name)
            stream.flush()  # what was printed before comes first
            stream.which = which
            stream.__class__ = RoutedStream


def uninstall() -> None:
    """One user less."""
    global _users
    with _lock:
        _users -= 1
        if _users > 0:
            return
        for name in NAMES:
            stream: Any = getattr(sys, f"__{name}__")
            if isinstance(stream, RoutedStream):
                setattr(stream, "__class__", StandardStream)  # noqa: B010 (checkers take it for a RoutedStream)


def write_through(which: int, data: str | bytes) -> None:
    """Writes where the standard stream itself leads."""
    stream: Any = getattr(sys, f"__{NAMES[which]}__")
    if isinstance(data, str):
        StandardStream.write(stream, data)
        return
    StandardStream.flush(stream)
    _buffer_of(stream).write(data)


def _standard_stream(name: str) -> StandardStream:
    """Python's own stream; where it is none of ours (on Windows, without a file behind it) ours takes its place."""
    stream: Any = getattr(sys, f"__{name}__")
    if isinstance(stream, StandardStream):
        return stream
    _replaced.append(stream)  # it would close its file
    if stream is None:
        made = StandardStream(open(os.devnull, "wb"), "utf-8", "backslashreplace")  # noqa: SIM115
    else:
        stream.flush()
        made = StandardStream(
            stream.buffer, stream.encoding, stream.errors, None, stream.line_buffering, stream.write_through
        )
    if getattr(sys, name) is stream:
        setattr(sys, name, made)
    setattr(sys, f"__{name}__", made)
    return made
