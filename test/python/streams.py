"""Sources of streams for test/streams-*.test.ts."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import numpy as np
    from numpy.typing import NDArray

log: list[str] = []


class Counter:
    """How many items were made; `items` counts before it yields."""

    def __init__(self) -> None:
        self.produced = 0
        self.closed = 0

    def items(self, count: int, seconds: float = 0) -> Iterator[int]:
        try:
            for index in range(count):
                if seconds:
                    time.sleep(seconds)
                self.produced += 1
                yield index
        finally:
            self.closed += 1

    def endless(self) -> Iterator[int]:
        return self.items(2**60)

    def state(self) -> tuple[int, int]:
        return self.produced, self.closed


def counting(count: int) -> Iterator[int]:
    yield from range(count)


def bursts(sizes: list[int], taken: threading.Semaphore) -> Iterator[int]:
    """Items that come quickly; after so many of them, a wait until somebody says that they have been taken."""
    for number, size in enumerate(sizes):
        for _ in range(size):
            yield number
        if not taken.acquire(timeout=20):
            raise TimeoutError(f"the {size} items of burst {number} were held back")


def slow(count: int, seconds: float) -> Iterator[int]:
    for index in range(count):
        yield index
        time.sleep(seconds)


def semaphore() -> threading.Semaphore:
    return threading.Semaphore(0)


def returning(count: int, value: Any) -> Generator[int, None, Any]:
    yield from range(count)
    return value


def failing(count: int, message: str) -> Iterator[int]:
    yield from range(count)
    raise LookupError(message)


def with_finally(name: str, count: int) -> Iterator[int]:
    try:
        yield from range(count)
    finally:
        time.sleep(0.05)  # whoever does not wait for it sees it missing
        log.append(name)


def failing_finally() -> Iterator[int]:
    try:
        yield from range(100)
    finally:
        raise ValueError("in finally")


def ignoring_exit() -> Iterator[int]:
    while True:
        try:
            yield 1
        except GeneratorExit:
            pass


def echo() -> Generator[Any, Any, str]:
    """Yields what was sent into it, until it is 'stop'."""
    got: Any = "ready"
    while got != "stop":
        got = yield got
    return "stopped"


def answering() -> Generator[str, None, str]:
    """Yields how it was interrupted."""
    message = "waiting"
    while True:
        try:
            yield message
        except ValueError as exc:
            message = f"ValueError {exc}"
        except KeyError:
            return "returned"
        except Exception as exc:
            message = f"{type(exc).__name__}: {exc}"


def blocking(first: int, gate: threading.Event) -> Iterator[int]:
    """`first` items at once; the next one when the gate is open."""
    try:
        yield from range(first)
        gate.wait(20)
        yield -1
    finally:
        log.append("unblocked")


def gate() -> threading.Event:
    return threading.Event()


def hostile(count: int) -> Iterator[Any]:
    """An item that cannot become a JavaScript value after so many that can."""
    try:
        yield from range(count)
        yield {float("nan"): 1, -float("nan"): 2}
        yield "behind"
    finally:
        log.append("hostile")


def mixed() -> Iterator[Any]:
    shared = [1]
    yield from (None, True, 1, 1.5, 2**70, "text", "grün", b"bytes", (1, 2), [shared, shared], {"a": {1: 2}}, {3})
    yield len
    yield complex(1, 2)
    yield {"then": 1}


def one_array(count: int) -> Iterator[NDArray[np.float64]]:
    """The same array each time, with other elements."""
    import numpy as np

    array = np.zeros(4)
    for index in range(count):
        array[:] = index
        yield array


def arrays(count: int, length: int) -> Iterator[NDArray[np.float64]]:
    import numpy as np

    for index in range(count):
        yield np.full(length, float(index))


def chunks_of_bytes(count: int, size: int) -> Iterator[bytes]:
    for index in range(count):
        yield bytes([index % 256]) * size


class Stubborn:
    """An iterator that is no generator, and has a close() that is nobody's business."""

    def __init__(self) -> None:
        self.count = 0
        self.closed = False

    def __iter__(self) -> Stubborn:
        return self

    def __next__(self) -> int:
        self.count += 1
        return self.count

    def close(self) -> None:
        self.closed = True


def popping(values: list[Any]) -> Iterator[Any]:
    """The values, in order; Python keeps none that it has yielded."""
    values.reverse()
    while values:
        yield values.pop()


def busy(name: str) -> Iterator[int]:
    """One item, and then Python code without an end."""
    yield 0
    try:
        while True:
            sum(range(1000))
    finally:
        log.append(name)
