"""Rich values: standard-library objects that cross by value, as a kind and a tuple of parts.

The codec in C++ is generic: it asks `split` for the parts of an object of an exact type and hands parts that
arrive to `build`. src/values/ is the TypeScript half; the parts of a kind are listed at its two functions here.
Nothing is imported before a value needs it: start-up is measured.
"""

from __future__ import annotations

# typing would cost half of the start-up: type checkers know this name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta, tzinfo
    from typing import Any

    Parts = tuple[Any, ...]

# RichKind in native/wire/wire.h.
DATE_TIME = 1
DATE = 2
TIME = 3
TIME_DELTA = 4
DECIMAL = 5
FRACTION = 6
UUID = 7
COMPLEX = 8
PATH = 9
RANGE = 10
SLICE = 11
PATTERN = 12
JS_ERROR = 13
BYTE_ARRAY = 14
TIME_ZONE = 15
JS_FILE = 16


def split(kind: int, obj: Any) -> Any:
    """The parts of `obj`, or NotImplemented when only a reference can stand for it without loss."""
    return _SPLIT[kind](obj)


def build(kind: int, parts: Parts) -> Any:
    """The object of `kind` that has these parts; the inverse of `split`."""
    return _BUILD[kind](*parts)


# Times. A tzinfo travels as a value of its own: a kTimeZone, or a reference when it is somebody's own class.
# The UTC offset is in microseconds and goes to JS only, where it places a Date on the time line.


