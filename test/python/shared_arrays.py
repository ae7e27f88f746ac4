"""Exporters of memory whose end JavaScript can watch."""

import array
import ctypes
import gc
import mmap
import weakref

import numpy as np

_watched = []


class Watched(np.ndarray):
    """A plain ndarray is no subclass, so the watched object is the owner of its memory."""


class Memory(bytearray):
    pass


def watched(length, value):
    """An array whose memory belongs to an object that `alive` counts."""
    memory = Memory(length * 8)
    _watched.append(weakref.ref(memory))
    made = np.frombuffer(memory, "d")
    made[:] = value
    return made


def alive():
    gc.collect()
    return sum(reference() is not None for reference in _watched)


def forget():
    _watched.clear()


def views_of_one():
    base = np.arange(12.0).reshape(3, 4)
    return {"whole": base, "row": base[1], "columns": base[:, ::2], "backwards": base[::-1], "nested": [base.T]}


def exporters():
    double = (ctypes.c_double * 3)(1, 2, 3)
    grid = (ctypes.c_int32 * 2 * 2)((1, 2), (3, 4))
    mapped = mmap.mmap(-1, 8)
    mapped[:] = b"\1\2\3\4\5\6\7\x08"
    return {
        "array.array": array.array("h", [1, 2, 3]),
        "array of floats": array.array("d", [0.5]),
        "empty array": array.array("q"),
        "memoryview": memoryview(bytearray(b"abc")),
        "cast": memoryview(bytearray(8)).cast("i", (2, 1)),
        "sliced": memoryview(bytearray(b"abcdef"))[::-2],
        "ctypes": memoryview(double),
        "ctypes grid": memoryview(grid),
        "mmap": memoryview(mapped),
        "read-only": memoryview(b"abc"),
        "numpy": memoryview(np.arange(4, dtype="u2").reshape(2, 2).T),
    }


def no_arrays():
    released = memoryview(bytearray(2))
    released.release()
    return {
        "ctypes array": (ctypes.c_double * 3)(),
        "ctypes structure": memoryview((ctypes.c_char * 3)()),
        "characters": memoryview(b"abc").cast("c"),
        "text": array.array("u", "ab"),
        "released": released,
        "mmap": mmap.mmap(-1, 8),
    }


locked = np.arange(4.0)
locked.flags.writeable = False
