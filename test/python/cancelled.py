"""What can be cancelled, in every state; a journal says what happened."""

import asyncio
import threading
import time

journal: list[str] = []


def spin(seconds=30.0):
    """Pure Python."""
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        count += 1
    return count


def spin_and_clean_up(name):
    try:
        spin()
    finally:
        journal.append(f"finally {name}")


def spin_and_raise():
    try:
        spin()
    finally:
        raise LookupError("while cleaning up")


def swallow(times):
    """Goes on although it was cancelled."""
    seen = 0
    while seen < times:
        try:
            spin()
        except BaseException:
            seen += 1
    journal.append(f"swallowed {seen}")
    spin()


def swallow_and_return():
    try:
        spin()
    except BaseException:
        return "a value"


def ignores_exceptions():
    for _ in range(10_000):
        try:
            spin()
        except Exception:
            pass


def slow_clean_up(seconds):
    try:
        spin()
    finally:
        spin(seconds)
        journal.append("cleaned up")


def add(name):
    journal.append(name)
    return name


def sleep(seconds):
    time.sleep(seconds)
    journal.append("slept")
    return "slept"


async def wait(name="wait", seconds=30.0):
    journal.append(f"start {name}")
    try:
        await asyncio.sleep(seconds)
        return name
    finally:
        journal.append(f"finally {name}")


async def stubborn(seconds):
    try:
        await asyncio.sleep(30)
    except asyncio.CancelledError:
        await asyncio.sleep(seconds)
        journal.append("stubborn ended")
        return "a value"


async def raises_instead():
    try:
        await asyncio.sleep(30)
    finally:
        raise LookupError("while cleaning up")


def take_journal():
    taken = journal[:]
    journal.clear()
    return taken


def call(function):
    """Waits for JavaScript."""
    try:
        return function()
    except BaseException as exc:
        journal.append(type(exc).__name__)
        raise
    finally:
        journal.append("finally")


def first(items):
    return next(items)


def outcome(promise):
    return promise.result()


def call_method(obj):
    return obj.method()


def read(file):
    return file.read()


def write(file):
    while True:
        file.write(bytes(100_000))


def thread_waits():
    """For another thread, by a wait that answers callbacks."""
    threading.Event().wait(60)


class Model:
    def fit(self, seconds):
        time.sleep(seconds)
        journal.append("fitted")

    def predict(self):
        journal.append("predicted")


def spin_and_clean_up_shortly(seconds):
    try:
        spin(seconds)
    finally:
        spin(seconds)
