"""Iterators that JavaScript pulls from. The addon takes the items itself; what is more than one step is here."""

from __future__ import annotations

import sys
from contextlib import suppress
from weakref import WeakSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Generators with a stream over them, for the end of the process.
_open: WeakSet[Any] = WeakSet()


def open_stream(source: Any) -> Any:
    """What a stream over `source` takes its items from."""
    iterator = iter(source)
    if _is_generator(iterator):
        with suppress(TypeError):  # a look-alike that cannot be referenced weakly: its owner closes it
            _open.add(iterator)
    return iterator


def close_stream(source: Any) -> None:
    """The consumer left: a generator runs its `finally` blocks. Other iterators stay as a `break` would leave them."""
    if _is_generator(source):
        _open.discard(source)
        source.close()


def throw_into(iterator: Any, exc: BaseException) -> tuple[bool, Any]:
    """Raises `exc` where a generator waits: whether that ended it, and what it yielded or returned instead."""
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


def _is_generator(iterator: Any) -> bool:
    return hasattr(iterator, "send") and hasattr(iterator, "throw") and hasattr(iterator, "close")
