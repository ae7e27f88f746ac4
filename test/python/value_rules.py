"""Checks what snakebridge.values leaves to a reference or refuses; prints what failed."""

import collections
import dataclasses
import decimal
import os
import pickle
import subprocess
import sys
import zoneinfo

sys.path.insert(0, "python")
heavy = {"typing", "datetime", "decimal", "traceback", "uuid", "pathlib", "fractions", "re", "zoneinfo", "dataclasses"}
program = "import sys; from snakebridge import arrays, errors, values; print(*sys.modules)"
environment = {"PYTHONPATH": "python"}
loaded = subprocess.run(
    [sys.executable, "-S", "-c", program], env=environment, capture_output=True, text=True, check=True
)
failures = [f"{name} was imported at start" for name in sorted(heavy & set(loaded.stdout.split()))]
from snakebridge import values  # noqa: E402


def expect(what, got, wanted):
    if got != wanted:
        failures.append(f"{what}: expected {wanted!r}, got {got!r}")


cached = zoneinfo.ZoneInfo("Europe/Berlin")
expect("cached zone", values.split(values.TIME_ZONE, cached), ("Europe/Berlin", None, None))
expect("zone of its own", values.split(values.TIME_ZONE, zoneinfo.ZoneInfo.no_cache("Europe/Berlin")), NotImplemented)
with open(next(p for p in (f"{d}/Europe/Berlin" for d in zoneinfo.TZPATH) if os.path.exists(p)), "rb") as file:
    unnamed = zoneinfo.ZoneInfo.from_file(file)
    file.seek(0)
    misnamed = zoneinfo.ZoneInfo.from_file(file, key="No/Where")
expect("zone without a key", values.split(values.TIME_ZONE, unnamed), NotImplemented)
expect("zone with an unknown key", values.split(values.TIME_ZONE, misnamed), NotImplemented)

decimal.getcontext().traps[decimal.InvalidOperation] = False
try:
    failures.append(f"bad text became {values.build(values.DECIMAL, ('1e9999999999999999999999',))}")
except decimal.InvalidOperation:
    pass
decimal.getcontext().prec = 3
expect("no rounding", str(values.build(values.DECIMAL, ("1.23456789",))), "1.23456789")


@dataclasses.dataclass
class Point:
    x: int
    y: list
    __slots__ = ("x", "y")


Pair = collections.namedtuple("Pair", "b a")
inside = [1]
expect("dataclass", values.fields(Point(1, inside)), {"x": 1, "y": inside})
expect("the field itself", values.fields(Point(1, inside))["y"] is inside, True)
expect("namedtuple", list(values.fields(Pair(1, 2)).items()), [("b", 1), ("a", 2)])

pattern = values.build(values.PATTERN, ("a+", 2 | 32))
expect("pattern", (pattern.pattern, bool(pattern.match("AA"))), ("a+", True))
error = values.build(values.JS_ERROR, ("TypeError", "m", None, None))
expect("JavaScriptError", (str(error), error.name, error.stack), ("TypeError: m", "TypeError", None))
copy = pickle.loads(pickle.dumps(error))
expect("pickled", (str(copy), copy._js), ("TypeError: m", None))
expect(
    "bytearray", values.build(values.BYTE_ARRAY, values.split(values.BYTE_ARRAY, bytearray(b"a\0"))), bytearray(b"a\0")
)

print("\n".join(failures), end="")
