"""Objects that say how they were used."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any


class Matrix:
    def __matmul__(self, other: Any) -> str:
        return f"matmul {other}"


class Reflected:
    def __radd__(self, other: Any) -> str:
        return f"radd {other}"


class InPlace:
    def __init__(self) -> None:
        self.seen: list[Any] = []


def _in_place(name: str) -> Any:
    def operator(self: InPlace, other: Any) -> InPlace:
        self.seen.append([name, other])
        return self

    return operator


_names = "iadd isub imul idiv ifloordiv imod ipow imatmul iand ior ixor ilshift irshift"
for _name in _names.split():
    setattr(InPlace, f"__{_name.replace('idiv', 'itruediv')}__", _in_place(_name))


class Keys:
    def __getitem__(self, key: Any) -> str:
        return repr(key)


class Anything:
    pass


class Sequence:
    """Iterable by `__getitem__` alone."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __getitem__(self, index: int) -> int:
        if index >= self.length:
            raise IndexError(index)
        return index * 10


def everything(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return args, kwargs


def one(a: Any) -> Any:
    return a


def slow_items(count: int, seconds: float) -> Iterator[int]:
    for index in range(count):
        yield index
        time.sleep(seconds)


def logging(log: list[str], count: int) -> Iterator[int]:
    try:
        yield from range(count)
    finally:
        log.append("closed")


def failing_finally() -> Iterator[int]:
    try:
        yield from range(100)
    finally:
        raise LookupError("in finally")
