"""Classes that test/round-trip/register-type.test.ts registers."""

from __future__ import annotations

import dataclasses
from datetime import date
from fractions import Fraction
from typing import Any


class Vector:
    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.x}, {self.y})"


class SubVector(Vector): ...


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents


def cents_of(money: Money) -> str:
    return str(money.cents)


class Handle:
    name = "handle"


class Stack: ...


class Config(dict[str, Any]): ...


class Chain:
    def __init__(self, next: Chain | None) -> None:
        self.next = next


class Changing: ...


class SubFraction(Fraction): ...


class SubDate(date): ...


@dataclasses.dataclass
class Record:
    field: int


class Lazy:
    name = "lazy"


class Broken: ...


class Itself: ...


class Late: ...


class Raising: ...


class Plain: ...


def identity(value: Any) -> Any:
    return value


def describe(value: Any) -> str:
    return repr(value)


def vectors() -> Any:
    return {
        "list": [Vector(1, 2), 5, SubVector(3, 4)],
        "map": {1: Vector(5, 6)},
        "keys": {Vector(7, 8): 1, 0: 0},
        "set": {Vector(9, 9)},
    }


def handles() -> Any:
    return [Handle(), Handle()]


def brokens() -> Any:
    return [1, {"a": (Broken(), Broken())}]


def lates() -> Any:
    return [Late()]


def chain(length: int) -> Chain | None:
    made = None
    for _ in range(length):
        made = Chain(made)
    return made


def depth_of_lists(value: Any) -> int:
    depth = 0
    while value is not None:
        (value,) = value
        depth += 1
    return depth
