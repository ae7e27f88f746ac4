"""The asyncio loop that drives what JavaScript awaits: one, on a daemon thread of its own, started by the first use.

The addon hands awaitables over with `submit` and is called back with the finished future. Many may come at once: they
wait in a queue, and the loop is woken once for all of them.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import deque
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import snakebridge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from contextvars import Context

    Settle = Callable[[Any], object]

# How long the end of the process waits for tasks that clean up, in seconds.
PATIENCE = 1.0

_actions: deque[Callable[[], object]] = deque()
_awake = False
_starting = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None
_ending = False


class Job:
    """An awaitable on its way: what it becomes, and how to cancel it."""

    __slots__ = ("_awaitable", "_context", "_settle", "_task")

    def __init__(self, awaitable: Awaitable[Any], settle: Settle, context: Context) -> None:
        self._awaitable: Any = awaitable
        self._settle: Settle | None = settle
        self._context = context
        self._task: asyncio.Future[Any] | None = None

    def start(self) -> None:
        """On the loop."""
        settle = self._settle
        if settle is None:
            return
        try:
            task = _future_of(self._awaitable, self._context)
            task.add_done_callback(settle, context=self._context)
        except BaseException as exc:
            self._awaitable = self._settle = None
            settle(exc)
            return
        self._task = task
        self._awaitable = self._settle = None  # or what it holds would live as long as this job

    def cancel(self) -> None:
        """On any thread. What has not been started never starts."""
        _post(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        elif self._settle is not None:  # cancelled before its turn came
            settle, awaitable = self._settle, self._awaitable
            self._awaitable = self._settle = None
            if asyncio.iscoroutine(awaitable):
                awaitable.close()
            settle(asyncio.CancelledError())


def submit(awaitable: Awaitable[Any], settle: Settle) -> Job:
    """Drives `awaitable` in a copy of the caller's context and calls `settle` with the finished future.

    With an exception instead, if it cannot become a future.
    """
    job = Job(awaitable, settle, copy_context())
    _post(job.start)
    return job


def _future_of(awaitable: Any, context: Context) -> asyncio.Future[Any]:
    loop = asyncio.get_running_loop()
    if asyncio.isfuture(awaitable):
        if awaitable.get_loop() is not loop:
            raise RuntimeError(
                f"expected a future of SnakeBridge's event loop, got one of {awaitable.get_loop()!r}: await it there, "
                "or create it in a coroutine that JavaScript awaits"
            )
        return awaitable
    if not asyncio.iscoroutine(awaitable):
        awaitable = _await(awaitable)
    return loop.create_task(awaitable, context=context)


async def _await(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def call(function: Callable[..., Any], args: tuple[Any, ...], keywords: Mapping[str, Any]) -> Any:
    """`function`'s result: called in a task on the loop, in a copy of the caller's context, and waited for here."""
    future = asyncio.run_coroutine_threadsafe(_call(function, args, keywords), running())
    try:
        result, error = future.result()
    except BaseException:
        future.cancel()  # nobody waits any longer: what has not begun does not
        raise
    if error is not None:
        raise error
    return result


async def _call(
    function: Callable[..., Any], args: tuple[Any, ...], keywords: Mapping[str, Any]
) -> tuple[Any, BaseException | None]:
    try:
        return function(*args, **keywords), None
    except BaseException as exc:
        return None, exc  # some that come out of a coroutine become others, or end the loop


def _post(action: Callable[[], object]) -> None:
    """Runs `action` on the loop, soon."""
    global _awake
    _actions.append(action)
    if _awake:
        return
    try:
        _awake = True
        running().call_soon_threadsafe(_run_actions)
    except BaseException:  # no memory, or the call was cancelled: nobody else would wake the loop
        _awake = False
        with suppress(ValueError):
            _actions.remove(action)
        raise


def _run_actions() -> None:
    global _awake
    _awake = False
    try:
        while _actions:
            _actions.popleft()()
    finally:
        if _actions:
            running().call_soon(_run_actions)


def running() -> asyncio.AbstractEventLoop:
    """The loop; starts it if need be."""
    global _loop, _thread
    if _loop is not None:
        return _loop
    with _starting:
        if _loop is None:
            if _ending:
                raise RuntimeError("expected an event loop that runs, got one that has ended with the process")
            loop = _new_loop()
            _thread = threading.Thread(target=_run, args=(loop,), name="snakebridge-asyncio", daemon=True)
            _thread.start()
            _loop = loop
        return _loop


def _new_loop() -> asyncio.AbstractEventLoop:
    if snakebridge.event_loop_options.get("kind") == "uvloop":
        import uvloop

        loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    else:
        loop = asyncio.new_event_loop()
    loop.set_exception_handler(_warn)
    loop.set_debug(bool(snakebridge.event_loop_options.get("debug")))
    return loop


def _warn(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception nobody retrieved, or another fault of a task, as a warning of Node's."""
    from traceback import format_exception

    exc = context.get("exception")
    lines = [f"{key}: {value!r}" for key, value in context.items() if key not in ("message", "exception")]
    if isinstance(exc, BaseException):
        lines += ["".join(format_exception(exc)).rstrip()]
    message = str(context.get("message"))
    if isinstance(exc, BaseException):
        message += f": {type(exc).__name__}: {exc}"
    if not snakebridge.warn_javascript(message, "\n".join(lines)):
        loop.default_exception_handler(context)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    while True:
        try:
            loop.run_forever()
            break
        except (SystemExit, KeyboardInterrupt):
            continue  # a task raised it: whoever awaits the task has it, the others go on
    loop.close()


def end() -> None:
    """Cancels every task and ends the loop's thread; gives up when they take too long. On Python's main thread."""
    global _ending, _loop
    with _starting:
        _ending = True
        loop, thread = _loop, _thread
    if loop is None or thread is None:
        return
    asyncio.run_coroutine_threadsafe(_finish(loop), loop)
    thread.join(PATIENCE)


async def _finish(loop: asyncio.AbstractEventLoop) -> None:
    me = asyncio.current_task()
    tasks = [task for task in asyncio.all_tasks() if task is not me]
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=PATIENCE / 2)
    await asyncio.wait_for(loop.shutdown_asyncgens(), PATIENCE / 4)
    sys.stdout.flush()
    loop.stop()
