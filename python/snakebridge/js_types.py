"""Which class a JavaScript value has in Python, by its kind: `JsKind` in native/wire/wire.h."""

from __future__ import annotations

import snakebridge

OBJECT = 3
PROMISE = 6
CALLABLE = 8


def type_of(kind: int) -> type[snakebridge.JsValue]:
    """The class for the values of a kind; the addon asks once for each."""
    if kind == OBJECT:
        from snakebridge.js_objects import JsObject

        return JsObject
    if kind == CALLABLE:
        from snakebridge.js_objects import JsCallable

        return JsCallable
    if kind == PROMISE:
        from snakebridge.js_promises import JsPromise

        return JsPromise
    return snakebridge.JsValue
