"""Objects that say when they are let go."""

from __future__ import annotations

import time

alive = 0


class Counted:
    """Counted while it is alive."""

    def __init__(self, name: str = "") -> None:
        global alive
        alive += 1
        self.name = name

    def __del__(self) -> None:
        global alive
        alive -= 1

    def child(self) -> Counted:
        return Counted(f"{self.name}.child")

    def slowly(self, seconds: float) -> Counted:
        time.sleep(seconds)
        return Counted(f"{self.name} slowly")

    def fail(self) -> None:
        raise ValueError(f"{self.name} failed")


def count() -> int:
    return alive


def pair(seconds: float = 0.0) -> list[object]:
    time.sleep(seconds)
    return [1, Counted("second")]


def stream(log: list[str]):
    """A generator of counted objects that says when it was closed."""
    try:
        for i in range(1000):
            yield Counted(str(i))
    finally:
        log.append("closed")


def same(value: object) -> object:
    return value
