"""Arrays of every dtype and layout. Run as a program it prints what plain Python says about each, as JSON."""

import json
import struct

import numpy as np

DTYPES = "?,b,B,h,H,i,I,l,L,q,Q,e,f,d,F,D".split(",")
EXTREMES = {
    "f": [0.0, -0.0, 0.1, float("inf"), float("-inf"), float("nan"), 5e-324, 65504.0],
    "i": [0, 1, -1, 2**62, -(2**62), 7],
    "u": [0, 1, 2**64 - 1, 2**63, 255, 7],
    "b": [True, False, True, True],
}


def base(code):
    """24 elements of dtype `code`, the extremes first."""
    dtype = np.dtype(code)
    values = np.arange(24)
    with np.errstate(all="ignore"):
        if dtype.kind == "c":
            made = (values * (1 - 0.5j)).astype(dtype)
            made[:3] = [complex("nan+infj"), complex(-0.0, -0.0), complex(0.1, -5e-324)]
            return made
        made = (values % 2 if dtype.kind == "b" else values).astype(dtype)
        extremes = np.array(EXTREMES[dtype.kind], {"f": "d", "i": "q", "u": "Q", "b": "?"}[dtype.kind])
        made[: len(extremes)] = extremes.astype(dtype)
    return made


def unaligned(array):
    memory = np.zeros(array.nbytes + 1, "u1")
    memory[1:] = array.view("u1")
    return memory[1:].view(array.dtype)


LAYOUTS = {
    "flat": lambda a: a,
    "no axes": lambda a: a[:1].copy().reshape(()),
    "one element": lambda a: a[:1].copy(),
    "matrix": lambda a: a.copy().reshape(4, 6),
    "cube": lambda a: a.copy().reshape(2, 3, 4),
    "Fortran": lambda a: np.asfortranarray(a.reshape(2, 3, 4)),
    "transposed": lambda a: a.reshape(4, 6).T,
    "sliced": lambda a: a[3:20:4],
    "columns": lambda a: a.reshape(4, 6)[:, 1:4],
    "backwards": lambda a: a[::-1],
    "both backwards": lambda a: a.reshape(4, 6)[::-2, ::-1],
    "broadcast": lambda a: np.broadcast_to(a[:3], (4, 3)),
    "zero strides": lambda a: np.lib.stride_tricks.as_strided(a, (2, 3), (0, a.itemsize)),
    "overlapping windows": lambda a: np.lib.stride_tricks.sliding_window_view(a, 5),
    "empty": lambda a: a[:0],
    "empty slice of a matrix": lambda a: a.reshape(4, 6)[1:1],
    "a zero among axes": lambda a: np.zeros((2, 0, 3), a.dtype),
    "new axes": lambda a: a[None, :4, None],
    "many axes": lambda a: a[:8].copy().reshape((1, 2, 1, 2, 1, 2, 1)),
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype),
    "read-only view": lambda a: locked(a.reshape(4, 6)[1:3, ::2]),
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "big-endian columns": lambda a: a.astype(a.dtype.newbyteorder(">")).reshape(4, 6)[:, ::2],
    "unaligned": unaligned,
    "unaligned backwards": lambda a: unaligned(a)[::-1],
    "field of a structure": lambda a: structured(a)["value"],
    "diagonal": lambda a: a[:16].reshape(4, 4).diagonal(),
}


def locked(array):
    array.flags.writeable = False
    return array


def structured(array):
    made = np.zeros(len(array), [("tag", "u1"), ("value", array.dtype)])
    made["value"] = array
    return made


ARRAYS = {f"{code} {name}": lay(base(code)) for code in DTYPES for name, lay in LAYOUTS.items()}

# What no typed array holds: these stay references.
REFERENCES = {
    "structured": np.zeros(3, "i4,f8"),
    "nested structure": np.zeros(3, [("a", [("b", "f4", (2,))])]),
    "record": np.rec.array([(1, 2.0)], dtype="i4,f8"),
    "object": np.array([1, None, "x"], object),
    "datetime64": np.array(["2024-01-01"], "datetime64[D]"),
    "timedelta64": np.array([1], "timedelta64[s]"),
    "str": np.array(["a", "bc"]),
    "one character": np.array(["a"]),
    "bytes": np.array([b"ab"]),
    "one byte": np.array([b"a"]),
    "void": np.zeros(2, "V1"),
    "longdouble": np.zeros(2, np.longdouble),
    "clongdouble": np.zeros(2, np.clongdouble),
    "masked": np.ma.masked_array([1, 2], [True, False]),
    "matrix": np.matrix([[1, 2]]),
}


def name_of(dtype):
    return dtype.name if dtype.byteorder != ">" else dtype.str


def element(value):
    """An element as text that both languages can write: the bits of floats, the digits of ints."""
    if isinstance(value, list):
        return [element(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, complex):
        return f"{element(value.real)} {element(value.imag)}"
    return "nan" if value != value else struct.pack(">d", value).hex()


def facts(array):
    flags = array.flags
    return {
        "dtype": name_of(array.dtype),
        "shape": list(array.shape),
        "strides": list(array.strides),
        "readonly": not flags.writeable,
        "order": "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A",
        "elements": element(array.tolist()),
    }


if __name__ == "__main__":
    print(json.dumps({name: facts(array) for name, array in ARRAYS.items()}))
