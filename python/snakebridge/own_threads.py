"""The bridge's threads, as `threading` sees them.

It did not start them, so it has dummies for them, which are daemons; and a new thread is what the one is that makes it.
Whatever a call starts would be a daemon, whose work is cut off when the process ends, where the same lines in a program
of Python's own start a thread that is waited for.
"""

from __future__ import annotations

import threading

import snakebridge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def start_no_daemons() -> None:
    """Threads that calls start are no daemons, unless they say so. Dummies of other threads stay as they are."""
    dummy: Any = threading._DummyThread  # pyright: ignore
    initialise = dummy.__init__

    def initialise_dummy(self: Any) -> None:
        initialise(self)
        if snakebridge.is_own_thread():
            self._daemonic = False  # nobody waits for a dummy at the end, whatever it says

    dummy.__init__ = initialise_dummy
