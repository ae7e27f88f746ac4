"""Python's warnings for JavaScript: those that Python's filters let through, and that it would print.

`catch_warnings` keeps what it caught, as always. Where the program has put a function of its own in place of
`warnings.showwarning` (`logging.captureWarnings` does), that goes on, too.
"""

from __future__ import annotations

import threading
import time
import warnings
from typing import Any

from snakebridge.errors import JavaScriptGone

_listeners: list[Any] = []
_lock = threading.RLock()
_module: Any = warnings
_printing: Any = _module._showwarning_orig
_previous: Any = _printing


def listen(sink: Any) -> None:
    """Warnings go to `sink`."""
    global _previous
    with _lock:
        if sink not in _listeners:
            _listeners.append(sink)
        if _module.showwarning is not _show:
            _previous = _module.showwarning
            _module.showwarning = _show


def forget(sink: Any) -> None:
    """They no longer do."""
    with _lock:
        if sink in _listeners:
            _listeners.remove(sink)
        if not _listeners and _module.showwarning is _show:
            _module.showwarning = _previous


def _show(
    message: Any, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
) -> None:
    """In place of warnings.showwarning."""
    heard = False
    if file is None:
        event = {
            "category": category.__name__,
            "message": str(message),
            "file": filename,
            "line": lineno,
            "time": time.time() * 1000,
            "thread": threading.current_thread().name,
        }
        for sink in tuple(_listeners):
            try:
                sink(event)
                heard = True
            except JavaScriptGone:
                forget(sink)
    if not heard or _previous is not _printing:
        _previous(message, category, filename, lineno, file, line)
