"""Exceptions as plain data: what a Python exception tells JavaScript, and the exception a JavaScript error becomes.

`describe` runs once per exception, at the boundary, with the GIL held. It never raises, whatever the exception's
own methods do, and its result holds only str, int, bool, None, lists and dicts of the exact types.
"""

from __future__ import annotations

import sys
from weakref import WeakValueDictionary

from snakebridge.cancellation import CallCancelled
from snakebridge.plain_text import mro, notes, plain, text, type_name

# typing would cost half of the start-up: type checkers know this name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from traceback import TracebackException
    from types import ModuleType, TracebackType
    from typing import Any

    Description = dict[str, Any]

# A chain or a group beyond these is cut, with a line in the traceback text that says so.
MAX_EXCEPTIONS = 64
MAX_DEPTH = 16
MAX_FRAMES = 1000
MAX_LISTED_FRAMES = 100

_PACKAGE = __file__.rpartition("errors.py")[0]
_IMPORTLIB = "<frozen importlib."
_IMPORT_MODULE = ("importlib/__init__.py", "importlib\\__init__.py")

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
_CUT = "[snakebridge: more exceptions of this chain or group are not shown]\n\n"
_CUT_FRAMES = "[snakebridge: the outer frames of a deep stack are not shown]\n"


class JavaScriptError(Exception):
    """An error of JavaScript in Python: its `name`, `message` and `stack`. It goes back as the same JS object."""

    def __init__(self, name: str, message: str, stack: str | None = None, js: Any = None) -> None:
        super().__init__(name, message, stack)
        self.name = name
        self.message = message
        self.stack = stack
        self._js = js  # the snakebridge.JsValue that keeps the JS object alive

    @property
    def __snakebridge_js__(self) -> Any:
        """What JavaScript gets in place of this exception. A thrown value that is no Error has nothing."""
        if self._js is None or (self.stack is None and self.name == "thrown"):
            raise AttributeError("__snakebridge_js__")
        return self._js

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name

    def __reduce__(self) -> Any:
        # A JS object does not travel to another process; the text does.
        return (type(self), (self.name, self.message, self.stack))


_known: WeakValueDictionary[Any, JavaScriptError] = WeakValueDictionary()


def javascript_error(name: str, message: str, stack: str | None, js: Any, thrown: bool = False) -> JavaScriptError:
    """The exception of an error in JavaScript: the same one as long as Python has it.

    What was `thrown` begins its traceback anew, or an error thrown again and again would get a longer one each time.
    """
    if js is None:
        return JavaScriptError(name, message, stack)
    known = _known.get(js)
    if known is None:
        return _known.setdefault(js, JavaScriptError(name, message, stack, js))
    known.args = (name, message, stack)
    known.name, known.message, known.stack = name, message, stack
    if thrown:
        known.__traceback__ = None
    return known


def caused_by(error: JavaScriptError, causes: Sequence[BaseException]) -> JavaScriptError:
    """The `cause` that it has in JavaScript is its `__cause__`, and so on; one that Python has given it stays."""
    last: BaseException = error
    for cause in causes:
        if last.__cause__ is None:
            last.__cause__ = cause
        last = cause
    return error


class JavaScriptGone(ReferenceError):
    """A JavaScript value was used after the end of the thread (a worker, the program) that it belongs to."""


class JavaScriptBlocked(RuntimeError):
    """JavaScript cannot answer: its thread waits inside a blocking call, perhaps for the very thread that asks."""


def describe(exc: BaseException) -> Description:
    """Type, message, traceback text, frames, notes, chain and members of `exc`, as plain data."""
    try:
        if isinstance(exc, CallCancelled) and exc._js is not None:  # pyright: ignore[reportPrivateUsage]
            return _cancelled(exc)
        return _Describer().describe(exc)
    except BaseException as error:  # MemoryError, a cancellation that hits right here, a broken traceback module
        error.__traceback__ = None  # a MemoryError may live for ever (failures.cc), and what its frames hold with it
        return _minimal(exc)


def _cancelled(exc: CallCancelled) -> Description:
    """JavaScript has its own error for it, and needs to know only what else was raised."""
    context = exc.__context__
    described = None if context is None else _Describer().describe(context)
    return {"type": type_name(type(exc)), "js": exc._js.id, "context": described}  # pyright: ignore[reportPrivateUsage]


