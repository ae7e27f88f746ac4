"""The bridge's threads, as `threading` sees them.

It did not start them, so it has dummies for them, which are daemons; and a new thread is what the one is that makes it.
Whatever a call starts would be a daemon, whose work is cut off when the process ends, where the same lines in a program
of Python's own start a thread that is waited for. And a thread that forks is the child's main thread, which a dummy is
no good as.
"""

from __future__ import annotations

import os
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


def serve_as_main_threads() -> None:
    """A dummy that finds itself the main thread of a forked child becomes one, as from Python 3.13 on.

    Up to 3.12 `threading` asks its main thread at the end for a lock that dummies lack: a process of multiprocessing
    that had done its work ended by an AssertionError that nobody saw, with exit status 1.
    """
    if hasattr(threading.Thread, "_after_fork") or not hasattr(os, "register_at_fork"):
        return
    # Behind that of threading, which was registered when threading was imported.
    os.register_at_fork(after_in_child=_be_the_main_thread)


def _be_the_main_thread() -> None:
    inside: Any = threading
    main: Any = inside.main_thread()
    if type(main) is not inside._DummyThread:
        return
    main.__class__ = inside._MainThread
    main._name = "MainThread"
    main._daemonic = False
    main._set_tstate_lock()
