"""`with` and `async with` around what JavaScript does: entered by one call, left by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio


def open_context(manager: Any) -> SyncContext | AsyncContext:
    """What enters and leaves `manager`. One that can do both is entered asynchronously: some refuse the other way."""
    cls: Any = type(manager)  # pyright: ignore
    if hasattr(cls, "__aenter__") and hasattr(cls, "__aexit__"):
        return AsyncContext(manager)
    if hasattr(cls, "__enter__") and hasattr(cls, "__exit__"):
        return SyncContext(manager)
    raise TypeError(f"expected a context manager, got {cls.__name__!r} object")


class SyncContext:
    """`with manager as value`."""

    is_async = False

    def __init__(self, manager: Any) -> None:
        self._manager = manager
        self._type: Any = type(manager)

    def enter(self) -> Any:
        """The first half."""
        return self._type.__enter__(self._manager)

    def leave(self, exc: BaseException | None) -> bool:
        """The second half; whether the exception was suppressed."""
        leave: Any = self._type.__exit__
        if exc is None:
            leave(self._manager, None, None, None)
            return False
        traceback = exc.__traceback__
        try:
            raise exc
        except BaseException:  # being handled, as in a with statement: for `raise`, sys.exc_info() and __context__
            exc.__traceback__ = traceback
            return bool(leave(self._manager, type(exc), exc, traceback))


class AsyncContext:
    """`async with manager as value`, in a task of its own: TaskGroup, asyncio.timeout and anyio insist on one task."""

    is_async = True

    def __init__(self, manager: Any) -> None:
        self._manager = manager

    async def enter(self) -> Any:
        """The first half. When it is cancelled, the manager is left."""
        import asyncio

        loop = asyncio.get_running_loop()
        self._entered: asyncio.Future[Any] = loop.create_future()
        self._left: asyncio.Future[BaseException | None] = loop.create_future()
        self._task = loop.create_task(self._run())
        try:
            return await self._entered
        except asyncio.CancelledError:
            self._task.cancel()
            await asyncio.wait([self._task])
            raise

    async def leave(self, exc: BaseException | None) -> bool:
        """The second half; whether the exception was suppressed."""
        if not self._left.done():
            self._left.set_result(exc)
        try:
            return await self._task
        except BaseException as raised:
            if raised is exc:
                return False
            raise

    async def _run(self) -> bool:
        exc: BaseException | None = None
        try:
            async with self._manager as value:
                if not self._entered.done():
                    self._entered.set_result(value)
                exc = await self._left
                if exc is not None:
                    raise exc
        except BaseException as raised:
            if self._entered.done():
                raise
            self._entered.set_exception(raised)
        return exc is not None
