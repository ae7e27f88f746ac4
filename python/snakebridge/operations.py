"""What JavaScript asks for by name: operations that are more than one step of the C API.

The addon imports this module with the first such operation and calls its functions with decoded arguments.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any

from snakebridge.streams import close_stream as close_stream
from snakebridge.streams import open_stream as open_stream
from snakebridge.streams import throw_into as throw_into
from snakebridge.unpacking import close_unpacked as close_unpacked
from snakebridge.unpacking import unpack as unpack

Namespace = dict[str, Any]

_files: dict[str, Any] = {}
_locks: dict[str, Any] = {}


def import_file(path: str) -> Any:
    """The module of a Python file, or of a package's folder.

    It has the name that Python itself would import it by (dotted inside a package, so that relative imports work)
    where that name is free, and is found by that name afterwards, as are its neighbours: the folder is put at the end
    of `sys.path`, as the first place would let it shadow installed modules.
    """
    import os
    from importlib import import_module

    path = os.path.realpath(path)
    if os.path.isdir(path):
        path = os.path.join(path, "__init__.py")
    known = _files.get(path)
    if known is not None:
        return known
    if not os.path.isfile(path):
        meant = f"; there is {path}.py" if os.path.isfile(f"{path}.py") else ""
        raise FileNotFoundError(2, f"No such Python file{meant}", path)
    folder, name = os.path.split(path)
    name = name.rpartition(".")[0] or name
    if name == "__init__":
        folder, name = os.path.split(folder)
    if os.path.isfile(os.path.join(folder, "__init__.py")):
        package = import_file(folder)
        return _files.setdefault(path, import_module(f"{package.__name__}.{name}"))
    if folder not in sys.path:
        sys.path.append(folder)
    with _lock_of(path):
        if name.isidentifier() and _leads_to(name, path):
            module = import_module(name)
        else:
            module = _files.get(path) or _load(f"_snakebridge_file_{len(_files)}_{name}", path)
        return _files.setdefault(path, module)


def _lock_of(path: str) -> Any:
    from threading import RLock

    return _locks.setdefault(path, RLock())


def _leads_to(name: str, path: str) -> bool:
    """Whether `import name` would give the module of this file."""
    import os
    from importlib.util import find_spec

    loaded = sys.modules.get(name)
    try:
        origin = find_spec(name).origin if loaded is None else loaded.__file__  # pyright: ignore
    except (AttributeError, ValueError, ImportError):  # built in, or without a spec
        return False
    return origin is not None and os.path.realpath(origin) == path


def _load(name: str, path: str) -> Any:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"expected a Python file, got {path!r}", path=path)
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def evaluate(code: str, names: Any = None) -> Any:
    """The value of an expression in which `names` are known."""
    compiled = compile(code.strip(), "<python.eval>", "eval", dont_inherit=True)
    return eval(compiled, {"__name__": "__main__"} if names is None else _globals_of(names))


def execute(code: str, names: Any = None, shared: bool = False) -> Any:
    """Runs statements in `names`, and returns the names that there are then; a dict that is `shared` is itself used."""
    return _execute(_statements(code), names, shared)


def execute_awaiting(code: str, names: Any = None, shared: bool = False) -> Any:
    """The same for code that may use `await` at its top level: an awaitable of the names.

    Code that only defines coroutine functions has run when it is returned, on the thread that others run on.
    """
    from _ast import PyCF_ALLOW_TOP_LEVEL_AWAIT as ALLOW_AWAIT

    from snakebridge.namespaces import Done

    compiled = _statements(code, ALLOW_AWAIT)
    result = _execute(compiled, names, shared)
    return result if compiled.co_flags & _COROUTINE else Done(result)


_COROUTINE = 0x80  # inspect.CO_COROUTINE


def _execute(compiled: Any, names: Any, shared: bool) -> Any:
    from snakebridge.namespaces import Names, run, run_in

    if isinstance(names, Names):
        return run_in(names, compiled)
    known = {} if names is None else _globals_of(names)
    return run(compiled, known, known) if shared else run_in(Names(known), compiled)


def _statements(code: str, flags: int = 0) -> Any:
    """Code that is indented as a whole, as in a template literal, is taken as it is meant."""
    try:
        return compile(code, "<python.exec>", "exec", flags, dont_inherit=True)
    except IndentationError:
        from textwrap import dedent

        meant = dedent(code)
        if meant == code:
            raise
    return compile(meant, "<python.exec>", "exec", flags, dont_inherit=True)


def _globals_of(names: Any) -> Namespace:
    from snakebridge.namespaces import Names

    if isinstance(names, Names):
        return names.globals
    if isinstance(names, dict):
        return names  # pyright: ignore[reportUnknownVariableType]
    raise TypeError(f"expected a dict of names, got {type(names).__name__}")


def _class_of(obj: Any) -> Any:
    return type(obj)  # pyright: ignore


def open_context(manager: Any) -> Any:
    """What enters and leaves a context manager."""
    from snakebridge.contexts import open_context

    return open_context(manager)


def leave_context(context: Any, error: Any) -> Any:
    """What it entered is left; whether the error, if there is one, is suppressed."""
    return context.leave(error)


def has_attribute(obj: Any, name: str) -> bool:
    """`hasattr`."""
    return hasattr(obj, name)


def call_function_method(function: Any, name: str, refusal: str | None, *args: Any, **keywords: Any) -> Any:
    """`function.apply(this, args)`, `.call(this, …)`, `.bind(this, …)`, or what the object itself has by that name.

    `refusal` says why `this` could not cross, which matters to a method of the object's own.
    """
    try:
        method = getattr(function, name)
    except AttributeError:
        if not callable(function) or (keywords and name == "apply"):
            raise
    else:
        if refusal is not None:
            raise TypeError(refusal)
        return method(*args, **keywords)
    _this, *rest = args or (None,)
    if name == "apply":
        return function(*(rest[0] or ()) if rest else ())
    if name == "call":
        return function(*rest, **keywords)
    from functools import partial

    return partial(function, *rest, **keywords)


def as_number(obj: Any) -> int | float:
    """The number that JavaScript makes of an object where it needs one."""
    return builtins.int(obj) if hasattr(_class_of(obj), "__index__") else builtins.float(obj)


def make_root(*args: Any, **keywords: Any) -> Any:
    from snakebridge import subclasses

    return subclasses.make_root(*args, **keywords)


def make_class(*args: Any) -> Any:
    from snakebridge import subclasses

    return subclasses.make_class(*args)


def new_instance(*args: Any, **keywords: Any) -> Any:
    from snakebridge import subclasses

    return subclasses.new_instance(*args, **keywords)


def initialize(*args: Any, **keywords: Any) -> None:
    from snakebridge import subclasses

    subclasses.initialize(*args, **keywords)


def super_attribute(*args: Any) -> Any:
    from snakebridge import subclasses

    return subclasses.super_attribute(*args)


def set_super_attribute(*args: Any) -> None:
    from snakebridge import subclasses

    subclasses.set_super_attribute(*args)


def held_here_only(*objects: Any) -> list[bool]:
    from snakebridge import subclasses

    return subclasses.held_here_only(*objects)


def settle_promise(outcome: Any, kept: bool, value: Any) -> None:
    """A JavaScript promise that Python listens to has settled."""
    from snakebridge.js_promises import settle

    settle(outcome, kept, value)


def register_type(cls: Any, number: int, exporter: Any) -> None:
    """From now on instances of `cls` cross as what `exporter` gives for them, marked with `number`."""
    import snakebridge

    native: Any = snakebridge
    if not isinstance(cls, type):
        raise TypeError(f"expected a Python class for registerType, got {type(cls).__name__!r} object")
    if exporter is not None and not callable(exporter):
        raise TypeError(f"expected a function for registerType's export, got {type(exporter).__name__!r} object")
    native.register_type(cls, number, exporter)


def new_context(parent: Any = None) -> Any:
    """A `contextvars.Context`: a copy of `parent`, or of the one that this runs in."""
    return copy_context() if parent is None else parent.copy()


def copy_context() -> Any:
    """A copy of the context that this runs in."""
    from contextvars import copy_context as copied

    return copied()


def set_in_context(context: Any, variable: Any, value: Any) -> None:
    """`variable.set(value)` in `context`, which no call may be running in."""
    context.run(variable.set, value)


def get_in_context(context: Any, variable: Any) -> Any:
    """`variable.get()` in `context`, whoever runs in it."""
    return context.copy().run(variable.get)


def begin_capture(context: Any) -> Any:
    """From now on what is printed in `context` is kept."""
    from snakebridge.capture import begin

    return begin(context)


def end_capture(capture: Any, failed: bool) -> Any:
    """What it kept, by stream; if the captured function failed, that is printed after all."""
    return capture.fail() if failed else capture.end()


def call_captured(function: Any, /, *args: Any, **keywords: Any) -> Any:
    """`function`'s result, together with what it printed."""
    from snakebridge.capture import call

    return call(function, args, keywords)


