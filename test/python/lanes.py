"""What depends on the thread it runs on, or keeps it busy."""

from __future__ import annotations

import contextvars
import ctypes
import threading
import time

_local = threading.local()
_variable = contextvars.ContextVar("variable", default=0)
_gates: dict[str, threading.Event] = {}


def count_here() -> int:
    """How often it was called on this thread."""
    _local.count = getattr(_local, "count", 0) + 1
    return _local.count


def add_to_context(amount: int) -> int:
    """Adds to a context variable, which the next call on this thread sees."""
    _variable.set(_variable.get() + amount)
    return _variable.get()


def depth(n: int) -> int:
    """Recursion through C: each level takes a frame of the thread's stack."""
    return max([n], key=lambda level: level and depth(level - 1)) + 1


def stack_size() -> int:
    """Of this thread, as the C library (Linux) gave it."""
    libc = ctypes.CDLL(None)
    libc.pthread_self.restype = ctypes.c_void_p
    attributes = ctypes.create_string_buffer(128)
    size = ctypes.c_size_t()
    for failed in (
        libc.pthread_getattr_np(ctypes.c_void_p(libc.pthread_self()), attributes),
        libc.pthread_attr_getstacksize(attributes, ctypes.byref(size)),
        libc.pthread_attr_destroy(attributes),
    ):
        if failed:
            raise OSError(failed)
    return size.value


def wait(gate: str) -> str:
    """Until `open_gate`; without the GIL."""
    _gates.setdefault(gate, threading.Event()).wait(30)
    return gate


def open_gate(gate: str) -> None:
    _gates.setdefault(gate, threading.Event()).set()


def thread_name() -> str:
    return threading.current_thread().name


def ident() -> int:
    return threading.get_ident()


def items(log: list[str]):
    """A generator that says when it was closed."""
    try:
        while True:
            yield 1
            time.sleep(0.001)
    finally:
        log.append("closed")


class Guard:
    """A context manager that says when it was left."""

    def __init__(self, log: list[str]) -> None:
        self.log = log

    def __enter__(self) -> str:
        return "inside"

    def __exit__(self, *_: object) -> None:
        self.log.append("left")
