"""The Python half of SnakeBridge.

Loaded by the addon when the interpreter starts. Start-up is measured: nothing beyond the interpreter's own modules is
imported here, and the other modules of the package import what they need inside their functions.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    class JsValue:
        """A JavaScript value that Python holds; classes for kinds of them derive from it."""

        id: int

    class JsFunction(JsValue):
        """A JavaScript function."""

        def __call__(self, *args: Any, **keywords: Any) -> Any: ...


# Builtin functions that the addon sets before anything else of the package runs.
register_type: Callable[[type, int, Callable[[object], object] | None], None]
unregister_type: Callable[[int], None]
warn_javascript: Callable[[str, str], bool]
give_references: Callable[[object, int], None]
find_instances: Callable[..., list[object]]
ask: Callable[[JsValue, int, tuple[Any, ...]], Any]
is_here: Callable[[JsValue], bool]
is_own_thread: Callable[[], bool]
# serving.py says what these are for.
server: Callable[[], object | None]
serve: Callable[[object, int, float, bool], bool]
wakes: Callable[[object], int]
wake: Callable[[object], None]
tell: Callable[[JsValue, int, tuple[Any, ...]], None]

# What python.start() said about the event loop (event_loop.py).
event_loop_options: dict[str, Any] = {}


def call_constant() -> None:
    "".__call__()  # pyright: ignore  the addon puts a function there (native/py/bottom_frame.cc)


def info() -> str:
    """What `python.info()` shows, as JSON. Called once, at the start."""
    facts = {
        "version": sys.version.split()[0],
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        "prefix": sys.prefix,
        "basePrefix": sys.base_prefix,
    }
    quoted = [f"{_quote(key)}:{_quote(value)}" for key, value in facts.items()]
    path = ",".join(_quote(entry) for entry in sys.path)
    utf8 = "true" if sys.flags.utf8_mode else "false"
    return "{" + ",".join(quoted) + f',"path":[{path}],"utf8Mode":{utf8}' + "}"


def _quote(text: str) -> str:
    """A JSON string, without importing `json` (3 ms)."""
    escaped = [
        character
        if " " <= character <= "~" and character not in '"\\'
        else "".join(f"\\u{unit:04x}" for unit in _utf16(character))
        for character in text
    ]
    return '"' + "".join(escaped) + '"'


def _utf16(character: str) -> list[int]:
    code = ord(character)
    if code < 0x10000:
        return [code]
    return [0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF)]
