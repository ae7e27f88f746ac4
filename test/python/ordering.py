"""Objects whose operations take time, to see in which order they ran."""

from __future__ import annotations

import time


class Journal:
    """Writes down what was done to it."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def slowly(self, entry: str, seconds: float = 0.2) -> str:
        time.sleep(seconds)
        self.entries.append(entry)
        return entry

    def quickly(self, entry: str) -> str:
        self.entries.append(entry)
        return entry


def spin(seconds: float) -> int:
    """Pure Python, holding the GIL but for the switch interval."""
    end = time.monotonic() + seconds
    turns = 0
    while time.monotonic() < end:
        turns += 1
    return turns


def sleepy(seconds: float) -> object:
    """An object that takes its time to be there."""
    time.sleep(seconds)
    return object()


def nap(seconds: float, after: object) -> float:
    """A call that uses `after`."""
    time.sleep(seconds)
    return seconds


class SlowToSet(type):
    """A class whose attributes take their time to be set."""

    def __setattr__(cls, name: str, value: object) -> None:
        time.sleep(0.1)
        super().__setattr__(name, value)


class Settings(metaclass=SlowToSet):
    level = 1
