"""JavaScript iterators in Python, for `for` and for `async for`.

Items come in batches, whose size JavaScript finds (src/streams-in/item-source.ts); those that have arrived wait here.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any
from weakref import ref

import snakebridge
from snakebridge.errors import JavaScriptGone

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future

# JsOperation in native/wire/wire.h.
PULL = 20
LEAVE = 21
LATER = 26

# PullState in src/streams-in/item-source.ts.
MORE = 0
THREW = 2

Pulled = tuple[list[Any], int, Any]

# For ever empty.
_NOTHING: deque[Any] = deque()


class JsIterator(snakebridge.JsValue):
    """A JavaScript iterator: a Python iterator and asynchronous iterator over its items."""

    # The addon makes the instances: nothing runs at their start.
    _items: deque[Any] = _NOTHING
    _end: tuple[int, Any] | None = None
    _careful = False
    _serial = 0
    _lost: int | None = None
    _coming: Future[Pulled] | None = None

    def __iter__(self) -> JsIterator:
        return self

    def __next__(self) -> Any:
        while True:
            try:
                return self._items.popleft()
            except IndexError:
                pass
            if self._end is not None:
                value = self._take_end()
                raise StopIteration if value is None else StopIteration(value)
            self._pull()

    def close(self) -> None:
        """Leaves the iterator, as `break` does in JavaScript: its `return()` is called."""
        self._forget()
        snakebridge.ask(self, LEAVE, ())

    def __aiter__(self) -> JsIterator:
        return self

    async def __anext__(self) -> Any:
        while True:
            try:
                return self._items.popleft()
            except IndexError:
                pass
            if self._end is not None:
                self._take_end()
                raise StopAsyncIteration
            await self._pull_later()

    async def aclose(self) -> None:
        """Leaves the iterator, without blocking the event loop."""
        self._forget()
        await ask_later(self, LEAVE, ())

    def _pull(self) -> None:
        try:
            pulled = snakebridge.ask(self, PULL, self._next_pull())
        except Exception as exc:
            self._refused(exc)
        except BaseException:  # the call was cancelled while it waited: the answer is for the next
            self._lost = self._serial
            raise
        else:
            self._take(pulled)

    def _next_pull(self) -> tuple[bool, int, int | None]:
        lost, self._lost = self._lost, None
        self._serial += 1
        return self._careful, self._serial, lost

    async def _pull_later(self) -> None:
        from asyncio import shield

        coming = self._coming
        if coming is None:
            coming = self._coming = ask_later(self, PULL, self._next_pull())
            itself = ref(self)  # an answer that never comes must not keep it

            def arrived(future: Future[Pulled]) -> None:
                iterator = itself()
                if iterator is not None:
                    iterator._arrived(future)

            coming.add_done_callback(arrived)
        # Who waits may be cancelled; what comes is for the next.
        await shield(_over(coming))

    def _arrived(self, future: Future[Pulled]) -> None:
        self._coming = None
        exc = future.exception()
        if exc is None:
            self._take(future.result())
        else:
            self._refused(exc)

    def _take(self, pulled: Pulled) -> None:
        items, state, outcome = pulled
        if self._items is _NOTHING:
            self._items = deque()
        self._items.extend(items)
        if state != MORE and self._end is None:
            self._end = (state, outcome)

    def _refused(self, exc: BaseException) -> None:
        """An item of the answer cannot cross: those in front of it come one by one, then the error."""
        if isinstance(exc, JavaScriptGone):
            self._end = (THREW, exc)
            return
        if self._careful:
            self._end = (THREW, exc)
            snakebridge.tell(self, LEAVE, ())
        self._careful = True

    def _take_end(self) -> Any:
        """The value that the iterator returned; raises what it threw. Once."""
        end: Any = self._end
        self._end = (MORE, None)
        state, outcome = end
        if state == THREW:
            raise outcome
        return outcome

    def _forget(self) -> None:
        self._items.clear()
        self._end = (MORE, None)


async def _over(future: Future[Any]) -> None:
    from asyncio import wait

    await wait([future])


def ask_later(value: snakebridge.JsValue, operation: int, args: tuple[Any, ...]) -> Future[Any]:
    """As `snakebridge.ask`, for a coroutine: JavaScript's answer is awaited."""
    from asyncio import get_running_loop

    loop = get_running_loop()
    future: Future[Any] = loop.create_future()
    snakebridge.tell(value, LATER, (operation, list(args), _Settle(loop, future)))
    return future


class _Settle:
    """What JavaScript calls with its answer, on any thread. Forgotten without one: JavaScript has gone."""

    __slots__ = ("_answered", "_future", "_loop")

    def __init__(self, loop: AbstractEventLoop, future: Future[Any]) -> None:
        self._loop = loop
        self._future = future
        self._answered = False

    def __del__(self) -> None:
        if not self._answered:
            self(None, JavaScriptGone("expected an answer of JavaScript, got the end of its thread (main or worker)"))

    def __call__(self, value: Any, exc: BaseException | None) -> None:
        self._answered = True
        try:
            self._loop.call_soon_threadsafe(self._settle, value, exc)
        except RuntimeError:  # the loop is closed: nobody waits
            return

    def _settle(self, value: Any, exc: BaseException | None) -> None:
        if self._future.done():
            return
        if exc is None:
            self._future.set_result(value)
        else:
            self._future.set_exception(exc)
            if isinstance(exc, JavaScriptGone):
                self._future.exception()  # no warning where nobody waits any more
