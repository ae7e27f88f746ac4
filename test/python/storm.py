"""What the storm of test/stress calls."""

import asyncio
import gc
import time
from collections import Counter

import numpy as np


class Made:
    def __init__(self, number):
        self.number = number
        self.cycle = self

    def number_plus(self, n):
        return self.number + n


def make(number):
    return Made(number)


def add(a, b):
    return a + b


def fail(number):
    raise ValueError(f"failed {number}")


def ramp(length):
    return np.arange(float(length))


def total(array):
    return float(np.sum(array))


def sleep(seconds):
    time.sleep(seconds)


def spin(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


async def later(seconds, value):
    await asyncio.sleep(seconds)
    return value


def each(function, count):
    return [function(i) for i in range(count)]


async def call_async(function, value):
    return await function(value)


def count(n):
    yield from range(n)


async def count_async(n):
    for i in range(n):
        if i % 5 == 0:
            await asyncio.sleep(0)
        yield i


def total_of(items):
    return sum(items)


async def total_of_async(items):
    return sum([item async for item in items])


def collect():
    gc.collect()


def objects():
    """How many objects of each type the collector knows of."""
    gc.collect()
    return Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
