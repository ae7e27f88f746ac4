"""The asyncio loop of the calling thread. To ask for it imports nothing: where asyncio is not loaded no loop runs."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from typing import Any


def running_loop() -> AbstractEventLoop | None:
    """The loop that runs on this thread, if any."""
    # By getattr: another thread may be in the middle of its import.
    get: Any = getattr(sys.modules.get("asyncio.events"), "_get_running_loop", None)
    return None if get is None else get()