def _minimal(exc: BaseException) -> Description:
    name = type_name(type(exc))
    message = text(exc)
    description: Description = {
        "type": name,
        "mro": mro(type(exc)),
        "message": message,
        "traceback": f"{name}: {message}\n" if message else f"{name}\n",
        "frames": [],
        "notes": [],
        "cause": None,
        "context": None,
        "suppressContext": False,
        "exceptions": None,
        "details": {},
    }
    if isinstance(exc, (JavaScriptError, CallCancelled)):
        js = getattr(exc, "_js", None)
        if js is not None:
            description["js"] = js.id
    return description


class _Describer:
    """Describes an exception and what hangs on it, each object once; a link back to an ancestor is dropped."""

    def __init__(self) -> None:
        self.done: dict[int, tuple[Description, TracebackException]] = {}
        self.path: set[int] = set()
        self.cut = False

    def describe(self, exc: BaseException) -> Description:
        description, _ = self.visit(exc)
        if self.cut:
            description["traceback"] = _CUT + description["traceback"]
        return description

    def visit(self, exc: BaseException) -> tuple[Description, TracebackException]:
        key = id(exc)
        done = self.done.get(key)
        if done is not None:
            return done
        tb, cut_frames = _inner_part(exc.__traceback__)
        snapshot = _snapshot(exc, tb)
        _drop_own_frames(snapshot)

        description = _minimal(exc)
        self.done[key] = (description, snapshot)
        self.path.add(key)
        cause, cause_snapshot = self.linked(exc.__cause__)
        context, context_snapshot = self.linked(exc.__context__)
        members = self.members(exc)
        self.path.discard(key)

        suppress = bool(exc.__suppress_context__)
        snapshot.__cause__ = cause_snapshot
        snapshot.__context__ = context_snapshot
        snapshot.exceptions = None if members is None else [snapshot for _, snapshot in members]

        description["notes"] = notes(exc)
        description["frames"] = _frames(snapshot)
        description["cause"] = cause
        description["context"] = context
        description["suppressContext"] = suppress
        description["details"] = _details(exc)
        if members is not None:
            description["exceptions"] = [member for member, _ in members]
        half = getattr(exc, "__snakebridge_js__", None)
        if half is not None:
            description["half"] = half.id

        try:
            own = "".join(snapshot.format(chain=members is not None))
        except Exception as error:  # a SyntaxError whose attributes are not what they should be
            error.__traceback__ = None  # as in `describe`
            own = description["traceback"]
        if cut_frames:
            own = _CUT_FRAMES + own
        if members is None:
            if cause is not None:
                own = cause["traceback"] + _CAUSE + own
            elif context is not None and not suppress:
                own = context["traceback"] + _CONTEXT + own
        description["traceback"] = own
        return description, snapshot

    def linked(self, exc: BaseException | None) -> tuple[Description, TracebackException] | tuple[None, None]:
        if exc is None or id(exc) in self.path:
            return None, None
        if len(self.path) >= MAX_DEPTH or len(self.done) >= MAX_EXCEPTIONS:
            self.cut = True
            return None, None
        return self.visit(exc)

    def members(self, exc: BaseException) -> list[tuple[Description, TracebackException]] | None:
        if not isinstance(exc, BaseExceptionGroup):
            return None
        found: list[tuple[Description, TracebackException]] = []
        for member in exc.exceptions:  # pyright: ignore
            description, snapshot = self.linked(member)  # pyright: ignore
            if description is not None and snapshot is not None:
                found.append((description, snapshot))
        return found


# Frames.


def _snapshot(exc: BaseException, tb: TracebackType | None) -> TracebackException:
    TracebackException = _traceback_exception()

    # With a `_seen` of our own the constructor leaves chain and members to us, so that we can bound them.
    try:
        return TracebackException(type(exc), exc, tb, lookup_lines=False, _seen=set())  # pyright: ignore
    except Exception:  # an attribute of `exc` or of its class raises
        stand_in = Exception(f"{type_name(type(exc))}: {text(exc)}")
        return TracebackException(Exception, stand_in, tb, lookup_lines=False, _seen=set())  # pyright: ignore


