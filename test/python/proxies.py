"""What Python does with JavaScript objects by reference. Every function gets one, and gives plain values."""

import asyncio
import copy
import gc
import pickle
import threading

from snakebridge import js_objects


def read(obj, name):
    return getattr(obj, name)


def write(obj, name, value):
    setattr(obj, name, value)


def remove(obj, name):
    delattr(obj, name)


def has(obj, name):
    return hasattr(obj, name)


def raised(function, *args):
    try:
        return ["returned", function(*args)]
    except Exception as error:
        return [type(error).__name__, str(error)]


def item(obj, *keys):
    for key in keys:
        obj = obj[key]
    return obj


def set_item(obj, key, value):
    obj[key] = value


def delete_item(obj, key):
    del obj[key]


def size(obj):
    return len(obj)


def truth(obj):
    return bool(obj)


def contains(obj, value):
    return value in obj


def items(obj):
    return list(obj)


def first(obj):
    for each in obj:
        return each


def as_dict(obj):
    return {key: obj[key] for key in obj}


def kind(obj):
    return type(obj).__name__


def same(a, b):
    return [a is b, a == b, hash(a) == hash(b)]


def nested(obj):
    inner = obj.inner
    return [
        type(inner).__name__,
        inner is obj.inner,
        inner.list[1],
        type(obj.method).__name__,
        type(obj.count).__name__,
    ]


def identity(obj):
    return obj


def call(function, *args, **keywords):
    return function(*args, **keywords)


def call_method(obj, name, *args):
    return getattr(obj, name)(*args)


def detached(obj, name, *args):
    method = getattr(obj, name)
    del obj
    return method(*args)


def same_method(obj, name):
    return getattr(obj, name) is getattr(obj, name)


def is_instance(obj, cls):
    return isinstance(obj, cls)


def make(cls, *args):
    return js_objects.new(cls, *args)


def value_of(obj):
    return js_objects.value(obj)


def texts(obj):
    return [repr(obj), str(obj)]


def names(obj):
    return dir(obj)


def with_statement(obj):
    with obj as entered:
        same = entered is obj
        state = obj.state
    return [same, state, obj.state]


def with_failing(obj):
    with obj:
        raise ValueError("inside")


async def async_with(obj):
    async with obj as entered:
        return entered is obj


async def async_items(obj):
    return [item async for item in obj]


async def async_first(obj):
    stream = aiter(obj)
    found = await anext(stream)
    await stream.aclose()
    return found


async def call_on_loop(obj, name):
    awaitable = getattr(obj, name)()
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticker = asyncio.create_task(tick())
    result = await awaitable
    ticker.cancel()
    return [type(awaitable).__name__, result, ticks > 0]


def in_thread(obj):
    seen = []

    def work():
        obj.count += 1
        seen.append(obj.add(2))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return seen[0]


kept = []


def keep(obj):
    kept.append(obj)


def drop():
    kept.clear()
    gc.collect()


def pickled(obj):
    return pickle.dumps(obj)


def copied(obj):
    return copy.deepcopy(obj)


# Promises.


async def awaited(promise):
    return await promise


async def awaited_kind(obj, name):
    return type(await getattr(obj, name)).__name__


async def awaited_twice(promise):
    return [*await asyncio.gather(promise, promise), await promise]


async def cancelled_wait(promise):
    task = asyncio.ensure_future(awaited(promise))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return await promise


def result(promise, timeout=None):
    return promise.result(timeout)


def exception(promise):
    return repr(promise.exception())


async def result_on_loop(promise):
    return promise.result()


def run_loop(promise):
    return asyncio.run(awaited(promise))


def when_done(promise):
    event = threading.Event()
    seen = []
    promise.add_done_callback(lambda done: (seen.append([done is promise, done.done(), done.result()]), event.set()))
    event.wait()
    return seen[0]


async def listed_on_loop(obj):
    return list(obj)
