"""Iterators that JavaScript pulls from. The addon takes the items itself; what is more than one step is here."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from weakref import WeakSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Generators with a stream over them, for the end of the process.
_open: WeakSet[Any] = WeakSet()


def open_stream(source: Any, blocking: bool = False) -> Any:
    """What a stream over `source` takes its items from: an iterator, or something with an asynchronous `pull`.

    Of what is iterable both ways `async for` is taken, as JavaScript's `for await` does; `for` by a blocking loop.
    """
    cls: Any = type(source)  # pyright: ignore
    if hasattr(cls, "__aiter__") and not (blocking and hasattr(cls, "__iter__")):
        from snakebridge.async_streams import AsyncSource

        return AsyncSource(source)
    iterator = iter(source)
    if _is_generator(iterator):
        with suppress(TypeError):  # a look-alike that cannot be referenced weakly: its owner closes it
            _open.add(iterator)
    return iterator


def close_stream(source: Any, running: bool = False) -> Any:
    """The consumer left: a generator runs its `finally` blocks. Other iterators stay as a `break` would leave them.

    False when the generator is in the middle of a step, which the caller knew (`running`): it will ask again.
    """
    if _is_asynchronous(source):
        return source.close()
    if isinstance(source, AsyncGenerator):
        return _close_asynchronous(source)  # pyright: ignore
    if _is_generator(source):
        if running and getattr(source, "gi_running", False):
            return False
        _open.discard(source)
        source.close()
    return True


async def _close_asynchronous(generator: AsyncGenerator[Any, Any]) -> bool:
    await generator.aclose()
    return True


def throw_into(iterator: Any, exc: BaseException) -> Any:
    """Raises `exc` where a generator waits: whether that ended it, and what it yielded or returned instead."""
    if _is_asynchronous(iterator):
        return iterator.throw(exc)
    if not _is_generator(iterator):
        raise exc
    try:
        return False, iterator.throw(exc)
    except StopIteration as end:
        if end is exc:
            raise
        return True, end.value


def close_all() -> None:
    """The process ends: generators that wait run their `finally` blocks. Nothing else runs any more."""
    for generator in list(_open):
        try:
            generator.close()
        except BaseException as exc:
            sys.excepthook(type(exc), exc, exc.__traceback__)


def _is_asynchronous(source: Any) -> bool:
    # Not there yet, or in the middle of its import by another thread: then this is none.
    kind = getattr(sys.modules.get("snakebridge.async_streams"), "AsyncSource", None)
    return kind is not None and isinstance(source, kind)


def _is_generator(iterator: Any) -> bool:
    return hasattr(iterator, "send") and hasattr(iterator, "throw") and hasattr(iterator, "close")
