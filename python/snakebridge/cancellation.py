"""The exception that interrupts a cancelled call, and how its thread took it.

The addon raises `CallCancelled` in the thread that runs the call (`PyThreadState_SetAsyncExc` takes a class, so its
instance is made when it arrives) and asks `reaction` now and then. All of it under the GIL.
"""

from __future__ import annotations

import _thread
import sys
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

PENDING, HANDLED, SWALLOWED = range(3)

# The exception that arrived last in each thread.
_arrived: dict[int, ref[CallCancelled]] = {}


class CallCancelled(BaseException):
    """JavaScript cancelled the call, or its time limit passed.

    No `Exception`, so that `except Exception` lets it through. Clean up in `finally` and let it go.
    """

    def __init__(self, *args: Any, js: Any = None) -> None:
        super().__init__(*args)
        self._js = js  # the snakebridge.JsRef of the JavaScript error that stands for this cancellation
        if not args:
            _arrived[_thread.get_ident()] = ref(self)


def cancellation(js: Any, raised: BaseException | None) -> CallCancelled:
    """Why a cancelled call failed; `raised` is what it ended with, kept where that says something new."""
    exc = CallCancelled("the call was cancelled", js=js)
    # By getattr: another thread may be in the middle of its import.
    by_asyncio = getattr(sys.modules.get("asyncio.exceptions"), "CancelledError", CallCancelled)
    if raised is not None and not isinstance(raised, (CallCancelled, by_asyncio)):
        exc.__context__ = raised
    return exc


def reaction(thread: int) -> int:
    """What the thread did with the exception: it has not seen it, it is handling it, or it let it go and goes on."""
    arrived = _arrived.get(thread)
    if arrived is None:
        return PENDING
    return SWALLOWED if arrived() is None else HANDLED


def in_import_system(thread: int) -> bool:
    """Whether the thread is in the import system itself, whose module locks an exception would leave taken."""
    return _is_of_imports(sys._current_frames().get(thread))  # pyright: ignore[reportPrivateUsage]


def inside_import(thread: int) -> bool:
    """Whether the thread is inside of an import, be it in the code of the module."""
    frame = sys._current_frames().get(thread)  # pyright: ignore[reportPrivateUsage]
    while frame is not None and not _is_of_imports(frame):
        frame = frame.f_back
    return frame is not None


def _is_of_imports(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_code.co_filename.startswith("<frozen importlib")


def look() -> None:
    """Does nothing: an exception that was sent to this thread is raised in here."""


def forget(thread: int) -> None:
    """The thread runs something else now, or is about to get a new exception."""
    _arrived.pop(thread, None)
