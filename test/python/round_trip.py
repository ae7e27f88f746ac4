"""What the conversion table is tested with: types of its rows, and `describe`, which tells apart what == does not.

Plain CPython says what an expression describes to: `python round_trip.py` reads a JSON array of expressions and
prints the array of their descriptions. Inside the bridge the same `describe` is called with what arrived.
The expressions use what is imported here.
"""
# ruff: noqa: F401

from __future__ import annotations

import array
import collections
import dataclasses
import enum
import json
import math
import re
import sys
import types
import typing
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from uuid import UUID, SafeUUID
from zoneinfo import ZoneInfo

import numpy as np

NAN = float("nan")
INF = float("inf")

Point = collections.namedtuple("Point", "x y")


class Named(typing.NamedTuple):
    name: str
    items: list


@dataclasses.dataclass
class Pair:
    left: object
    right: object = None


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    key: str
    then: int = 7


class SubPair(Pair):
    pass


class Color(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


class Word(enum.StrEnum):
    HELLO = "hello"


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class MyInt(int): ...


class MyFloat(float): ...


class MyStr(str): ...


class MyBytes(bytes): ...


class MyByteArray(bytearray): ...


class MyList(list): ...


class MyTuple(tuple): ...


class MyDict(dict): ...


class MySet(set): ...


class MyFrozenSet(frozenset): ...


class MyComplex(complex): ...


class MyDateTime(datetime): ...


class MyDate(date): ...


class MyDelta(timedelta): ...


class MyDecimal(Decimal): ...


class MyFraction(Fraction): ...


class MyUUID(UUID): ...


class MyPath(type(Path())): ...


class MyZone(tzinfo):
    """Somebody's own time zone."""

    def utcoffset(self, moment):
        return timedelta(hours=1)

    def dst(self, moment):
        return None


@dataclasses.dataclass
class ListOfFields(list):
    name: str = "x"


class NotNamed(tuple):
    """A tuple whose _fields name something else."""

    _fields = None


class WrongFields(tuple):
    _fields = ("a", "b")


class Incomplete(Pair):
    """A dataclass instance without one of its fields."""

    def __init__(self):
        self.left = 1


class Plain:
    """Without a row."""


class Strange(type):
    """A metaclass that answers anything."""

    def __getattr__(cls, name):
        return ("x",) if name in ("_fields", "__dataclass_fields__") else None


class Liar(metaclass=Strange):
    @property
    def __class__(self):
        return dict


def value(expression):
    return eval(expression, globals())


def identity(value):
    return value


def arguments(*args, **kwargs):
    return describe([args, kwargs])


def describe(value, seen=None):
    """Type and value to the last bit; lists, dicts and sets that come again as the number of their first place."""
    seen = {} if seen is None else seen
    if type(value) in (list, dict, set):
        if id(value) in seen:
            return f"#{seen[id(value)][0]}"
        seen[id(value)] = (len(seen), value)
    describer = DESCRIBERS.get(type(value))
    if describer is not None:
        return describer(value, seen)
    kind = type(value)
    if kind.__module__ == "numpy":
        return f"{kind.__name__} {value.dtype.str} {value.shape} {value.tolist()!r}"
    return f"<{kind.__qualname__}>"


def _number(value, _seen):
    return f"int {value}" if abs(value) < 10**4000 else f"int {value:#x}"


def _items(name):
    return lambda value, seen: f"{name} [{', '.join(describe(each, seen) for each in value)}]"


def _unordered(name):
    return lambda value, seen: f"{name} [{', '.join(sorted(describe(each, seen) for each in value))}]"


def _dict(value, seen):
    return f"dict {{{', '.join(f'{describe(key, seen)}: {describe(each, seen)}' for key, each in value.items())}}}"


def _zoned(value, seen):
    return f"{value.replace(tzinfo=None)!r} fold {value.fold} in {describe(value.tzinfo, seen)}"


def _view(value, _seen):
    writable = "" if value.readonly else "writable "
    return f"{writable}memoryview {value.format} {value.shape} {value.strides} {value.tobytes().hex()}"


def _shown(value, _seen):
    return f"{type(value).__name__} {value!r}"


DESCRIBERS = {
    type(None): lambda value, seen: "None",
    bool: _shown,
    int: _number,
    float: _shown,
    str: lambda value, seen: f"str {ascii(value)}",
    bytes: _shown,
    bytearray: _shown,
    memoryview: _view,
    list: _items("list"),
    tuple: _items("tuple"),
    set: _unordered("set"),
    frozenset: _unordered("frozenset"),
    dict: _dict,
    datetime: _zoned,
    time: _zoned,
    UUID: lambda value, seen: f"{value!r} {value.is_safe}",
    slice: lambda value, seen: f"slice {describe((value.start, value.stop, value.step), seen)}",
    **dict.fromkeys((date, timedelta, timezone, ZoneInfo, Decimal, Fraction, complex, range, re.Pattern), _shown),
    **dict.fromkeys((type(Path()), PurePosixPath, PureWindowsPath), _shown),
}


def nested(kind, depth):
    """`depth` containers within each other, made without recursion."""
    inner = "core"
    for _ in range(depth):
        inner = WRAP[kind](inner)
    return inner


WRAP = {
    "list": lambda inner: [inner],
    "tuple": lambda inner: (inner,),
    "dict": lambda inner: {"a": inner},
    "map": lambda inner: {1: inner},
    "frozenset": lambda inner: frozenset([inner]),
    "dataclass": lambda inner: Pair(inner),
    "slice": lambda inner: slice(inner),
    "mixed": lambda inner: [{"a": (inner,), "b": 1}],
}


def depth(value):
    """How many containers there are on the way to the core."""
    count = 0
    while not isinstance(value, str):
        if isinstance(value, dict):
            value = value["a"] if "a" in value else value["left"] if "left" in value else value[1]
        elif isinstance(value, slice):
            value = value.stop
        elif isinstance(value, (set, frozenset)):
            (value,) = value
        else:
            value = value[0]
        count += 1
    return count


if __name__ == "__main__":
    json.dump([describe(value(expression)) for expression in json.load(sys.stdin)], sys.stdout)
