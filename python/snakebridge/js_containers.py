"""Methods of Python's lists, dicts and sets that arrays, plain objects, Maps and Sets of JavaScript lack.

JavaScript's own names come first (`push`, `sort`, `get`, `add` …), and each use of these is a trip. What has to look at
every element takes them all first, in a few trips.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, MutableMapping
from types import MethodType
from typing import Any

Method = Callable[..., Any]


def method_of(js: Any, kind: str, name: str) -> Any:
    """The method of that name for a container of that kind, or None."""
    method = _methods.get(kind, {}).get(name)
    return None if method is None else MethodType(method, js)


def _append(array: Any, item: Any) -> None:
    array.push(item)


def _extend(array: Any, items: Iterable[Any]) -> None:
    array.push(*items)


def _insert(array: Any, index: int, item: Any) -> None:
    array.splice(index, 0, item)


def _index(array: Any, item: Any, start: int = 0, stop: int = sys.maxsize) -> int:
    return list(array).index(item, start, stop)


def _remove(array: Any, item: Any) -> None:
    del array[list(array).index(item)]


def _count(array: Any, item: Any) -> int:
    return list(array).count(item)


def _clear(array: Any) -> None:
    array.splice(0)


def _values(js: Any) -> list[Any]:
    return [js[key] for key in js]


def _items(js: Any) -> list[tuple[Any, Any]]:
    return [(key, js[key]) for key in js]


def _items_of_map(js: Any) -> list[tuple[Any, Any]]:
    return list(zip(list(js.keys()), list(js.values()), strict=True))


def _get(js: Any, key: Any, default: Any = None) -> Any:
    try:
        return js[key]
    except KeyError:
        return default


def _pop(js: Any, key: Any, *default: Any) -> Any:
    try:
        value = js[key]
    except KeyError:
        if default:
            return default[0]
        raise
    del js[key]
    return value


def _discard(js: Any, item: Any) -> None:
    js.delete(item)


def _remove_element(js: Any, item: Any) -> None:
    if not js.delete(item):
        raise KeyError(item)


def _pop_element(js: Any) -> Any:
    for item in js:
        js.delete(item)
        return item
    raise KeyError("pop from an empty set")


def _add_all(js: Any, *others: Iterable[Any]) -> None:
    for items in others:
        for item in items:
            js.add(item)


# What dicts have by way of brackets, loops and `keys`.
_Mapping: Any = MutableMapping

_of_mappings: dict[str, Method] = {
    "pop": _pop,
    "popitem": _Mapping.popitem,
    "setdefault": _Mapping.setdefault,
    "update": _Mapping.update,
    "copy": dict,
}

_methods: dict[str, dict[str, Method]] = {
    "array": {
        "append": _append,
        "extend": _extend,
        "insert": _insert,
        "index": _index,
        "remove": _remove,
        "count": _count,
        "clear": _clear,
        "copy": list,
    },
    "map": {**_of_mappings, "items": _items_of_map},
    "object": {
        **_of_mappings,
        "keys": list,
        "values": _values,
        "items": _items,
        "get": _get,
        "clear": _Mapping.clear,
    },
    "set": {"discard": _discard, "remove": _remove_element, "pop": _pop_element, "update": _add_all, "copy": set},
}
