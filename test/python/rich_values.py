"""Rich values through both halves without the addon: what `split` gives goes out as JSON, what comes back is built.

`rich_values.py cases` prints the cases; `rich_values.py check` reads what JavaScript made of them, prints failures.
"""

import json
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PosixPath, PurePosixPath, PureWindowsPath
from uuid import UUID, SafeUUID
from zoneinfo import ZoneInfo

sys.path.insert(0, "python")
from snakebridge.values import build, split  # noqa: E402

KINDS = {
    datetime: 1, date: 2, time: 3, timedelta: 4, Decimal: 5, Fraction: 6, UUID: 7, complex: 8, PosixPath: 9,
    PurePosixPath: 9, PureWindowsPath: 9, range: 10, slice: 11, timezone: 15, ZoneInfo: 15,
}  # fmt: skip

berlin = ZoneInfo("Europe/Berlin")
odd = timezone(timedelta(hours=-3, minutes=-30, seconds=-15, microseconds=-7), "odd\ud800")
CASES = [
    datetime(2024, 5, 6, 7, 8, 9, 123456), datetime(2024, 5, 6, 7, 8, 9, 999), datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59, 999999), datetime(2024, 2, 29, fold=1),
    datetime(1969, 12, 31, 23, 59, 59, 999999),
    datetime(2024, 5, 6, 7, tzinfo=UTC), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-14))),
    datetime(2024, 5, 6, 7, tzinfo=odd),
    datetime(2024, 10, 27, 2, 30, tzinfo=berlin), datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=1),
    datetime(2024, 3, 31, 2, 30, tzinfo=berlin), datetime(2024, 3, 31, 2, 30, tzinfo=berlin, fold=1),
    datetime(1800, 1, 1, tzinfo=berlin), datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC")),
    date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29),
    time(), time(23, 59, 59, 999999), time(1, 2, 3, 4, tzinfo=odd, fold=1), time(1, tzinfo=berlin),
    time(1, tzinfo=UTC),
    timedelta.max, timedelta.min, timedelta(0), timedelta(microseconds=-1), timedelta(days=-3, microseconds=5),
    timedelta.resolution,
    *map(Decimal, ("NaN", "sNaN", "-NaN123", "-sNaN7", "Infinity", "-Infinity", "-0", "0.00", "-0E+10", "1E+5")),
    *map(Decimal, ("1E-7", "0.000001", "1E+999999999999999999", "-1.5E-999999999999999", "123456789" * 50, "0E-8")),
    *map(Decimal, ("12.3E+7", "1.10")),
    Fraction(3, -4), Fraction(0), Fraction(10**40, 3**50), Fraction(7), Fraction(-1, 2**53 + 1),
    UUID(int=0), UUID("12345678-1234-5678-1234-567812345678"), UUID(int=2**128 - 1, is_safe=SafeUUID.safe),
    UUID(int=5, is_safe=SafeUUID.unsafe),
    1 + 2j, complex(-0.0, -0.0), complex(float("nan"), float("inf")), complex(1e300, -5e-324),
    Path("/a/é b/c.tar.gz"), Path(""), PurePosixPath("../x"), PureWindowsPath("C:\\a\\b.txt"), PosixPath("/\udcff"),
    range(0), range(5), range(10, 0, -3), range(2**70, 2**71, 2**60), range(-5, 5),
    slice(None), slice(1, None, -2), slice("a", 1.5, None), slice(timedelta(1), date(2024, 1, 1)), slice(2**80),
    UTC, timezone(timedelta(0), "UTC"), odd, timezone(timedelta(hours=5, minutes=30)), berlin,
]  # fmt: skip


def to_json(value):
    if type(value) in KINDS:
        kind = KINDS[type(value)]
        return {"kind": kind, "parts": [to_json(part) for part in split(kind, value)]}
    if type(value) is int:
        return {"int": str(value)}
    if type(value) is float:
        return {"float": repr(value)}
    return value


def from_json(value):
    if not isinstance(value, dict):
        return value
    if "kind" in value:
        return build(value["kind"], tuple(from_json(part) for part in value["parts"]))
    return int(value["int"]) if "int" in value else float(value["float"])


def same(built, wanted):
    if type(built) is not type(wanted) or repr(built) != repr(wanted):
        return False
    if isinstance(wanted, (datetime, time)):
        return same(built.tzinfo, wanted.tzinfo) and built.fold == wanted.fold
    if isinstance(wanted, ZoneInfo) or wanted is UTC:
        return built is wanted
    return not isinstance(wanted, UUID) or built.is_safe is wanted.is_safe


def expected(value):
    """What a PyDateTime must say: the moment in milliseconds (None where Python cannot tell) and the offset."""
    if type(value) is not datetime:
        return {"text": str(value)}
    offset = value.utcoffset()
    try:
        if offset is None:
            moment = int(value.replace(microsecond=0).timestamp()) * 1000 + value.microsecond // 1000
        else:
            moment = (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        moment = None
    return {"text": str(value), "moment": moment, "offset": None if offset is None else offset.total_seconds()}


if sys.argv[1] == "cases":
    json.dump([{"value": to_json(case), "expected": expected(case), "repr": repr(case)} for case in CASES], sys.stdout)
else:
    failures = []
    for case, answer in zip(CASES, json.load(sys.stdin), strict=True):
        built = from_json(answer)
        if not same(built, case):
            failures.append(f"expected {case!r}, got {built!r}")
    json.dump(failures, sys.stdout)
