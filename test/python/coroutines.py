"""Awaitables of every kind, and a journal of what happened to them."""

import asyncio
import contextvars
import threading

journal: list[str] = []
current = contextvars.ContextVar("current", default="none")


async def later(value, seconds=0.001):
    await asyncio.sleep(seconds)
    return value


async def at_once(value):
    return value


async def fails(message):
    await asyncio.sleep(0)
    raise ValueError(message)


async def raises(exception):
    raise exception


class Awaitable:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        yield from asyncio.sleep(0.001).__await__()
        return self.value


class Client:
    """Both worlds: attributes and coroutines."""

    def __init__(self):
        self.name = "client"

    async def get(self, value):
        await asyncio.sleep(0.001)
        return value

    async def me(self):
        return self


class WantsLoop:
    """Cannot be made outside of the loop, as the sessions of HTTP clients cannot."""

    def __init__(self, name="unnamed"):
        self.loop = asyncio.get_running_loop()
        self.has_task = asyncio.current_task() is not None
        self.name = name
        self.variable = current.get()
        self.thread = threading.current_thread().name

    async def get(self, value):
        assert asyncio.get_running_loop() is self.loop
        return await later(value)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        journal.append(f"left {self.name}")


def prints_on_loop():
    print("on the loop:", asyncio.get_running_loop().is_running())
    return 1


def stops():
    raise StopIteration(3)


async def task_of(value):
    return asyncio.ensure_future(later(value))


def future_of_another_loop():
    return asyncio.new_event_loop().create_future()


async def where():
    return threading.current_thread().name


async def busiest():
    """How many of these run at once, at most."""
    global _now, _most
    _now += 1
    _most = max(_most, _now)
    await asyncio.sleep(0.05)
    _now -= 1
    return _most


_now = _most = 0


async def forgotten_failure():
    async def fail():
        raise LookupError("nobody asked")

    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0.01)


class Manager:
    """An asynchronous context manager that must be left by the task that entered it."""

    def __init__(self, swallow=False):
        self.swallow = swallow

    async def __aenter__(self):
        self.task = asyncio.current_task()
        await asyncio.sleep(0)
        journal.append("enter")
        return "value"

    async def __aexit__(self, kind, exc, traceback):
        await asyncio.sleep(0)
        same = "same task" if asyncio.current_task() is self.task else "another task"
        journal.append(f"exit {same} {exc}")
        return self.swallow


class timeout_manager:  # noqa: N801
    """Takes for ever to enter."""

    async def __aenter__(self):
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            journal.append("cancelled")
            raise

    async def __aexit__(self, kind, exc, traceback):
        journal.append("left")


class late_timeout:  # noqa: N801
    """asyncio.timeout, made when there is a loop."""

    def __init__(self, seconds):
        self.seconds = seconds

    async def __aenter__(self):
        self.timeout = asyncio.timeout(self.seconds)
        return await self.timeout.__aenter__()

    async def __aexit__(self, *args):
        return await self.timeout.__aexit__(*args)


def take_journal():
    taken = journal[:]
    journal.clear()
    return taken
