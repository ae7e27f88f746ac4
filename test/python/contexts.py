"""Context managers that remember what they were left with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Recorder:
    """Gives `value`, and suppresses exceptions where it is told to."""

    def __init__(self, value: Any = None, suppress: bool = False) -> None:
        self.value = value
        self.suppress = suppress
        self.left_with: list[Any] = []

    def __enter__(self) -> Any:
        return self.value

    def __exit__(self, kind: Any, exc: Any, tb: Any) -> bool:
        self.left_with.append(
            [None if kind is None else kind.__name__, None if exc is None else str(exc), tb is not None]
        )
        return self.suppress


class Failing:
    """Its `__exit__` raises."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: Any) -> None:
        raise RuntimeError("on the way out")


class NoEntry(Failing):
    def __enter__(self) -> None:
        raise RuntimeError("on the way in")


class Inspector:
    """Whether the exception is the one being handled while it leaves."""

    handled = False

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, exc: Any, tb: Any) -> None:
        self.handled = sys.exc_info()[1] is exc


class Reraising:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: Any) -> None:
        raise  # noqa: PLE0704


@contextmanager
def logged(log: list[str], name: str) -> Iterator[str]:
    log.append(f"enter {name}")
    error: BaseException | None = None
    try:
        yield name
    except BaseException as exc:
        error = exc
        raise
    finally:
        log.append(f"leave {name} {error!r}")


def raising() -> None:
    raise LookupError("here")


@contextmanager
def entering(enter: Any) -> Iterator[None]:
    """Tells when it is entered."""
    enter()
    yield