def _microseconds(delta: timedelta | None) -> int | None:
    return None if delta is None else (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds


def _split_date_time(obj: Any) -> Parts:
    tz: tzinfo | None = obj.tzinfo
    offset = None if tz is None else _microseconds(obj.utcoffset())
    return (
        *(obj.year, obj.month, obj.day, obj.hour, obj.minute, obj.second, obj.microsecond, obj.fold),
        *(tz, offset),
    )


def _build_date_time(*parts: Any) -> Any:
    from datetime import datetime

    *fields, fold, tz = parts
    return datetime(*fields, tzinfo=tz, fold=fold)


def _split_date(obj: Any) -> Parts:
    return (obj.year, obj.month, obj.day)


def _build_date(year: int, month: int, day: int) -> Any:
    from datetime import date

    return date(year, month, day)


def _split_time(obj: Any) -> Parts:
    return (obj.hour, obj.minute, obj.second, obj.microsecond, obj.fold, obj.tzinfo)


def _build_time(hour: int, minute: int, second: int, microsecond: int, fold: int, tz: Any) -> Any:
    from datetime import time

    return time(hour, minute, second, microsecond, tz, fold=fold)


def _split_time_delta(obj: Any) -> Parts:
    return (obj.days, obj.seconds, obj.microseconds)


def _build_time_delta(days: int, seconds: int, microseconds: int) -> Any:
    from datetime import timedelta

    return timedelta(days, seconds, microseconds)


def _split_time_zone(obj: Any) -> Any:
    """(key, None, None) for a ZoneInfo; (None, offset, name or None) for a datetime.timezone."""
    from datetime import timezone

    if type(obj) is timezone:
        arguments: Any = vars(timezone)["__getinitargs__"](obj)  # pickling's own view: a name only if one was given
        return (None, _microseconds(arguments[0]), arguments[1] if len(arguments) > 1 else None)
    return (obj.key, None, None) if _is_cached_zone(obj) else NotImplemented


def _is_cached_zone(zone: Any) -> bool:
    """Whether the key alone gives this object back: not so for ZoneInfo.from_file and ZoneInfo.no_cache."""
    if type(zone.key) is not str:
        return False
    try:
        return type(zone)(zone.key) is zone
    except (KeyError, ValueError, OSError):  # no such zone (any longer), or not a key at all
        return False


def _build_time_zone(key: str | None, offset: int | None, name: str | None) -> Any:
    if key is not None:
        from zoneinfo import ZoneInfo

        return ZoneInfo(key)
    from datetime import timedelta, timezone

    delta = timedelta(microseconds=offset or 0)
    return timezone(delta) if name is None else timezone(delta, name)


# Numbers.


def _split_decimal(obj: Any) -> Parts:
    return (str(obj),)


def _build_decimal(text: str) -> Any:
    import decimal

    # A context of our own: in the current one a user may have untrapped InvalidOperation, and bad text be NaN.
    return decimal.Decimal(text, decimal.Context(traps=[decimal.InvalidOperation]))


def _split_fraction(obj: Any) -> Parts:
    return (obj.numerator, obj.denominator)


def _build_fraction(numerator: int, denominator: int) -> Any:
    from fractions import Fraction

    return Fraction(numerator, denominator)


def _split_complex(obj: complex) -> Parts:
    return (obj.real, obj.imag)


def _build_complex(re: float, im: float) -> complex:
    return complex(re, im)


# Identifiers and paths.


def _split_uuid(obj: Any) -> Parts:
    return (str(obj), obj.is_safe.value)


def _build_uuid(text: str, safe: int | None) -> Any:
    from uuid import UUID, SafeUUID

    return UUID(text, is_safe=SafeUUID(safe))


def _split_path(obj: Any) -> Parts:
    return (type(obj).__name__, str(obj))


def _build_path(class_name: str, text: str) -> Any:
    import pathlib

    return getattr(pathlib, class_name)(text)


# Others.


def _split_range(obj: range) -> Parts:
    return (obj.start, obj.stop, obj.step)


def _split_slice(obj: slice) -> Parts:
    return (obj.start, obj.stop, obj.step)


def _build_pattern(source: str, flags: int) -> Any:
    import re

    try:
        return re.compile(source, flags)
    except re.error as exc:  # a look-behind without a fixed width
        raise re.error(
            f"expected a RegExp that Python's re can express, got one with: {exc.msg}", source, exc.pos
        ) from None


def _build_js_error(
    name: str,
    message: str,
    stack: str | None,
    js: Any,
    thrown: bool = False,
    raised: Any = None,
    causes: Sequence[BaseException] = (),
) -> Any:
    from .errors import caused_by, javascript_error

    if isinstance(raised, BaseException):
        return raised
    if isinstance(raised, type) and issubclass(raised, BaseException):
        return raised()  # as Python's own `raise` does
    return caused_by(javascript_error(name, message, stack, js, thrown), causes)


def _build_js_file(*parts: Any) -> Any:
    from .js_files import file_of

    return file_of(*parts)


def _split_byte_array(obj: bytearray) -> Parts:
    return (bytes(obj),)


_SPLIT: dict[int, Callable[[Any], Any]] = {
    DATE_TIME: _split_date_time,
    DATE: _split_date,
    TIME: _split_time,
    TIME_DELTA: _split_time_delta,
    DECIMAL: _split_decimal,
    FRACTION: _split_fraction,
    UUID: _split_uuid,
    COMPLEX: _split_complex,
    PATH: _split_path,
    RANGE: _split_range,
    SLICE: _split_slice,
    BYTE_ARRAY: _split_byte_array,
    TIME_ZONE: _split_time_zone,
}

_BUILD: dict[int, Callable[..., Any]] = {
    DATE_TIME: _build_date_time,
    DATE: _build_date,
    TIME: _build_time,
    TIME_DELTA: _build_time_delta,
    DECIMAL: _build_decimal,
    FRACTION: _build_fraction,
    UUID: _build_uuid,
    COMPLEX: _build_complex,
    PATH: _build_path,
    RANGE: range,
    SLICE: slice,
    PATTERN: _build_pattern,
    JS_ERROR: _build_js_error,
    BYTE_ARRAY: bytearray,
    TIME_ZONE: _build_time_zone,
    JS_FILE: _build_js_file,
}


def fields(obj: Any) -> Any:
    """The fields of a dataclass instance or a namedtuple, in their declared order; the names that `python.exec` made.

    NotImplemented for other tuples.
    """
    if isinstance(obj, tuple):
        items: Any = obj  # pyright: ignore[reportUnknownVariableType]
        names: Any = items._fields
        kind: Any = names.__class__
        if kind is not tuple or len(names) != len(items) or not all(type(name) is str for name in names):
            return NotImplemented
        return dict(zip(names, items, strict=True))
    if type(obj).__module__ == "snakebridge.namespaces":
        return obj.copy()
    import dataclasses  # loaded already: the object's class was made by it

    return {field.name: getattr(obj, field.name) for field in dataclasses.fields(obj)}


def numpy_scalar(obj: Any) -> Any:
    """The builtin value equal to a NumPy scalar, or NotImplemented where none is (longdouble, dates, records)."""
    dtype = obj.dtype
    if type(obj).__module__ != "numpy":  # somebody's subclass
        return NotImplemented
    kind: str = dtype.kind
    if kind in "biu" or (kind == "f" and dtype.itemsize <= 8) or (kind == "c" and dtype.itemsize <= 16):
        return obj.item()
    # item() drops trailing NULs.
    if kind == "U":
        return str.__str__(obj)
    if kind == "S":
        return bytes.__getitem__(obj, slice(None))
    return NotImplemented
