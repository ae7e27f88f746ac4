"""Classes of a user's own, for references, iteration and registered types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Point:
    def __init__(self, x: Any, y: Any) -> None:
        self.x = x
        self.y = y

    def __repr__(self) -> str:
        return f"Point({self.x!r}, {self.y!r})"


class Point3(Point):
    pass


class Thenable:
    """Has what JavaScript asks promises for."""

    def then(self, *_: Any) -> None:
        raise AssertionError("then was called")


closed: list[str] = []


def counting(stop: int) -> Iterator[int]:
    try:
        yield from range(stop)
    finally:
        closed.append("counting")


def failing() -> Iterator[int]:
    yield 1
    yield 2
    raise LookupError("no third")


def raising(value: Any) -> None:
    local = value
    raise LookupError(local)
