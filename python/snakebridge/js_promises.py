"""JavaScript promises: `await` them on an asyncio loop; other threads wait with `result()`."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import snakebridge
from snakebridge import js_operations as op
from snakebridge.js_objects import on_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ask: Any = snakebridge.ask
is_here: Any = snakebridge.is_here


class JsPromise(snakebridge.JsValue):
    """A promise of JavaScript, which alone settles it. A rejection is raised: a JavaScriptError, or Python's own."""

    __slots__ = ("_outcome",)

    def __await__(self) -> Generator[Any, None, Any]:
        self._refuse_here("await it")
        return self._wait().__await__()

    async def _wait(self) -> Any:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()

        def wake(_: object) -> None:
            loop.call_soon_threadsafe(lambda: waiter.done() or waiter.set_result(None))

        # Not asyncio.wrap_future: a task that is cancelled would cancel it for everybody.
        outcome = self._subscribed()
        outcome.add_done_callback(wake)
        await waiter
        return outcome.result()

    def result(self, timeout: float | None = None) -> Any:
        """Waits for it, for so many seconds at most: TimeoutError. For threads where no asyncio loop runs."""
        kept, outcome = self._settled(timeout)
        if not kept:
            raise outcome
        return outcome

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What it was rejected with, or None; waits as `result` does."""
        kept, outcome = self._settled(timeout)
        return None if kept else outcome

    def done(self) -> bool:
        """Whether Python has heard of its outcome. Asking listens from then on."""
        return self._subscribed().done()

    def add_done_callback(self, function: Callable[[JsPromise], object]) -> None:
        """Calls `function` with the promise when it has settled, on some thread of Python's."""
        self._subscribed().add_done_callback(lambda _: function(self))

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("cannot pickle or copy a JavaScript promise: pass its result")

    def _settled(self, timeout: float | None) -> tuple[bool, Any]:
        if on_loop():
            raise RuntimeError(
                "expected a thread without a running asyncio loop, got one that would be stopped: await the promise"
            )
        self._refuse_here("wait for it")
        outcome = ask(self, op.PROMISE_RESULT, (timeout,))
        if not outcome:
            raise TimeoutError(f"expected a promise that settles within {timeout} seconds, got one that is pending")
        return outcome

    def _subscribed(self) -> Future[Any]:
        try:
            return self._outcome
        except AttributeError:
            self._outcome: Future[Any] = Future()
        # JavaScript keeps the future, and not this object: a promise that never settles may be forgotten.
        ask(self, op.PROMISE_THEN, (self._outcome,))
        return self._outcome

    def _refuse_here(self, what: str) -> None:
        if is_here(self):
            raise RuntimeError(
                f"expected another thread than JavaScript's own to {what}, got a promise inside a blocking call "
                "(python.sync), where it cannot settle; make the call by the asynchronous API"
            )


def settle(outcome: Future[Any], kept: bool, value: Any) -> None:
    """Called by JavaScript, once."""
    if kept:
        outcome.set_result(value)
    else:
        outcome.set_exception(value)
