"""Standard streams that wait.

Node makes the pipes behind `process.stdout` and the others non-blocking, for everybody who has them open. Python's own
streams would drop, without an error, what a full pipe does not take, and take an empty one for the end of its input.
"""

from __future__ import annotations

import io
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class WaitingFile(io.FileIO):
    """A descriptor that may be non-blocking at any time, since Node opens its streams when they are first used."""

    def write(self, data: Any, /) -> int:
        """All of it, as a blocking descriptor takes it."""
        rest = memoryview(data).cast("B")
        length = len(rest)
        while len(rest) > 0:
            written: int | None = super().write(rest)
            if written is None:
                _wait(self.fileno(), writing=True)
            else:
                rest = rest[written:]
        return length

    def readinto(self, buffer: Any, /) -> int:
        count: int | None
        while (count := super().readinto(buffer)) is None:
            _wait(self.fileno(), writing=False)
        return count

    # By way of `readinto`: the methods of FileIO read by themselves.
    read = io.RawIOBase.read  # pyright: ignore[reportAssignmentType]
    readall = io.RawIOBase.readall


class StandardStream(io.TextIOWrapper):
    """Python's standard stream. It becomes a RoutedStream (output.py) in place: whoever holds it is routed, too."""

    def __repr__(self) -> str:
        # From 3.13 on it would begin with the name of this class.
        return super().__repr__().replace(f"<{type(self).__name__} ", "<_io.TextIOWrapper ", 1)


def wait_for_the_other_end() -> None:
    """Puts waiting streams where Python has its own. Windows knows no non-blocking pipes."""
    if sys.platform == "win32":
        return
    for name in ("stdin", "stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if stream is None:
            continue  # the descriptor is closed
        waiting = _waiting(stream, f"<{name}>", "r" if name == "stdin" else "w")
        setattr(sys, name, waiting)
        setattr(sys, f"__{name}__", waiting)


def _waiting(stream: Any, name: str, mode: str) -> io.TextIOWrapper:
    raw = WaitingFile(stream.fileno(), mode, closefd=False)
    raw.name = name  # pyright: ignore[reportAttributeAccessIssue]
    buffer: Any = raw  # PYTHONUNBUFFERED
    if isinstance(stream.buffer, io.BufferedWriter):
        buffer = io.BufferedWriter(raw)
    elif isinstance(stream.buffer, io.BufferedReader):
        buffer = io.BufferedReader(raw)
    waiting: Any = StandardStream(
        buffer, stream.encoding, stream.errors, "\n", stream.line_buffering, stream.write_through
    )
    waiting.mode = mode
    return waiting


def _wait(descriptor: int, *, writing: bool) -> None:
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLOUT if writing else select.POLLIN)
    poll.poll()
