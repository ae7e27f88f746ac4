"""Which class a JavaScript value has in Python, by its kind: `JsKind` in native/wire/wire.h."""

from __future__ import annotations

import snakebridge


def type_of(kind: int) -> type[snakebridge.JsValue]:
    """The class for the values of a kind; the addon asks once for each."""
    del kind
    return snakebridge.JsValue
