"""A context variable, read and written by calls and by coroutines."""

import asyncio
import contextvars
import time

current = contextvars.ContextVar("current", default="default")


def read():
    return current.get()


def write(value):
    current.set(value)


async def read_soon():
    await asyncio.sleep(0.001)
    return current.get()


async def write_soon(value):
    current.set(value)
    await asyncio.sleep(0.001)
    return current.get()


def overlap(value, seconds):
    before = current.get()
    current.set(value)
    time.sleep(seconds)
    return [before, current.get()]


class Teller:
    @property
    def told(self):
        return current.get()


teller = Teller()
