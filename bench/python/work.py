"""The work every Python side of the benchmark does; standard library only, so that start-up trials may use it."""

import gc
import hashlib
import json
import math
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

INPUTS = Path(__file__).resolve().parent.parent / "node_modules" / ".cache" / "inputs"


@cache
def held(name: str) -> Any:
    """One seeded input, read once."""
    return json.loads((INPUTS / f"{name}.json").read_text(encoding="utf-8"))


class Thing:
    """A Python object without a JavaScript counterpart: what the memory trials make and drop."""


def sqrt(x: float) -> float:
    return math.sqrt(x)


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def digest(iterations: int) -> int:
    """C code that holds no GIL."""
    return len(hashlib.pbkdf2_hmac("sha256", b"bench", b"salt", iterations))


def burn(seconds: float) -> int:
    """Pure Python that gives the GIL away only when asked; returns how far it came."""
    count = 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for _ in range(100):
            count += 1
    return count


def items(count: int) -> Iterator[int]:
    yield from range(count)


class Counter:
    """Counts what it makes."""

    def __init__(self) -> None:
        self.produced = 0

    def items(self) -> Iterator[int]:
        while True:
            self.produced += 1
            yield self.produced


_unsorted: dict[int, list[float]] = {}


def sorted_by(key: Any, count: int) -> list[float]:
    """The first of `count` floats by `key`."""
    if count not in _unsorted:
        _unsorted[count] = [(i * 7919 % count) + 0.5 for i in range(count)]
    return sorted(_unsorted[count], key=key)[:2]


def length(value: Any) -> int:
    return len(value)


def thing() -> Thing:
    return Thing()


def tracked_objects() -> int:
    gc.collect()
    return len(gc.get_objects())
