"""JavaScript objects by reference: what `python.proxy(object)` is in Python.

Attributes, items, calls and iteration are those of the JavaScript object; names with two underscores on both sides are
Python's own. What comes from an object is by reference again, except scalars and what Python has a type of its own for.
Every use asks JavaScript. A list as its answer says that there is nothing, and perhaps why: no object hands one out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import snakebridge
from snakebridge import js_operations as op
from snakebridge.errors import JavaScriptGone
from snakebridge.running_loop import running_loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ask: Any = snakebridge.ask


def on_loop() -> bool:
    """Whether an asyncio loop runs on this thread: what waits would stop it."""
    return running_loop() is not None


class JsObject(snakebridge.JsValue):
    """An object of JavaScript. Equality and hash are those of its identity."""

    __slots__ = ()

    def __getattribute__(self, name: str) -> Any:
        if name[:2] == "__" == name[-2:]:
            return object.__getattribute__(self, name)
        value: Any = ask(self, op.GET, (name,))
        return _method(self, name, *value) if type(value) is list else value  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]

    def __setattr__(self, name: str, value: Any) -> None:
        ask(self, op.SET, (name, value))

    def __delattr__(self, name: str) -> None:
        if ask(self, op.DELETE, (name,)) is not None:
            raise _no_attribute(self, name)

    def __dir__(self) -> list[str]:
        return ask(self, op.NAMES, ())

    def __getitem__(self, key: Any) -> Any:
        return _found(ask(self, op.GET_ITEM, (key,)), key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _found(ask(self, op.SET_ITEM, (key, value)), key)

    def __delitem__(self, key: Any) -> None:
        _found(ask(self, op.DELETE_ITEM, (key,)), key)

    def __len__(self) -> int:
        length = ask(self, op.LENGTH, ())
        if type(length) is list:
            raise TypeError(f"expected an object that has a length, got {self!r}")
        return length

    def __bool__(self) -> bool:
        return ask(self, op.TRUTH, ())

    def __contains__(self, item: Any) -> bool:
        return ask(self, op.CONTAINS, (item,))

    def __iter__(self) -> Iterator[Any]:
        return _items(_cursor(self, op.ITERATE, not on_loop()))

    def __aiter__(self) -> AsyncIterator[Any]:
        return _items_later(_cursor(self, op.ITERATE_LATER))

    def __enter__(self) -> JsObject:
        return _entered(self)

    def __exit__(self, *exception: object) -> None:
        ask(self, op.EXIT, ())

    async def __aenter__(self) -> JsObject:
        return _entered(self)

    async def __aexit__(self, *exception: object) -> None:
        await ask(self, op.EXIT_LATER, ())

    def __repr__(self) -> str:
        try:
            return f"<js {ask(self, op.SHOW, ())}>"
        except JavaScriptGone:
            return super().__repr__()

    def __str__(self) -> str:
        return ask(self, op.TEXT, ())

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(
            f"cannot pickle or copy {self!r}: it lives in JavaScript; snakebridge.js_objects.value(…) is its value"
        )


class JsCallable(JsObject):
    """A function or class of JavaScript, by reference."""

    __slots__ = ()

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return ask(self, op.INVOKE_LATER if on_loop() else op.INVOKE, args, keywords)

    def __instancecheck__(self, instance: Any) -> bool:
        return ask(self, op.IS_INSTANCE, (instance,))


def new(constructor: JsCallable, *args: Any, **keywords: Any) -> Any:
    """`new constructor(…)`, for functions that are no classes: classes are called."""
    return ask(constructor, op.CONSTRUCT, args, keywords)


def value(js: JsObject) -> Any:
    """The object converted, as it would be without a proxy: a plain object is a dict, an array a list."""
    return ask(js, op.VALUE, ())


def _method(js: JsObject, name: str, kind: str = "") -> Any:
    """What Python's containers have by a name that JavaScript does not know."""
    if kind:
        from snakebridge.js_methods import methods

        method = methods[kind].get(name)
        if method is not None:
            return method.__get__(js)
    raise _no_attribute(js, name)


def _no_attribute(js: JsObject, name: str) -> AttributeError:
    return AttributeError(f"expected an attribute of {js!r}, got the unknown name {name!r}", name=name, obj=js)


def _found(answer: Any, key: Any) -> Any:
    if type(answer) is not list:
        return answer
    if answer == ["index"]:
        raise IndexError(f"expected an index within the array, got {key!r}")
    raise KeyError(key)


def _cursor(js: JsObject, operation: int, *args: bool) -> Any:
    cursor = ask(js, operation, args)
    if type(cursor) is list:
        raise TypeError(f"expected an object that JavaScript iterates over, got {js!r}")
    return cursor


def _items(cursor: Any) -> Iterator[Any]:
    done = False
    try:
        while not done:
            done, *items = ask(cursor, op.NEXT, ())
            yield from items
    finally:
        if not done:
            with suppress(JavaScriptGone):
                ask(cursor, op.STOP, ())


async def _items_later(cursor: Any) -> AsyncIterator[Any]:
    done = False
    try:
        while not done:
            done, *items = await ask(cursor, op.NEXT_LATER, ())
            for item in items:
                yield item
    finally:
        if not done:
            with suppress(JavaScriptGone):
                await ask(cursor, op.STOP_LATER, ())


def _entered(js: JsObject) -> JsObject:
    if not ask(js, op.ENTER, ()):
        raise TypeError(f"expected an object with Symbol.dispose, Symbol.asyncDispose or close(), got {js!r}")
    return js