_traceback_module: ModuleType | None = None


def _traceback_exception() -> type[TracebackException]:
    """The class of the module, which most programs never need: imported when an exception is described."""
    global _traceback_module
    if _traceback_module is None:
        import traceback

        from snakebridge.inner_code import spare_references

        spare_references("traceback", "textwrap", "linecache", "tokenize")
        _traceback_module = traceback
    return _traceback_module.TracebackException


def _inner_part(tb: TracebackType | None) -> tuple[TracebackType | None, bool]:
    """`tb` without its outer part when it is deeper than MAX_FRAMES: the inner end shows where it went wrong."""
    depth = 0
    inner = last = tb
    while last is not None:
        last = last.tb_next
        depth += 1
        if depth > MAX_FRAMES and inner is not None:
            inner = inner.tb_next
    return inner, depth > MAX_FRAMES


def _drop_own_frames(snapshot: TracebackException) -> None:
    """Removes our frames and the import machinery's that they called: plain Python would not print either."""
    stack: Any = snapshot.stack
    kept: list[Any] = []
    after_own = False
    for frame in stack:
        file = frame.filename
        if file.startswith(_PACKAGE):
            after_own = True
        elif file.startswith(_IMPORTLIB) or (after_own and file.endswith(_IMPORT_MODULE)):
            pass
        else:
            after_own = False
            kept.append(frame)
    if len(kept) != len(stack):
        stack[:] = kept
    if not kept:
        snapshot.stack = None  # pyright: ignore  # no "Traceback (most recent call last):" above nothing


def _frames(snapshot: TracebackException) -> list[Description]:
    stack: Any = snapshot.stack or ()
    if len(stack) > MAX_LISTED_FRAMES:
        half = MAX_LISTED_FRAMES // 2
        stack = [*stack[:half], *stack[-half:]]
    return [
        {
            "file": plain(frame.filename),
            "line": frame.lineno,
            "column": _column(frame),
            "function": plain(frame.name),
            "text": plain(frame.line) or None,
        }
        for frame in stack
    ]


def _column(frame: Any) -> int | None:
    """Counted in characters from 1; the frame has it in UTF-8 bytes from 0."""
    if frame.colno is None:
        return None
    from linecache import getline

    line = getline(frame.filename, frame.lineno)
    if line.isascii():
        return frame.colno + 1
    return len(line.encode("utf-8", "surrogatepass")[: frame.colno].decode("utf-8", "replace")) + 1


# What programs branch on, beside the type.


def _details(exc: BaseException) -> Description:
    details: Description = {}
    if not isinstance(exc, (OSError, ImportError, SyntaxError, SystemExit, AttributeError)):
        return details
    try:
        if isinstance(exc, OSError):
            details.update(errno=plain(exc.errno), strerror=plain(exc.strerror))
            details.update(filename=_path(exc.filename), filename2=_path(exc.filename2))
        if isinstance(exc, SyntaxError):
            details.update(file=_path(exc.filename), line=plain(exc.lineno), offset=plain(exc.offset))
            details.update(endLine=plain(exc.end_lineno), endOffset=plain(exc.end_offset), text=plain(exc.text))
        if isinstance(exc, SystemExit):
            details["code"] = plain(exc.code)
        if isinstance(exc, AttributeError):
            details["attribute"] = plain(exc.name)
        if isinstance(exc, ImportError):
            details["module"] = plain(exc.name)
        if isinstance(exc, ModuleNotFoundError) and isinstance(exc.name, str):
            details.update(_installation(exc.name))
    except BaseException:  # a property of somebody's subclass
        pass
    return details


def _path(value: object) -> str | int | None:
    if isinstance(value, bytes):
        from os import fsdecode

        return fsdecode(value)
    return plain(value)


def _installation(name: str) -> Description:
    """The environment where a missing module would have to be installed; nothing for one that pip cannot bring."""
    top = name.partition(".")[0]
    if top in sys.modules or top in sys.stdlib_module_names:
        return {}
    from importlib.machinery import PathFinder

    if PathFinder.find_spec(top) is not None:  # it is there, and a module inside it is missing
        return {}
    return {"executable": plain(sys.executable), "pip": PathFinder.find_spec("pip") is not None}
