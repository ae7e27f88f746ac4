"""Writes what becomes of each test as a line of JSON at once: a crash loses nothing, and shows which test it was in."""

from __future__ import annotations

import json
import os
import re
from typing import Any, Literal

Outcome = Literal["passed", "failed", "skipped"]

# Tests replace and patch what they test: these are the originals.
_open, _write, _close, _pid, _encode = os.open, os.write, os.close, os.getpid, json.JSONEncoder().encode
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_address = re.compile(r"0x[0-9a-f]{6,}")
_severity: dict[Outcome, int] = {"passed": 0, "skipped": 1, "failed": 2}


class Recorder:
    """The results of one run. Tests that close every descriptor lose it none: the file is opened for each line."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._path: str = order["results"]
        self._process = _pid()
        self._skip = frozenset[str](order.get("skip", ()))
        self._only: frozenset[str] | None = frozenset(order["only"]) if "only" in order else None
        self._every: int = order.get("every", 1)
        self._current: tuple[str, Outcome, str] | None = None

    def wants(self, test: str, position: int) -> bool:
        """Whether to run the test: not in one that goes on after a crash, nor in one of a subset."""
        name = plain_name(test)
        if name in self._skip or (self._only is not None and name not in self._only):
            return False
        return position % self._every == 0

    def start(self, test: str) -> None:
        self._current = (plain_name(test), "passed", "")
        self.write(start=self._current[0])

    def note(self, outcome: Outcome, detail: str = "") -> None:
        """Of the test under way; the worst of several stays."""
        if self._current is None:
            return
        test, before, _ = self._current
        if _severity[outcome] > _severity[before]:
            self._current = (test, outcome, detail)

    def stop(self) -> None:
        if self._current is None:
            return
        test, outcome, detail = self._current
        self._current = None
        self.outcome(test, outcome, detail)

    def outcome(self, test: str, outcome: Outcome, detail: str = "") -> None:
        self.write(test=plain_name(test), outcome=outcome, **({"detail": detail[-3000:]} if detail else {}))

    def write(self, **entry: Any) -> None:
        if _pid() != self._process:
            return  # a child that a test has forked
        descriptor = _open(self._path, _FLAGS, 0o644)
        try:
            _write(descriptor, (_encode(entry) + "\n").encode())
        finally:
            _close(descriptor)


def plain_name(test: str) -> str:
    """The same in every run: without the addresses of objects that some parametrisations have in their names."""
    return _address.sub("0x…", test)
