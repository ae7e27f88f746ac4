"""Checks snakebridge.arrays and the NumPy parts of snakebridge.values, with NumPy or without ("plain").

Prints what failed.
"""

import struct
import sys

sys.path.insert(0, "python")
if sys.argv[1] == "plain":
    sys.modules["numpy"] = None  # type: ignore
from snakebridge.arrays import view  # noqa: E402

failures = []


def expect(what, got, wanted):
    if got != wanted:
        failures.append(f"{what}: expected {wanted!r}, got {got!r}")


def refused(what, *arguments):
    try:
        view(*arguments)
    except (TypeError, ValueError) as error:
        return str(error)
    failures.append(f"{what}: expected an error")
    return ""


backing = bytearray(struct.pack("<8d", *range(8)))
memory = memoryview(backing)
common = [
    ("whole", ("<f8", (8,), (8,), 0), [0, 1, 2, 3, 4, 5, 6, 7]),
    ("part", ("<f8", (2,), (8,), 16), [2, 3]),
    ("matrix", ("<f8", (2, 3), (24, 8), 8), [[1, 2, 3], [4, 5, 6]]),
    ("no axes", ("<f8", (), (), 24), 3),
    ("empty", ("<f8", (0,), (8,), 64), []),
    ("backwards", ("<f8", (3,), (-16,), 40), [5, 3, 1]),
    ("backwards to the start", ("<f8", (3,), (-8,), 16), [2, 1, 0]),
    ("every other one", ("<f8", (3,), (16,), 8), [1, 3, 5]),
    ("one element, any stride", ("<f8", (1, 1), (0, 5), 8), [[1]]),
    ("bytes", ("|u1", (2,), (1,), 14), [240, 63]),
    ("bool", ("<b1", (2,), (1,), 14), [True, True]),
]
for name, arguments, wanted in common:
    expect(name, view(memory, *arguments).tolist(), wanted)
odd = memoryview(bytearray(b"\0" + struct.pack("<3d", 1, 2, 3)))
expect("not aligned", view(odd, "<f8", (3,), (8,), 1).tolist(), [1, 2, 3])
expect("not aligned, backwards", view(odd, "<f8", (2,), (-16,), 17).tolist(), [3, 1])

written = view(memory, "<f8", (8,), (8,), 0)
written[7] = 70.5
expect("writes reach the memory", struct.unpack_from("<d", backing, 56)[0], 70.5)
written[7] = 7
expect("read-only memory", view(memoryview(bytes(backing)), "<f8", (8,), (8,), 0).data.readonly
       if sys.argv[1] == "numpy" else view(memoryview(bytes(backing)), "<f8", (8,), (8,), 0).readonly,
       True)  # fmt: skip

if sys.argv[1] == "plain":
    for what, arguments in {
        "complex": ("<c16", (4,), (16,), 0),
        "big-endian": (">f8", (8,), (8,), 0),
        "columns": ("<f8", (2, 2), (8, 16), 0),
        "repeated": ("<f8", (4,), (0,), 0),
        "a zero among axes": ("<f8", (2, 0), (8, 8), 0),
    }.items():
        expect(what, "install NumPy" in refused(what, memory, *arguments), True)
else:
    import numpy as np
    from snakebridge.values import numpy_scalar

    expect("columns", view(memory, "<f8", (2, 2), (8, 16), 0).tolist(), [[0, 2], [1, 3]])
    expect("repeated", view(memory, "<f8", (2,), (0,), 8).tolist(), [1, 1])
    expect("big-endian", view(memoryview(struct.pack(">2h", 1, -2)), ">i2", (2,), (2,), 0).tolist(), [1, -2])
    expect("complex", view(memory, "<c16", (2,), (16,), 16).tolist(), [2 + 3j, 4 + 5j])
    expect("zero among axes", view(memory, "<f8", (2, 0, 3), (8, 8, 8), 0).shape, (2, 0, 3))
    expect("float16", view(memoryview(struct.pack("<2e", 1.5, -2)), "<f2", (2,), (2,), 0).tolist(), [1.5, -2])
    expect("base", type(view(memory, "<f8", (8,), (8,), 0)), np.ndarray)
    for offset, strides in ((0, (-8,)), (8, (8,)), (0, (2**40,))):
        refused("outside", memory, "<f8", (8,), strides, offset)

    class Own(np.float64):
        pass

    big = np.uint64(2**64 - 1)
    for scalar, wanted in [
        (np.bool_(True), True), (np.int8(-5), -5), (big, 2**64 - 1), (np.longlong(7), 7),
        (np.float16(0.1), 0.0999755859375),
        (np.float32(0.1), 0.10000000149011612), (np.float64(-0.0), -0.0), (np.complex64(1 + 2j), 1 + 2j),
        (np.str_("a\0"), "a\0"),
        (np.bytes_(b"a\0"), b"a\0"), (np.longdouble(1), NotImplemented), (np.clongdouble(1), NotImplemented),
        (np.datetime64("2024-01-01"), NotImplemented), (np.timedelta64(5, "s"), NotImplemented),
        (np.void(b"abc"), NotImplemented), (Own(1), NotImplemented), (np.zeros(1, "i4,f8")[0], NotImplemented),
    ]:  # fmt: skip
        got = numpy_scalar(scalar)
        expect(repr(scalar), (type(got), repr(got)), (type(wanted), repr(wanted)))

print("\n".join(failures), end="")
