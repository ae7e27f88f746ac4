"""Random values of the kinds that cross without loss: as Python code, and as what both languages must make of it."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

ALPHABETS = ["abcxyz", "aé ÿ\0", "日本€", "a😀\u0301", "\ud800x", "\udc00\ud900"]
INTS = [0, 1, -1, 2**31, -(2**31) - 1, 2**53 - 1, 2**53, -(2**53), 2**63, 2**64, 10**40, -(10**40)]
FLOATS = [-0.0, 0.1, 1e300, 5e-324, -2.5, 2.0**53, 1e22, float("inf"), -float("inf"), float("nan")]


def text(rng: random.Random) -> str:
    made = "".join(rng.choices(rng.choice(ALPHABETS), k=rng.choice([0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 25, 63, 130])))
    # The one thing a JavaScript string cannot hold: the two halves of a pair as two characters.
    return made.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def integer(rng: random.Random) -> int:
    return rng.choice([rng.choice(INTS), rng.randint(-300, 300), rng.randint(-(2**70), 2**70)])


def scalar(rng: random.Random) -> Any:
    return rng.choice(
        [lambda: None, lambda: True, lambda: False, lambda: integer(rng), lambda: rng.choice(FLOATS)]
        + [lambda: rng.random() + 0.1] * 2
        + [lambda: text(rng)] * 3
    )()


def hashable(rng: random.Random) -> Any:
    while True:
        key = scalar(rng)
        # Where JavaScript or Python would see one key as two or two as one.
        if type(key) not in (bool, float):
            return key


def graph(rng: random.Random, depth: int, made: list[Any]) -> Any:
    """A value; now and then one that is in `made` already, open containers included."""
    if depth == 0 or rng.random() < 0.3:
        return scalar(rng)
    if made and rng.random() < 0.1:
        return rng.choice(made)
    size = rng.choice([0, 1, 2, 3, 5])
    kind = rng.randrange(7)
    if kind == 0:
        return [integer(rng) for _ in range(size * 5)]
    if kind == 1:
        return [rng.random() + 0.1 for _ in range(size * 5)]
    if kind == 2:
        return {hashable(rng) for _ in range(size)}
    if kind in (3, 4):
        items: list[Any] = []
        made.append(items)
        items.extend(graph(rng, depth - 1, made) for _ in range(size))
        return items
    entries: dict[Any, Any] = {}
    made.append(entries)
    for _ in range(size):
        # A letter first: integer-like keys would change their places in a plain object.
        key = "k" + text(rng) if kind == 5 else hashable(rng)
        entries[key] = graph(rng, depth - 1, made)
    return entries


def graphs(seed: int, count: int) -> list[Any]:
    rng = random.Random(seed)
    return [graph(rng, 5, []) for _ in range(count)]


def identity(value: Any) -> Any:
    return value


def describe(value: Any, seen: dict[int, Any] | None = None) -> str:
    """As test/round-trip/describe.ts does: a dict with string keys is a plain object there, an int beyond the safe
    ones a bigint."""
    seen = {} if seen is None else seen
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}" if abs(value) < 2**53 else f"{value:x}n"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str):
        return quoted(value)
    if id(value) in seen:
        return f"#{seen[id(value)][0]}"
    seen[id(value)] = (len(seen), value)
    if isinstance(value, list):
        return f"[{', '.join(describe(each, seen) for each in value)}]"
    if isinstance(value, set):
        # By UTF-16 code units, as JavaScript sorts.
        parts = sorted((describe(each, seen) for each in value), key=lambda each: each.encode("utf-16-be"))
        return f"Set {{{', '.join(parts)}}}"
    if all(isinstance(key, str) for key in value):
        return f"{{{', '.join(f'{quoted(key)}: {describe(each, seen)}' for key, each in value.items())}}}"
    return f"Map {{{', '.join(f'{describe(key, seen)} => {describe(each, seen)}' for key, each in value.items())}}}"


def quoted(text: str) -> str:
    """As JSON.stringify writes it: only lone surrogates and control characters are escaped."""
    return "".join(
        f"\\u{ord(each):04x}" if 0xD800 <= ord(each) < 0xE000 else json.dumps(each, ensure_ascii=False)[1:-1]
        for each in text
    ).join('""')


def number(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), -float("inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0" if str(value).startswith("-") else "0"
    return repr(value).removesuffix(".0")


def same(left: Any, right: Any) -> bool:
    """Type, value and sharing, to the last bit."""
    return describe(left) == describe(right) and types(left) == types(right)


def types(value: Any, seen: set[int] | None = None) -> Any:
    seen = set() if seen is None else seen
    if not isinstance(value, (list, dict, set)) or id(value) in seen:
        return type(value).__name__
    seen.add(id(value))
    if isinstance(value, set):
        return sorted(type(each).__name__ for each in value)
    if isinstance(value, list):
        return [types(each, seen) for each in value]
    return [(type(key).__name__, types(each, seen)) for key, each in value.items()]


def all_same(seed: int, values: list[Any]) -> list[int]:
    """The places at which `values` are not what `graphs` made."""
    expected = graphs(seed, len(values))
    return [i for i, (left, right) in enumerate(zip(expected, values, strict=True)) if not same(left, right)]


if __name__ == "__main__":
    seed, count = map(int, sys.argv[1:])
    json.dump([describe(each) for each in graphs(seed, count)], sys.stdout)
