"""Asynchronous sources of streams for test/streams-out-async.test.ts."""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator

log: list[str] = []
variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")


async def counting(count: int) -> AsyncIterator[int]:
    for index in range(count):
        yield index


async def yielding(count: int) -> AsyncIterator[int]:
    """Gives the loop a turn between two items."""
    for index in range(count):
        yield index
        await asyncio.sleep(0)


async def bursts(sizes: list[int], taken: asyncio.Semaphore) -> AsyncIterator[int]:
    """Items that come quickly; after so many of them, a wait until somebody says that they have been taken."""
    for number, size in enumerate(sizes):
        for _ in range(size):
            yield number
        await asyncio.wait_for(taken.acquire(), 20)


async def semaphore() -> asyncio.Semaphore:
    return asyncio.Semaphore(0)


async def release(taken: asyncio.Semaphore) -> None:
    taken.release()


async def slow(count: int, seconds: float) -> AsyncIterator[int]:
    for index in range(count):
        yield index
        await asyncio.sleep(seconds)


async def failing(count: int, message: str) -> AsyncIterator[int]:
    for index in range(count):
        yield index
    raise LookupError(message)


async def with_finally(name: str, count: int) -> AsyncIterator[int]:
    try:
        for index in range(count):
            yield index
    finally:
        await asyncio.sleep(0.05)
        log.append(name)


async def waiting(first: int) -> AsyncIterator[int]:
    """`first` items, and then a wait for ever."""
    try:
        for index in range(first):
            yield index
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        log.append("cancelled")
        raise
    finally:
        await asyncio.sleep(0.02)
        log.append("finally")


async def failing_finally() -> AsyncIterator[int]:
    try:
        yield 1
        yield 2
    finally:
        raise ValueError("in finally")


async def echo() -> AsyncGenerator[Any, Any]:
    got: Any = "ready"
    while got != "stop":
        try:
            got = yield got
        except ValueError as exc:
            got = f"ValueError {exc}"


async def in_one_task(count: int) -> AsyncIterator[bool]:
    """What is entered in one step and left in another."""
    task = asyncio.current_task()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for _ in range(count):
            await group.create_task(asyncio.sleep(0.001))
            variable.set("set")
            yield asyncio.current_task() is task and variable.get() == "set"


async def hostile(count: int) -> AsyncIterator[Any]:
    for index in range(count):
        yield index
    yield {float("nan"): 1, -float("nan"): 2}


class Counter:
    def __init__(self) -> None:
        self.produced = 0

    async def items(self, seconds: float = 0) -> AsyncIterator[int]:
        while True:
            await asyncio.sleep(seconds)
            self.produced += 1
            yield self.produced


class Both:
    """Iterable in both ways."""

    def __iter__(self) -> Iterator[str]:
        return iter(["for"])

    async def __aiter__(self) -> AsyncIterator[str]:
        yield "async for"


class Plain:
    """An asynchronous iterator that is no generator."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __aiter__(self) -> Plain:
        return self

    async def __anext__(self) -> int:
        if self.count == 0:
            raise StopAsyncIteration
        self.count -= 1
        return self.count


async def gives_stream() -> AsyncIterator[int]:
    return counting(3)
