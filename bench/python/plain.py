"""Plain Python in its own process: the floor of the work itself. Prints the metrics of one trial as JSON."""

import gc
import json
import marshal
import resource
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import work

Metrics = dict[str, dict[str, Any]]


def summarise(values: list[float], unit: str) -> dict[str, Any]:
    ordered = sorted(values)

    def at(q: float) -> float:
        return ordered[min(len(ordered) - 1, int(q * len(ordered)))]

    return {"unit": unit, "median": at(0.5), "p10": at(0.1), "p90": at(0.9), "samples": len(ordered)}


def timed(call: Callable[[], Any], seconds: float, per: int = 1) -> dict[str, Any]:
    """Microseconds a call, over as many samples as fit."""
    samples: list[float] = []
    warm = time.perf_counter() + seconds / 4
    end = warm + seconds
    while time.perf_counter() < warm:
        call()
    while time.perf_counter() < end or len(samples) < 5:
        start = time.perf_counter_ns()
        call()
        samples.append((time.perf_counter_ns() - start) / 1e3 / per)
    return summarise(samples, "µs")


def blocking_call(seconds: float) -> Metrics:
    from math import sqrt

    numbers = [2.0] * 10_000

    def loop() -> None:
        for x in numbers:
            sqrt(x)

    return {"call": timed(loop, seconds, len(numbers))}


def chain(seconds: float) -> Metrics:
    from math import sqrt

    numbers = [2.0] * 10_000

    def loop() -> None:
        for x in numbers:
            sqrt(sqrt(sqrt(sqrt(sqrt(x)))))

    return {"chain": timed(loop, seconds, len(numbers))}


def stream(seconds: float) -> Metrics:
    count = 100_000

    def loop() -> None:
        for _ in work.items(count):
            pass

    return {"item": timed(loop, seconds, count)}


def overlap(one: Callable[[int], Any]) -> Metrics:
    def milliseconds(slots: list[int]) -> float:
        threads = [threading.Thread(target=one, args=[slot]) for slot in slots]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (time.perf_counter() - start) * 1e3

    milliseconds([0, 1])
    single = summarise([milliseconds([0]) for _ in range(7)], "ms")
    both = summarise([milliseconds([0, 1]) for _ in range(7)], "ms")
    ratio = {"unit": "×", "median": both["median"] / single["median"], "samples": 1}
    return {"one": single, "two": both, "ratio": ratio}


def overlap_sleep(seconds: float) -> Metrics:
    return overlap(lambda slot: time.sleep(0.2))


def overlap_numpy(seconds: float) -> Metrics:
    import work_arrays

    return overlap(work_arrays.sine)


def json_of(name: str, seconds: float) -> Metrics:
    """The Python half of a trip through JSON text."""
    value = work.held(name)
    text = json.dumps(value)
    return {"out": timed(lambda: json.dumps(value), seconds), "into": timed(lambda: json.loads(text), seconds)}


def objects_of(name: str, seconds: float) -> Metrics:
    """The least that making the Python objects takes: CPython's own packed format, in C. Also the JSON of it."""
    packed = marshal.dumps(work.held(name))
    return {"objects": timed(lambda: marshal.loads(packed), seconds), **json_of(name, seconds)}


def service(seconds: float) -> Metrics:
    from array import array

    import work_model

    vector = array("d", [0.5] * work_model.WIDTH).tobytes()
    return {"alone": timed(lambda: work_model.predict(vector), seconds)}


def churn(seconds: float) -> Metrics:
    calls = 1_000_000 if seconds >= 1 else 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    objects = len(gc.get_objects())
    start = time.perf_counter()
    for _ in range(calls):
        work.thing()
    spent = time.perf_counter() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "memory": {"unit": "MB", "median": grown / 1024, "samples": 1},
        "objects": {"unit": "", "median": work.tracked_objects() - objects, "samples": 1},
        "call": {"unit": "µs", "median": spent * 1e6 / calls, "samples": 1},
    }


def arrays_dropped(seconds: float) -> Metrics:
    import numpy as np

    samples: list[float] = []
    for _ in range(300):
        start = time.perf_counter()
        np.ones(2 * 2**20)
        samples.append((time.perf_counter() - start) * 1e6)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"peak": {"unit": "MB", "median": peak, "samples": 1}, "call": summarise(samples, "µs")}


TRIALS: dict[str, Callable[[float], Metrics]] = {
    "blocking-call": blocking_call,
    "chain": chain,
    "stream": stream,
    "overlap-sleep": overlap_sleep,
    "overlap-numpy": overlap_numpy,
    "floats": lambda seconds: objects_of("floats", seconds),
    "records": lambda seconds: objects_of("records", seconds),
    "service": service,
    "churn-blocking": churn,
    "arrays-dropped": arrays_dropped,
}

if __name__ == "__main__":
    print(json.dumps(TRIALS[sys.argv[1]](float(sys.argv[2]))))
