"""What test/stress calls from several lanes at once."""

import gc
import time
import weakref

import numpy as np

_held = []
_made = weakref.WeakSet()


class Made:
    def __init__(self, number):
        self.number = number
        self.cycle = self
        _made.add(self)


def make(number):
    return Made(number)


def number_of(made):
    return made.number


def add(a, b):
    return a + b


def same(value):
    return value


def fail(number):
    raise ValueError(f"failed {number}")


def ramp(length):
    return np.arange(float(length))


def total(array):
    return float(np.sum(array))


def keywords(*, a, b):
    return {"a": a, "b": b}


def hold(value):
    _held.append(value)


def drop():
    del _held[: len(_held) // 2]


def sleep(seconds):
    time.sleep(seconds)


def forget():
    _held.clear()
    gc.collect()


def living():
    gc.collect()
    return len(_made)
