"""Iterators that JavaScript pulls from. The addon takes the items itself; what is more than one step is here."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def open_stream(source: Any) -> Any:
    """What a stream over `source` takes its items from."""
    return iter(source)


def close_stream(source: Any) -> None:
    """The consumer left: a generator runs its `finally` blocks. Other iterators stay as they are, as after a `break`."""
    close = getattr(source, "close", None)
    if callable(close) and hasattr(source, "send"):
        close()


def throw_into(iterator: Any, exc: BaseException) -> tuple[bool, Any]:
    """Raises `exc` where a generator waits: whether that ended it, and what it yielded or returned instead."""
    throw = getattr(iterator, "throw", None)
    if not callable(throw):
        raise exc
    try:
        return False, throw(exc)
    except StopIteration as end:
        if end is exc:
            raise
        return True, end.value
