"""A context variable, read and written by calls and by coroutines."""

import asyncio
import contextvars
import threading
import time
import weakref

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


class Setting:
    """Sets the variable for the length of a with statement, as numpy.errstate and decimal.localcontext do."""

    def __init__(self, value):
        self.value = value

    def __enter__(self):
        self.token = current.set(self.value)
        return threading.get_ident()

    def __exit__(self, *exception):
        current.reset(self.token)


left = []


def settings(value, steps):
    """The thread of each step, and what it reads."""
    with Setting(value):
        for _ in range(steps):
            yield threading.get_ident(), current.get()
    left.append(value)


def thread_and_value():
    return threading.get_ident(), current.get()


other = contextvars.ContextVar("other")


def write_here(value):
    """The thread that it ran on."""
    current.set(value)
    return threading.get_ident()


def tokens(value):
    return current.set(value)


def reset(token):
    token.var.reset(token)


def for_a_while(value, seconds):
    """Sets the variable for the length of this call only."""
    token = current.set(value)
    time.sleep(seconds)
    current.reset(token)


def write_after(gate, variable, value):
    gate.wait(20)
    variable.set(value)


def set_other(value):
    return other.set(value)


def read_other():
    return other.get(None)


def call_while_set(value, function):
    token = current.set(value)
    try:
        return function()
    finally:
        current.reset(token)


class Held:
    pass


alive = weakref.WeakSet()


def hold():
    """Sets the variable to an object that nobody else holds."""
    held = Held()
    alive.add(held)
    current.set(held)


def held_here():
    return current.get() in alive


def held_anywhere():
    return len(alive)
