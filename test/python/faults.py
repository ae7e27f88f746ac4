"""What test/faults does again and again, and what it asks about afterwards."""

import asyncio
import ctypes
import datetime
import decimal
import gc
import sys

import numpy as np


class Thing:
    def __init__(self, number):
        self.number = number

    def plus(self, n):
        return self.number + n


thing = Thing(7)
values = [1, 2.5, "text", None, True, b"bytes"]
table = {"a": 1, "b": [2, 3], 4: "four"}
records = [{"id": i, "name": f"name {i}", "score": i / 2} for i in range(20)]
nested = [[(1, 2), {3}, frozenset([4])], {"deep": [{"er": [None, "é日😀"]}]}]
rich = [
    datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.UTC),
    datetime.timedelta(1, 2, 3),
    decimal.Decimal("1.50"),
    range(3),
    2 + 3j,
    2**100,
]
cycle = [values]
cycle.append(cycle)
array = np.arange(100.0)


def add(a, b, *, c=0):
    return a + b + c


def same(value):
    return value


def make(number):
    return Thing(number)


def floats(count):
    return [i + 0.5 for i in range(count)]


def fail(text):
    try:
        raise KeyError(text)
    except KeyError as error:
        # No f-string: CPython 3.11 crashes where it finds no memory to parse one for the traceback.
        raise ValueError("failed: " + text) from error


def count(n):
    yield from range(n)


async def count_later(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i


async def later(value):
    await asyncio.sleep(0)
    return value


def apply(function, value):
    return function(value)


def total(numbers):
    return float(sum(numbers))


def ramp(count):
    return np.arange(float(count))


def summed(numbers):
    return float(np.sum(np.asarray(numbers)))


WATCHED = {
    **{repr(each): each for each in (None, True, False, ..., NotImplemented, 0, 1, (), "", b"")},
    **{
        kind.__name__: kind
        for kind in (int, float, str, bytes, list, tuple, dict, set, frozenset, slice, range, complex, type, ValueError)
    },
    **{kind.__name__: kind for kind in (decimal.Decimal, datetime.datetime, np.ndarray, memoryview, Thing)},
    **{name: globals()[name] for name in ("thing", "values", "table", "records", "nested", "rich", "cycle", "array")},
    **{each.__name__: each for each in (add, same, make, fail, count, apply, later)},
}


def references():
    """The reference counts of what every operation touches."""
    gc.collect()
    return {name: sys.getrefcount(each) for name, each in WATCHED.items()}


def objects():
    """How many objects the collector knows of, and how many blocks Python has allocated."""
    gc.collect()
    return [len(gc.get_objects()), sys.getallocatedblocks()]


def failing_allocator():
    """test/faults/failing_allocator.c, which was preloaded: (fail_allocations, end_failures)."""
    library = ctypes.PyDLL(None)
    library.fail_allocations.argtypes = [ctypes.c_long, ctypes.c_long]
    library.fail_allocations.restype = None
    library.end_failures.restype = ctypes.c_long
    return library.fail_allocations, library.end_failures
