"""Random values of every row of the conversion table that comes back by value, and what they must come back as.

`shown` writes a value as plain Python's repr writes its leaves, in the form in which it comes back: a tuple as a list,
a dataclass as a dict, 2.0 as 2. So what Python made and what JavaScript gave back read the same.
"""

from __future__ import annotations

import array
import collections
import dataclasses
import enum
import json
import random
import sys
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from random_values import FLOATS, integer, text

Point = collections.namedtuple("Point", "x y")


@dataclasses.dataclass
class Pair:
    left: Any
    right: Any


class Color(enum.Enum):
    RED = 1
    GREEN = "green"


ZONES = [
    None,
    UTC,
    timezone(timedelta(hours=5, minutes=30)),
    timezone(timedelta(seconds=-1), "odd"),
    ZoneInfo("Europe/Berlin"),
]
DTYPES = ["?", "i1", "u1", "<i2", ">u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", ">f8", "<c8", "<c16"]
SCALARS = [np.bool_, np.int8, np.uint16, np.int32, np.uint64, np.float16, np.float32, np.float64, np.complex64]


def moment(rng: random.Random) -> datetime:
    year = rng.choice([1, 1969, 1970, 2024, 9999, rng.randint(2, 9998)])
    clock = (rng.randrange(24), rng.randrange(60), rng.randrange(60), rng.choice([0, 1, 999_999, rng.randrange(10**6)]))
    zone = rng.choice(ZONES) if 1 < year < 9999 else None
    return datetime(year, rng.randint(1, 12), rng.randint(1, 28), *clock, tzinfo=zone, fold=rng.randrange(2))


def decimal(rng: random.Random) -> Decimal:
    digits = str(rng.randrange(10 ** rng.choice([1, 5, 30])))
    odd = ["NaN", "-Infinity", "Infinity", "-0", "0E+5", "sNaN12"]
    return Decimal(rng.choice([digits, f"-{digits}E{rng.randint(-40, 40)}", f"{digits}.{digits}", rng.choice(odd)]))


def ndarray(rng: random.Random) -> Any:
    shape = [rng.randrange(4) for _ in range(rng.randrange(3))]
    made = np.array([rng.randrange(120) for _ in range(int(np.prod(shape)))]).reshape(shape).astype(rng.choice(DTYPES))
    return made.T if rng.random() < 0.3 else made[::-1] if made.ndim > 0 and rng.random() < 0.3 else made


def path(rng: random.Random) -> Any:
    parts = "/".join(rng.choice(["a", "b c", "..", "é", "x.y"]) for _ in range(rng.randrange(4)))
    return rng.choice([Path, PurePosixPath, PureWindowsPath])(rng.choice(["", "/", "c:/"]) + parts)


LEAVES = [
    lambda rng: rng.choice([None, True, False]),
    integer,
    lambda rng: rng.choice([rng.choice(FLOATS), rng.random(), float(rng.randint(-5, 5))]),
    text,
    lambda rng: rng.randbytes(rng.choice([0, 1, 7, 8, 9, 100])),
    lambda rng: bytearray(rng.randbytes(rng.randrange(10))),
    moment,
    lambda rng: moment(rng).date(),
    lambda rng: moment(rng).timetz() if rng.random() < 0.5 else moment(rng).time(),
    lambda rng: timedelta(rng.randint(-(10**6), 10**6), rng.randrange(86400), rng.randrange(10**6)),
    lambda rng: rng.choice(ZONES[1:]),
    decimal,
    lambda rng: Fraction(integer(rng), 1 + abs(integer(rng))),
    lambda rng: UUID(int=rng.getrandbits(128)),
    lambda rng: complex(rng.choice(FLOATS), rng.choice(FLOATS)),
    path,
    lambda rng: range(integer(rng), integer(rng), integer(rng) or 1),
    lambda rng: slice(*(rng.choice([None, integer(rng), text(rng)]) for _ in range(3))),
    lambda rng: rng.choice(SCALARS)(rng.randrange(100)) / rng.choice(SCALARS[5:8])(rng.choice([1, 3])),
    lambda rng: rng.choice(SCALARS)(rng.randrange(100)),
    lambda rng: np.str_(text(rng)),
    ndarray,
    lambda rng: array.array(rng.choice("bBhHiIqQfd"), [rng.randrange(100) for _ in range(rng.randrange(5))]),
    lambda rng: rng.choice(list(Color)),
]
HASHABLE = [text, integer, lambda rng: None, lambda rng: moment(rng).date(), path]


