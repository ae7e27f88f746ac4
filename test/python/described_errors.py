"""Prints, as JSON, what snakebridge.errors.describe says of raised_errors, beside what plain Python prints for each."""

import json
import sys
import time
import traceback

sys.path.insert(0, "python")
import raised_errors as raised  # noqa: E402
from snakebridge import errors  # noqa: E402
from snakebridge.errors import JavaScriptError, describe  # noqa: E402


def caught(function, *arguments):
    try:
        function(*arguments)
    except BaseException as error:
        error.__traceback__ = error.__traceback__.tb_next  # without this frame
        return error


def plain(value, above=()):
    """Raises unless `value` is of the types that describe promises; replaces what hangs together in a circle."""
    if type(value) in (str, int, bool, type(None)):
        return value
    if id(value) in above:
        raise AssertionError("expected no circle")
    if type(value) is list:
        return [plain(item, (*above, id(value))) for item in value]
    if type(value) is dict and all(type(key) is str for key in value):
        return {key: plain(item, (*above, id(value))) for key, item in value.items()}
    raise AssertionError(f"expected plain data, got {type(value)}")


def raise_hostile(cls):
    raise cls()


described = {}
for name in [
    *(
        "simple",
        "caused",
        "during",
        "suppressed",
        "noted",
        "group",
        "nested_group",
        "during_group",
        "syntax",
        "os_error",
    ),
    *(
        "attribute",
        "missing",
        "missing_submodule",
        "key",
        "recursion",
        "astral",
        "system_exit",
        "surrogate",
        "multiple",
    ),
]:
    error = caught(getattr(raised, name))
    described[name] = {"is": plain(describe(error)), "printed": "".join(traceback.format_exception(error))}

bounded = {}
for name in ["cyclic", "long_chain", "wide_group", "deep_group", "deep_stack"]:
    error = caught(getattr(raised, name))
    started = time.perf_counter()
    description = plain(describe(error))
    bounded[name] = {"is": description, "seconds": time.perf_counter() - started}

hostile = {
    cls.__name__: plain(describe(caught(raise_hostile, cls))) for cls in raised.hostile if cls is not raised.BadMeta
}
plain(describe(caught(raise_hostile, raised.BadMeta)))


class JsRef:
    id = 7


def from_javascript():
    try:
        raise JavaScriptError("TypeError", "x is not a function", "stack", JsRef())
    except JavaScriptError as error:
        raise ValueError("while handling") from error


# Code that stands in for the package's own: it imports and calls.
source = """import importlib
def load(name):
  return importlib.import_module(name)
def call(function):
  return function()
"""
ours = {}
exec(compile(source, errors._PACKAGE + "operations.py", "exec"), ours)
own_frames = {
    "missing": describe(caught(ours["load"], "no_such_module"))["traceback"],
    "called": describe(caught(ours["call"], raised.simple))["traceback"],
}

from_js = plain(describe(caught(from_javascript)))
json.dump(
    {"described": described, "bounded": bounded, "hostile": hostile, "fromJs": from_js, "ownFrames": own_frames},
    sys.stdout,
)
