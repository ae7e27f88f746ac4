"""JavaScript streams as Python files: io's own buffers and text layers over a raw file that asks JavaScript."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from weakref import ref

import snakebridge

if TYPE_CHECKING:
    from weakref import ReferenceType

    from _typeshed import ReadableBuffer, WriteableBuffer

    File = io.BufferedIOBase | io.TextIOBase

# JsOperation in native/wire/wire.h.
LEAVE = 21
READ = 22
READ_AT = 23
SIZE = 24
WRITE = 25

# Bytes that are asked for, or written, at a time; of a read to the end.
BUFFER = 128 * 1024
CHUNK = 1024 * 1024


class JsStream(snakebridge.JsValue):
    """What a file asks. It does not keep the file, which keeps it."""

    file: ReferenceType[File] | None = None


def file_of(stream: JsStream, reads: bool, writes: bool, seeks: bool, text: dict[str, Any] | None) -> File:
    """The file over a stream: the same as long as anybody has it."""
    known = stream.file and stream.file()
    if known is not None:
        return known
    made: Any = _buffered(RawStream(stream, reads or seeks, writes, seeks))
    if text is not None:
        made = io.TextIOWrapper(made, text["encoding"], text["errors"], text["newline"])
    stream.file = ref(made)
    return made


def _buffered(raw: RawStream) -> Any:
    if not raw.writable():
        return io.BufferedReader(raw, BUFFER)
    return Duplex(raw, raw, BUFFER) if raw.readable() else io.BufferedWriter(raw, BUFFER)


class RawStream(io.RawIOBase):
    """One call of JavaScript for each read and write."""

    def __init__(self, stream: JsStream, reads: bool, writes: bool, seeks: bool) -> None:
        self._stream = stream
        self._reads = reads
        self._writes = writes
        self._seeks = seeks
        self._position = 0
        self._collected = False

    @property
    def mode(self) -> str:
        if self._reads:
            return "rb+" if self._writes else "rb"
        return "wb"

    def readable(self) -> bool:
        return self._reads

    def writable(self) -> bool:
        return self._writes

    def seekable(self) -> bool:
        return self._seeks

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer).cast("B") as view:
            if len(view) == 0:
                return 0
            data = self._read(len(view))
            view[: len(data)] = data
            return len(data)

    def readall(self) -> bytes:
        parts: list[bytes] = []
        while data := bytes(self._read(CHUNK, whole=True)):
            parts.append(data)
        return b"".join(parts)

    def _read(self, size: int, whole: bool = False) -> Any:
        """What is there, at most `size` bytes; all of them with `whole`, unless the end comes first."""
        self._check(self._reads, "read")
        if not self._seeks:
            return snakebridge.ask(self._stream, READ, (size, whole))
        data = snakebridge.ask(self._stream, READ_AT, (self._position, size))
        self._position += len(data)
        return data

    def write(self, data: ReadableBuffer, /) -> int:
        self._check(self._writes, "write")
        content = bytes(data)
        snakebridge.ask(self._stream, WRITE, (content,))
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._check(self._seeks, "seek")
        base = 0
        if whence == io.SEEK_CUR:
            base = self._position
        elif whence == io.SEEK_END:
            base = snakebridge.ask(self._stream, SIZE, ())
        elif whence != io.SEEK_SET:
            raise ValueError(f"expected 0, 1 or 2 for whence, got {whence}")
        if base + offset < 0:
            raise ValueError(f"expected a position from 0, got {base + offset}")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        self._check(self._seeks, "tell")
        return self._position

    def _check(self, possible: bool, operation: str) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not possible:
            raise io.UnsupportedOperation(operation)

    def close(self) -> None:
        """A reader's stream is destroyed, a writer's ended. One that is merely forgotten is JavaScript's business."""
        if self.closed:
            return
        super().close()
        if not self._collected:
            snakebridge.ask(self._stream, LEAVE, ())

    def collected(self) -> None:
        self._collected = True

    def _dealloc_warn(self, source: object) -> None:
        """The layers above call it when they are closed because nobody has them any more."""
        del source
        self._collected = True

    def __del__(self) -> None:
        self._collected = True
        super().__del__()


class Duplex(io.BufferedRWPair):
    """Both ways over one raw file."""

    _finalizing = False  # io sets it, on an object that is closed because nobody has it any more

    def __init__(self, reader: RawStream, writer: RawStream, size: int) -> None:
        super().__init__(reader, writer, size)
        self._raw = reader

    def close(self) -> None:
        if self._finalizing:
            self._raw.collected()
        super().close()

    def _dealloc_warn(self, source: object) -> None:
        del source
        self._raw.collected()
