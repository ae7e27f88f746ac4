"""Records of `logging` for JavaScript.

They are taken where a logger hands a record to its handlers, not by a handler: `logging.config` and
`basicConfig(force=True)` throw handlers away, and Python's own handlers go on as if nobody listened.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from snakebridge.errors import JavaScriptGone, describe

# What a record has by itself; the rest came by `extra`.
_own = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Fields that are nested more deeply, or in a circle, cross as their repr.
MAX_DEPTH = 16


class Listener:
    """What a function of JavaScript wants to hear of."""

    def __init__(self, sink: Any, level: int | None, logger: str) -> None:
        self.sink = sink
        self.level = level
        self.logger = logger

    def hears(self, record: logging.LogRecord) -> bool:
        if self.level is not None and record.levelno < self.level:
            return False
        name = self.logger
        return name == "" or record.name == name or record.name.startswith(name + ".")


_listeners: dict[Any, Listener] = {}
# Loggers that let more through for a listener: the level they had, and the one they have.
_lowered: dict[logging.Logger, tuple[int, int]] = {}
_lock = threading.RLock()
_sending = threading.local()
_call_handlers = logging.Logger.callHandlers


def listen(sink: Any, level: int | str | None, logger: str) -> None:
    """Records of `logger` and those below it go to `sink`: from `level` on, or what Python lets through."""
    number = _number_of(level)
    with _lock:
        _listeners[sink] = Listener(sink, number, logger)
        logging.Logger.callHandlers = _handle
        _set_levels()


def forget(sink: Any) -> None:
    """They no longer do."""
    with _lock:
        _listeners.pop(sink, None)
        _set_levels()
        if not _listeners and logging.Logger.callHandlers is _handle:
            logging.Logger.callHandlers = _call_handlers


def _number_of(level: int | str | None) -> int | None:
    if not isinstance(level, str):
        return level
    known = logging.getLevelNamesMapping()
    if level not in known:
        raise ValueError(f"expected a level of logging ({', '.join(known)}) for python.on, got {level!r}")
    return known[level]


def _set_levels() -> None:
    """Lets through what somebody listens to, and gives other loggers their own levels back."""
    for logger, (own, lowered) in _lowered.items():
        if logger.level == lowered:  # or the program has set it meanwhile
            logger.setLevel(own)
    _lowered.clear()
    for listener in _listeners.values():
        logger = logging.getLogger(listener.logger or None)
        level = listener.level
        if level is None or logger.getEffectiveLevel() <= level:
            continue
        own = _lowered[logger][0] if logger in _lowered else logger.level
        _lowered[logger] = own, max(level, 1)  # 0 would mean its parent's
        logger.setLevel(max(level, 1))


def _own_level(logger: logging.Logger) -> int:
    """The effective level, if nobody listened."""
    at: logging.Logger | None = logger
    while at is not None:
        own, lowered = _lowered.get(at, (at.level, at.level))
        level = own if at.level == lowered else at.level
        if level:
            return level
        at = at.parent
    return logging.NOTSET


def _handle(self: logging.Logger, record: logging.LogRecord) -> None:
    """In place of Logger.callHandlers."""
    heard = False
    wanted = not _lowered or record.levelno >= _own_level(self)  # now: a listener that has gone gives levels back
    if not getattr(_sending, "now", False):
        for listener in tuple(_listeners.values()):
            if listener.hears(record):
                heard = _send(listener, record) or heard
    # Its handlers get what they would have got; without any Python would print it, as if nobody listened.
    if wanted and (not heard or self.hasHandlers()):
        _call_handlers(self, record)


def _send(listener: Listener, record: logging.LogRecord) -> bool:
    _sending.now = True  # what converts values may log
    try:
        listener.sink(_event(record))
    except JavaScriptGone:
        forget(listener.sink)
        return False
    finally:
        _sending.now = False
    return True


def _event(record: logging.LogRecord) -> dict[str, Any]:
    return {
        "level": record.levelno,
        "levelname": record.levelname,
        "logger": record.name,
        "message": _message(record),
        "fields": {
            name: value if _crosses(value, MAX_DEPTH) else _shown(value)
            for name, value in vars(record).items()
            if name not in _own
        },
        "exception": _exception(record),
        "stack": record.stack_info,
        "time": record.created * 1000,
        "thread": record.threadName,
        "file": record.pathname,
        "line": record.lineno,
        "function": record.funcName,
    }


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # wrong arguments: Python's handlers say so
        return f"{_shown(record.msg)} with {_shown(record.args)}"


def _exception(record: logging.LogRecord) -> Any:
    """An error of JavaScript as itself, another exception as what makes a PythonError."""
    exc = record.exc_info and record.exc_info[1]
    if not isinstance(exc, BaseException):
        return None
    js = getattr(exc, "_js", None)
    return js if js is not None else [describe(exc), exc]


def _crosses(value: Any, depth: int) -> bool:
    """Whether JavaScript can take it for sure: keys may differ in Python only, and nobody would hear of the error."""
    if depth == 0:
        return False
    kind: type[Any] = type(value)  # pyright: ignore[reportUnknownVariableType]
    keys: Any = value if issubclass(kind, (dict, set, frozenset)) else ()
    members: Any = value if issubclass(kind, (list, tuple)) else ()
    if issubclass(kind, dict):
        members = keys.values()
    return set(map(type, keys)) in ({str}, {int}, set()) and all(_crosses(member, depth - 1) for member in members)


def _shown(value: object) -> str:
    try:
        return value if isinstance(value, str) else repr(value)
    except Exception as exc:
        return f"<{type(value).__name__}, whose repr fails: {type(exc).__name__}>"
