"""What an object says of itself, as plain text. Nothing is raised, whatever its class does."""

from __future__ import annotations

# typing would cost half of the start-up: type checkers know this name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def text(value: object) -> str:
    try:
        return str.__str__(str(value))  # a subclass of str becomes the plain string
    except BaseException:
        return "<exception str() failed>"


def type_name(cls: type) -> str:
    try:
        module, name = cls.__module__, cls.__qualname__
        if type(module) is str and type(name) is str:
            return name if module == "builtins" else f"{module}.{name}"
    except BaseException:  # a metaclass with properties that raise
        pass
    return type.__getattribute__(cls, "__name__")


def mro(cls: type) -> list[str]:
    names: list[str] = []
    for base in type.__getattribute__(cls, "__mro__"):
        name = type_name(base)
        names.append(name if "." in name else f"builtins.{name}")
        if base is BaseException:
            break
    return names


def plain(value: object) -> str | int | None:
    if value is None or type(value) in (bool, int, str):
        return value  # pyright: ignore
    if isinstance(value, int):  # errno as an IntEnum
        return int(value)
    try:
        return str.__str__(value if isinstance(value, str) else repr(value))
    except BaseException:
        return f"<unprintable {type_name(type(value))}>"


def notes(exc: BaseException) -> list[str]:
    try:
        found: Any = getattr(exc, "__notes__", None)
        return [text(note) for note in found] if isinstance(found, (list, tuple)) else []  # pyright: ignore
    except BaseException as error:
        return [f"Ignored error getting __notes__: {plain(error)}"]