def call_on_loop(function: Any, /, *args: Any, **keywords: Any) -> Any:
    """`function`'s result: called in a task on asyncio's event loop, of which it may ask."""
    from snakebridge.event_loop import call

    return call(function, args, keywords)


def call_captured_on_loop(function: Any, /, *args: Any, **keywords: Any) -> Any:
    """The same, together with what it printed."""
    from functools import partial

    from snakebridge.capture import call

    return call(partial(call_on_loop, function), args, keywords)


def route_output(write: Any, room: Any, counts: Any, stdout: bool, stderr: bool) -> None:
    """Standard streams go to a function of JavaScript."""
    from snakebridge.output import open_route

    open_route(write, room, counts, (stdout, stderr))


def end_route(write: Any) -> None:
    """They no longer do."""
    from snakebridge.output import close_route

    close_route(write)


def listen_to_logs(sink: Any, level: int | str | None, logger: str) -> None:
    """Records of `logging` go to a function of JavaScript, too."""
    from snakebridge.log_events import listen

    listen(sink, level, logger)


def forget_logs(sink: Any) -> None:
    """They no longer do."""
    from snakebridge.log_events import forget

    forget(sink)


def listen_to_warnings(sink: Any) -> None:
    """Warnings go to a function of JavaScript instead of to stderr."""
    from snakebridge.warning_events import listen

    listen(sink)


def forget_warnings(sink: Any) -> None:
    """They no longer do."""
    from snakebridge.warning_events import forget

    forget(sink)
