"""Asynchronous iterators that JavaScript pulls from.

Each has one task of its own, in which every step of it runs: what a generator enters in one step (`asyncio.timeout`, a
task group, an httpx response) it may leave in another, and its context variables stay. The task works only while a pull
waits for items, except that a step once begun goes on to its end.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from snakebridge import event_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    # Items; and None, or what the iterator returned, in a tuple.
    Pulled = tuple[list[Any], tuple[Any] | None]

# Seconds. Items that come quicker than this are gathered, for so long; a pull keeps the loop no longer than that.
QUICK = 0.0005
GATHERING = 0.001
LONGEST = 0.002


class AsyncSource:
    """What a stream holds of an asynchronous iterator. When nobody holds it any more, the iterator is closed."""

    _used = False  # of the class: __del__ runs even where there was no memory for the rest

    def __init__(self, source: Any) -> None:
        self._driver = _Driver(source)

    def pull(self, most: int, sent: Any) -> Awaitable[Pulled]:
        self._used = True
        return self._driver.pull(most, sent)

    def throw(self, exc: BaseException) -> Awaitable[tuple[bool, Any]]:
        self._used = True
        return self._driver.throw(exc)

    def close(self) -> Awaitable[bool]:
        return self._driver.close()

    def __del__(self) -> None:
        if self._used:
            with suppress(RuntimeError):  # the loop has ended, and closed what was open
                event_loop.running().call_soon_threadsafe(self._driver.abandon)


class _Driver:
    """Everything in here runs on the loop."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._task: asyncio.Task[None] | None = None
        self._first: Callable[[Any], Awaitable[Any]] | None = None
        self._most = 0
        self._items: list[Any] = []
        self._over = False
        self._failure: BaseException | None = None
        self._closing = False
        self._stepping = False
        self._until = 0.0
        self._demand: asyncio.Future[None] | None = None
        self._supply: asyncio.Future[None] | None = None

    async def pull(self, most: int, sent: Any = None) -> Pulled:
        """Up to `most` items: those that come without a wait between them."""
        if sent is not None:
            self._first = lambda iterator: iterator.asend(sent)
        if not self._items and not self._over:
            await self._work(most)
        items, self._items = self._items, []
        if not items and self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        return items, (None,) if self._over and self._failure is None else None

    async def throw(self, exc: BaseException) -> tuple[bool, Any]:
        """Raises `exc` where the generator waits: whether that ended it, and what it yielded instead."""
        self._items.clear()
        self._first = lambda iterator: iterator.athrow(exc)
        items, ended = await self.pull(1)
        return (False, items[0]) if items else (ended is not None, None)

    async def close(self) -> bool:
        """A step in progress is cancelled; returns when the generator's `finally` has run."""
        if self._task is None:
            close: Any = getattr(self._source, "aclose", None)
            if close is not None:
                await close()
        elif not self._over:
            self.abandon()
            await asyncio.wait([self._task])
            failure, self._failure = self._failure, None
            if failure is not None and not isinstance(failure, asyncio.CancelledError):
                raise failure
        return True

    def abandon(self) -> None:
        self._closing = True
        if self._task is None or self._over:
            return
        if self._stepping:
            self._task.cancel()
        else:
            _set(self._demand)

    async def _work(self, most: int) -> None:
        """Lets the task work until there is something to take."""
        loop = asyncio.get_running_loop()
        if self._closing:
            return  # forgotten before its first turn
        self._most = most
        self._until = monotonic() + LONGEST
        self._supply = loop.create_future()
        if self._task is None:
            self._task = loop.create_task(self._run())
        _set(self._demand)
        try:
            await self._supply
        finally:
            self._most = 0
            self._supply = None

    async def _run(self) -> None:
        iterator: Any = None
        try:
            source: Any = self._source
            iterator = aiter(source)
            del source
            self._source = None
            while not self._closing:
                if len(self._items) < self._most:
                    await self._steps(iterator)
                else:
                    self._demand = asyncio.get_running_loop().create_future()
                    await self._demand
        except StopAsyncIteration:
            pass
        except BaseException as exc:  # whoever pulls next gets it, a cancellation too
            self._failure = exc
        try:
            close: Any = getattr(iterator, "aclose", None)
            if close is not None:
                await close()
        except BaseException as exc:
            self._failure = self._failure or exc
        self._over = True
        _set(self._supply)

    async def _steps(self, iterator: Any) -> None:
        """Makes items until there are as many as the pull wants, or it has lasted long enough."""
        first, self._first = self._first, None
        step: Any = iterator.__anext__
        before = monotonic()
        self._stepping = True
        try:
            while len(self._items) < self._most:
                item = await (step() if first is None else first(iterator))
                first = None
                self._items.append(item)
                now = monotonic()
                if now > self._until:
                    self._most = 0
                elif len(self._items) == 1:
                    self._send_soon(now - before < QUICK)
                before = now
        finally:
            self._stepping = False
        _set(self._supply)

    def _send_soon(self, quick: bool) -> None:
        """What is there is not held back by a step that waits; for a moment at most if the last came quickly."""
        loop = asyncio.get_running_loop()
        if quick:
            loop.call_later(GATHERING, _set, self._supply)
        else:
            loop.call_soon(_set, self._supply)


def _set(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)
