"""Which class a JavaScript value has in Python, by its kind: `JsKind` in native/wire/wire.h."""

from __future__ import annotations

import snakebridge

ASYNC_ITERABLE = 4
ITERABLE = 5
STREAM = 7


def type_of(kind: int) -> type[snakebridge.JsValue]:
    """The class for the values of a kind; the addon asks once for each."""
    if kind in (ASYNC_ITERABLE, ITERABLE):
        from snakebridge.js_streams import JsIterator

        return JsIterator
    if kind == STREAM:
        from snakebridge.js_files import JsStream

        return JsStream
    return snakebridge.JsValue
