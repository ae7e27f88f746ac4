import asyncio
import functools
import inspect
import threading
import time
import typing

stored = {}


def store(name, function):
    stored[name] = function


def call_stored(name, *args):
    return stored[name](*args)


def drop(name):
    del stored[name]


async def is_awaitable(function):
    began = time.monotonic()
    awaitable = function(0.2)
    at_once = time.monotonic() - began
    return [inspect.isawaitable(awaitable), isinstance(awaitable, asyncio.Future), at_once < 0.1, await awaitable]


async def loop_goes_on(function):
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    ticking = asyncio.create_task(tick())
    results = await asyncio.gather(*(function(0.2) for _ in range(20)))
    ticking.cancel()
    return [results, ticks > 5]


async def plain(function):
    return function(1)


async def kinds(function, count):
    """What each call gives: the names of types. A rejection must not come before the await."""
    answers = [function(i) for i in range(count)]
    names = {type(answer).__name__ for answer in answers}
    return sorted(names), await asyncio.gather(*answers, return_exceptions=True)


async def iterated(function):
    return [item async for item in function()]


async def cancelled(function):
    future = function(0.05)
    future.cancel()
    try:
        await future
    except asyncio.CancelledError:
        await asyncio.sleep(0.2)
        return "cancelled"


async def timed_out(function):
    try:
        await asyncio.wait_for(function(5), 0.05)
    except TimeoutError:
        return "timed out"


async def failing(function):
    try:
        await function(0)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


async def passing(function):
    return await function(0)


def own_loop(function):
    async def main():
        return await function(0.01)

    return asyncio.run(main())


def leave_unawaited(function):
    async def main():
        function(0.1)

    asyncio.run(main())
    return True


def repeat(function, count):
    for number in range(count):
        result = function(number)
    return result


def from_threads(function, threads, count):
    def run(name):
        for number in range(count):
            function(name, number)

    started = [threading.Thread(target=run, args=(name,)) for name in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


def call_after(function, seconds):
    threading.Timer(seconds, function).start()


def describe(function):
    return [function.__name__, str(inspect.signature(function))]


def describe_wrapped(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    return [wrapper.__name__, str(inspect.signature(wrapper)), wrapper(3)]


def describe_partial(function):
    partial = functools.partial(function, 1)
    return [str(inspect.signature(partial)), partial(2)]


def describe_typing(function):
    hints = typing.get_type_hints(function) if hasattr(function, "__annotations__") else {}
    return [callable(function), isinstance(function, typing.Callable), hints]