def value(rng: random.Random, depth: int, made: list[Any]) -> Any:
    """Now and then one that is in `made` already, open containers included."""
    if depth == 0 or rng.random() < 0.4:
        return rng.choice(LEAVES)(rng)
    if made and rng.random() < 0.1:
        return rng.choice(made)
    size = rng.choice([0, 1, 2, 3, 5])
    kind = rng.randrange(9)
    if kind == 0:
        return {rng.choice(HASHABLE)(rng) for _ in range(size)}
    if kind == 1:
        return frozenset(rng.choice(HASHABLE)(rng) for _ in range(size))
    if kind == 2:
        return tuple(value(rng, depth - 1, made) for _ in range(size))
    if kind == 3:
        return Point(value(rng, depth - 1, made), value(rng, depth - 1, made))
    if kind == 4:
        pair = Pair(None, None)
        made.append(pair)
        pair.left, pair.right = value(rng, depth - 1, made), value(rng, depth - 1, made)
        return pair
    if kind == 5:
        # One kind of number, or nearly so: these are packed.
        leaf = rng.choice([integer, lambda rng: rng.random(), lambda rng: float(rng.randint(-5, 5)), LEAVES[2]])
        return rng.choice([list, tuple])(leaf(rng) for _ in range(size * 5))
    if kind == 6:
        items: list[Any] = []
        made.append(items)
        items.extend(value(rng, depth - 1, made) for _ in range(size))
        return items
    entries: dict[Any, Any] = {}
    made.append(entries)
    for _ in range(size):
        # A letter first: integer-like keys would change their places in a plain object.
        entries["k" + text(rng) if kind == 7 else rng.choice(HASHABLE)(rng)] = value(rng, depth - 1, made)
    return entries


def rows(seed: int, count: int) -> list[Any]:
    rng = random.Random(seed)
    return [value(rng, 4, []) for _ in range(count)]


def shown(each: Any, seen: dict[int, Any]) -> str:
    if isinstance(each, (list, tuple, dict, set, frozenset, Pair)):
        # Python has one empty tuple and one empty frozenset: that they are shared means nothing.
        key = id(each) if each or isinstance(each, (list, dict, set, Pair)) else -1 - len(seen)
        if key in seen:
            return f"#{seen[key][0]}"
        seen[key] = (len(seen), each)
    if isinstance(each, Pair):
        return entries_shown({"left": each.left, "right": each.right}, seen)
    if isinstance(each, Point):
        return entries_shown(each._asdict(), seen)
    if isinstance(each, (list, tuple)):
        return f"[{', '.join(shown(item, seen) for item in each)}]"
    if isinstance(each, (set, frozenset)):
        return f"{{{', '.join(sorted(shown(item, seen) for item in each))}}}"
    if isinstance(each, dict):
        return entries_shown(each, seen)
    return leaf_shown(each)


def entries_shown(entries: dict[Any, Any], seen: dict[int, Any]) -> str:
    return f"dict {{{', '.join(f'{shown(key, seen)}: {shown(item, seen)}' for key, item in entries.items())}}}"


def leaf_shown(each: Any) -> str:
    if isinstance(each, (bytes, bytearray)) or (isinstance(each, memoryview) and type(each.obj).__name__ == "JsBuffer"):
        return f"bytes {bytes(each).hex()}"
    if isinstance(each, (np.ndarray, array.array)):
        made = np.asarray(each)
        return f"array {made.dtype.str} {made.shape} {made.tolist()!r}"
    if isinstance(each, np.str_):
        return ascii(str.__str__(each))  # item() and its own __str__ drop trailing NULs
    if isinstance(each, np.generic):
        each = each.item()
    if type(each) is float and each.is_integer() and abs(each) < 2**53 and str(each) != "-0.0":
        each = int(each)
    if isinstance(each, (datetime, time)):
        return f"{each.replace(tzinfo=None)!r} {each.fold} in {each.tzinfo!r}"
    if isinstance(each, slice):
        return f"slice {[leaf_shown(part) for part in (each.start, each.stop, each.step)]}"
    return ascii(each)


def all_shown(values: list[Any]) -> list[str]:
    return [shown(each, {}) for each in values]


def json_values(seed: int, count: int) -> list[Any]:
    """What JSON can say, too."""
    rng = random.Random(seed)
    return [json_value(rng, 4) for _ in range(count)]


def json_value(rng: random.Random, depth: int) -> Any:
    if depth == 0 or rng.random() < 0.3:
        number = rng.choice(
            [rng.randint(-300, 300), rng.randint(-(2**53) + 1, 2**53 - 1), rng.uniform(-1, 1), -0.0, 1e300]
        )
        return rng.choice([None, True, False, number, number, text(rng)])
    size = rng.choice([0, 1, 2, 3, 5])
    if rng.random() < 0.5:
        return [json_value(rng, depth - 1) for _ in range(size)]
    return {text(rng): json_value(rng, depth - 1) for _ in range(size)}


if __name__ == "__main__":
    what, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    json.dump(all_shown(rows(seed, count)) if what == "rows" else json_values(seed, count), sys.stdout)
