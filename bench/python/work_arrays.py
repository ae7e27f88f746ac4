"""The NumPy half of the work, imported only by trials that use arrays."""

from functools import cache
from typing import Any

import numpy as np

SINE_LENGTH = 4_000_000


@cache
def filled(length: int) -> Any:
    """A float64 array whose memory is really there, made once for each length."""
    return np.full(length, 0.5)


def view(length: int) -> Any:
    """A new array object over the same memory."""
    return filled(length)[:]


def fresh(length: int) -> Any:
    """New memory each time, not touched."""
    return np.empty(length)


def view_bytes(length: int) -> bytes:
    """The same for contenders without arrays."""
    return filled(length).tobytes()


def ones_bytes(length: int) -> bytes:
    return np.ones(length).tobytes()


def total_length(array: Any) -> int:
    return memoryview(array).nbytes


@cache
def sine_arrays(slot: int) -> tuple[Any, Any]:
    return np.linspace(0.0, 1e3 + slot, SINE_LENGTH), np.empty(SINE_LENGTH)


def sine(slot: int) -> int:
    """One NumPy call that releases the GIL, on arrays of its own."""
    source, target = sine_arrays(slot)
    np.sin(source, out=target)
    return slot
