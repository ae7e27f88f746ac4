"""Arrays over memory that JavaScript owns: a NumPy view, or a shaped memoryview where NumPy is missing."""

from __future__ import annotations

# typing would cost half of the start-up: type checkers know this name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What memoryview.cast takes, of NumPy's type strings.
_MEMORYVIEW_FORMATS: dict[str, Any] = {
    "b1": "?", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q",
    "f4": "f", "f8": "d",
}  # fmt: skip


def view(memory: memoryview, dtype: str, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Any:
    """An array over `memory` (format 'B'), without a copy, writable where `memory` is.

    `dtype` is NumPy's type string ('<f8', '>i4', '|b1'), `strides` are in bytes and `offset` is the byte of
    element [0, …, 0]. The array keeps `memory`, and so the JavaScript buffer, alive.
    """
    try:
        import numpy as np
    except ImportError:
        return _memoryview(memory, dtype, shape, strides, offset)
    return np.ndarray(shape, dtype, memory, offset, strides)


def _memoryview(memory: memoryview, dtype: str, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Any:
    code = _MEMORYVIEW_FORMATS.get(dtype[1:])
    if code is None or dtype[0] == ">":
        raise TypeError(f"expected an array that a memoryview can show, got dtype {dtype!r}; install NumPy to pass it")
    itemsize = int(dtype[2:])
    size = 1
    for length in shape:
        size *= length
    flat: Any = memory[offset : offset + size * itemsize]
    if _is_c_contiguous(shape, strides, itemsize):
        if size == 0 and len(shape) > 1:
            raise TypeError(f"expected a shape without zeros, got {shape}; install NumPy to pass it")
        return flat.cast(code, list(shape)) if size > 0 else flat.cast(code)
    if len(shape) == 1 and strides[0] != 0 and strides[0] % itemsize == 0:
        step = strides[0] // itemsize
        elements: Any = memory[offset % itemsize :]
        elements = elements[: len(elements) // itemsize * itemsize].cast(code)
        first = offset // itemsize
        stop = first + step * size
        return elements[first : stop if stop >= 0 else None : step]
    raise TypeError(
        f"expected a C-contiguous array, got shape {shape} with strides {strides}; install NumPy to pass it"
    )


def _is_c_contiguous(shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int) -> bool:
    if 0 in shape:
        return True
    for length, stride in zip(reversed(shape), reversed(strides), strict=True):
        if length != 1 and stride != itemsize:
            return False
        itemsize *= length
    return True
