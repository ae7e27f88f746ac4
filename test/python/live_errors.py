"""Failures of every origin, for the errors that JavaScript gets of them."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from snakebridge import errors


class SlowService(TimeoutError, ValueError):
    pass


class Outer(Exception):
    class Inner(Exception):
        pass


def raise_type(cls: type[BaseException], *args: object) -> None:
    raise cls(*args)


def raise_this(exc: BaseException) -> None:
    raise exc


def raise_from(exc: BaseException) -> None:
    raise RuntimeError("wrapped") from exc


def wrapping(function: Callable[[], Any]) -> None:
    try:
        function()
    except Exception as error:
        raise RuntimeError("wrapped") from error


def causes(exc: BaseException | None) -> list[str]:
    chain: list[BaseException] = []
    while exc is not None and exc not in chain:
        chain.append(exc)
        exc = exc.__cause__
    return [str(each) for each in chain]


def raise_while_handling(exc: BaseException) -> None:
    try:
        raise exc
    except BaseException:
        raise RuntimeError("handling") from None


def caught(exc: BaseException) -> list[Any]:
    try:
        raise exc
    except BaseException as error:
        return [type(error).__name__, str(error), error is exc, isinstance(error, Exception)]


def no_snapshot(*_: object) -> Any:
    raise MemoryError


def find_no_memory_to_describe(yes: bool, snapshot: Any = errors._snapshot) -> None:  # pyright: ignore
    errors._snapshot = no_snapshot if yes else snapshot  # pyright: ignore


def memory() -> None:
    bytearray(sys.maxsize - 1)


class Held:
    alive: WeakSet[Held] = WeakSet()


def memory_while_holding() -> None:
    mine = Held()
    Held.alive.add(mine)
    bytearray(sys.maxsize - 1)


def held() -> int:
    gc.collect()
    return len(Held.alive)


def timeout_of_a_process() -> None:
    subprocess.run([sys.executable, "-c", "import time; time.sleep(5)"], timeout=0.05)


def timeout_of_asyncio() -> None:
    async def main() -> None:
        await asyncio.wait_for(asyncio.sleep(5), 0.01)

    asyncio.run(main())


def cancelled() -> None:
    raise asyncio.CancelledError("enough")


class Ambiguous(dict[Any, Any]):
    pass


def two_nans() -> dict[float, int]:
    return {float("nan"): 1, float("nan"): 2}


def call(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


class BadProperty:
    @property
    def value(self) -> None:
        raise LookupError("no value here")

    def __repr__(self) -> str:
        raise ValueError("no repr")

    def __len__(self) -> int:
        return -1

    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")

    def __eq__(self, other: object) -> bool:
        raise TypeError("not comparable")

    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name} is read-only", name=name, obj=self)
