"""Standard streams routed to JavaScript, which writes to Node's streams.

1. Every write is one message, sent at once and in order: who has the result of a call has what it printed before.
2. JavaScript counts in memory that both share what it has taken. What it has not when the process ends, or its thread,
   goes where the stream itself leads: nothing is lost.
3. A thread waits while the Node streams have more than BOUND characters to write. Nobody waits in a coroutine, which
   would hold up all others, and in a blocking call, where JavaScript cannot write.
4. The newest route counts, each stream by itself: every JavaScript thread has one at most.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

import snakebridge
from snakebridge.errors import JavaScriptBlocked, JavaScriptGone
from snakebridge.routed_streams import install, uninstall, write_through
from snakebridge.running_loop import running_loop

if TYPE_CHECKING:
    from snakebridge.routed_streams import Destination

BOUND = 1024 * 1024

# JsOperation in native/wire/wire.h.
CALL = 0

# The shared counts: the number of the last message taken, and the characters that the Node streams have written.
TAKEN = 0
WRITTEN = 1


class Route:
    """One JavaScript thread's."""

    def __init__(self, write: Any, room: Any, counts: Any, streams: tuple[bool, bool]) -> None:
        self.sink = write
        self.streams = streams
        self._room = room
        self._counts = counts
        self._number = 0
        self._total = 0
        self._sent: deque[tuple[int, int, str | bytes]] = deque()
        # Around the number and its message; a finalizer that prints may come in between.
        self._lock = threading.RLock()

    def write(self, which: int, data: str | bytes) -> None:
        """Sends it to JavaScript."""
        if not data:
            return
        try:
            with self._lock:
                self._number += 1
                self._total += len(data)
                self._forget_taken()
                self._sent.append((self._number, which, data))
                snakebridge.tell(self.sink, CALL, (self._number, self._total, which, data))
        except JavaScriptGone:
            close_route(self.sink)
            self.print_rest()
            return
        if self._total - self._counts[WRITTEN] > BOUND and _may_wait():
            try:
                snakebridge.ask(self._room, CALL, ())
            except (JavaScriptGone, JavaScriptBlocked):
                return  # rule 3: it cannot write now

    def _forget_taken(self) -> None:
        taken = self._counts[TAKEN]
        while self._sent and self._sent[0][0] <= taken:
            self._sent.popleft()

    @property
    def rests(self) -> bool:
        """Whether JavaScript has taken everything."""
        with self._lock:
            self._forget_taken()
            return not self._sent

    def print_rest(self) -> None:
        """Rule 2."""
        self._forget_taken()
        while self._sent:
            _, which, data = self._sent.popleft()
            target = target_of(which)
            if target is None:
                write_through(which, data)
            else:
                target.write(which, data)


_routes: list[Route] = []
# Closed, but JavaScript has not taken everything.
_closed: list[Route] = []
_lock = threading.RLock()


def target_of(which: int) -> Destination | None:
    """The newest route of a stream."""
    for route in reversed(_routes):
        if route.streams[which]:
            return route
    return None


def _may_wait() -> bool:
    if snakebridge.server() is not None:
        return False
    return running_loop() is None


def open_route(write: Any, room: Any, counts: Any, streams: tuple[bool, bool]) -> None:
    """From now on what is printed goes to `write`."""
    from snakebridge.capture import find_target

    with _lock:
        install(find_target)
        _routes.append(Route(write, room, counts, streams))


def close_route(write: Any) -> None:
    """It no longer does."""
    with _lock:
        _closed[:] = [route for route in _closed if not route.rests]
        for route in [route for route in _routes if route.sink is write]:
            _routes.remove(route)
            _closed.append(route)
            uninstall()


def leave() -> None:
    """The process ends: JavaScript takes nothing more."""
    routes = [*_closed, *_routes]
    _routes.clear()
    _closed.clear()
    for route in routes:
        route.print_rest()
