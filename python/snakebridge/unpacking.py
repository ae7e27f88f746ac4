"""`const [a, b] = ref`: the items of any iterable by their numbers, each taken when it is asked for.

JavaScript writes one operation for each name of the pattern, before it knows what there is. Where one of them takes
its time, those behind it run on another thread: a lock keeps them apart, and a number says which item is meant.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from snakebridge.streams import close_stream, open_stream

if TYPE_CHECKING:
    from collections.abc import Generator


def unpack(source: Any) -> Any:
    """What gives the items of `source` by their numbers: itself, where these are its items."""
    cls: Any = type(source)  # pyright: ignore
    if cls is tuple or cls is list:
        return source
    if hasattr(cls, "__aiter__"):
        return _AsyncItems(open_stream(source))
    return _Items(open_stream(source))


def close_unpacked(unpacked: Any) -> None:
    """The pattern is at its end. An asynchronous iterator is closed when nobody waits for its items any more."""
    if isinstance(unpacked, _Items):
        unpacked.close()


def _too_few(index: int, count: int) -> ValueError:
    return ValueError(f"not enough values to unpack (expected at least {index + 1}, got {count})")


class _Items:
    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator
        self._items: list[Any] = []
        self._failure: Exception | None = None
        self._lock = Lock()

    def __getitem__(self, index: int) -> Any:
        items = self._items
        with self._lock:
            while len(items) <= index:
                self._take(index)
            return items[index]

    def _take(self, index: int) -> None:
        if self._failure is not None:
            raise self._failure
        try:
            self._items.append(next(self._iterator))
        except StopIteration:
            raise _too_few(index, len(self._items)) from None
        except Exception as exc:
            self._failure = exc
            raise

    def close(self) -> None:
        with self._lock:
            close_stream(self._iterator)


class _AsyncItems:
    def __init__(self, source: Any) -> None:
        from asyncio import Lock

        self._source = source
        self._items: list[Any] = []
        self._failure: Exception | None = None
        self._lock = Lock()

    def __getitem__(self, index: int) -> _AsyncItem:
        return _AsyncItem(self, index)

    async def item(self, index: int) -> Any:
        items = self._items
        async with self._lock:
            while len(items) <= index:
                await self._take(index)
            return items[index]

    async def _take(self, index: int) -> None:
        if self._failure is not None:
            raise self._failure
        try:
            more, ended = await self._source.pull(1, None)
        except Exception as exc:
            self._failure = exc
            raise
        self._items += more
        if ended and not more:
            raise _too_few(index, len(self._items))


class _AsyncItem:
    """Awaitable, and no coroutine: one that nobody awaits would be a warning."""

    def __init__(self, items: _AsyncItems, index: int) -> None:
        self._items = items
        self._index = index

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._items.item(self._index).__await__()
