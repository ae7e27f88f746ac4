"""Methods of Python's own containers, for arrays, Maps, Sets and plain objects by reference.

Only names that the JavaScript object does not have get here: `sort` or `keys` of an array are JavaScript's.
"""

from __future__ import annotations

from collections.abc import MutableMapping, MutableSequence
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# The most that one call in JavaScript takes as arguments.
_AT_ONCE = 1000


def _extend(array: Any, values: Iterable[Any]) -> None:
    iterator = iter(list(values) if values is array else values)
    while chunk := list(islice(iterator, _AT_ONCE)):
        array.push(*chunk)


def _append(array: Any, value: Any) -> None:
    array.push(value)


def _insert(array: Any, index: int, value: Any) -> None:
    array.splice(index, 0, value)


def _clear(array: Any) -> None:
    array.length = 0


def _copy(array: Any) -> list[Any]:
    return list(array)


def _copy_of_map(entries: Any) -> dict[Any, Any]:
    return dict(entries)


def _copy_of_set(elements: Any) -> set[Any]:
    return set(elements)


def _pop(entries: Any, key: Any, *default: Any) -> Any:
    """MutableMapping's own has a private name of its class for the missing default."""
    if key not in entries and default:
        return default[0]
    value = entries[key]
    del entries[key]
    return value


def _discard(elements: Any, value: Any) -> None:
    elements.delete(value)


def _remove(elements: Any, value: Any) -> None:
    if not elements.delete(value):
        raise KeyError(value)


def _pop_element(elements: Any) -> Any:
    for value in elements:
        elements.delete(value)
        return value
    raise KeyError("pop from an empty set")


def _update(elements: Any, *others: Iterable[Any]) -> None:
    for other in others:
        for value in list(other):
            elements.add(value)


def _keys(plain: Any) -> list[str]:
    return list(plain)


def _of(base: Any, *names: str) -> dict[str, Callable[..., Any]]:
    return {name: getattr(base, name) for name in names}


# By what src/proxy-items.ts calls the kind of the object.
methods: dict[str, dict[str, Callable[..., Any]]] = {
    "array": {
        "append": _append,
        "extend": _extend,
        "insert": _insert,
        "clear": _clear,
        "copy": _copy,
        **_of(MutableSequence, "index", "count", "remove"),
    },
    "map": {
        "copy": _copy_of_map,
        "pop": _pop,
        **_of(MutableMapping, "items", "popitem", "setdefault", "update"),
    },
    "set": {
        "copy": _copy_of_set,
        "discard": _discard,
        "pop": _pop_element,
        "remove": _remove,
        "update": _update,
    },
    # What dict(…) and ** look for. Others would be taken for properties that a record may or may not have.
    "plain": {"keys": _keys},
}
