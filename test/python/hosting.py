"""What Python keeps for each thread, around the call of a JavaScript function."""

import contextlib
import queue
import sqlite3
import threading
import time
from concurrent.futures import Future

local = threading.local()
lock = threading.RLock()
waiting = queue.Queue()


def thread():
    return threading.get_ident()


def call(function, *args):
    """The thread of the caller, and what the function gave."""
    return [threading.get_ident(), function(*args)]


def call_on_new_thread(function):
    result = Future()

    def run():
        try:
            result.set_result(call(function))
        except BaseException as exc:
            result.set_exception(exc)

    threading.Thread(target=run).start()
    return result.result()


@contextlib.contextmanager
def setting(value):
    before = getattr(local, "value", None)
    local.value = value
    try:
        yield
    finally:
        local.value = before


def call_with(value, function):
    with setting(value):
        return function()


def value():
    return getattr(local, "value", None)


def call_locked(function):
    with lock:
        return function()


def is_free():
    """Whether this thread may have the lock."""
    if not lock.acquire(blocking=False):
        return False
    lock.release()
    return True


def call_with_database(function):
    database = sqlite3.connect(":memory:")
    database.execute("create table t (x)")
    function(database)
    return database.execute("select count(*) from t").fetchone()[0]


def get():
    return waiting.get(timeout=20)


def put(item):
    waiting.put(item)
    return threading.get_ident()


def sleep(seconds):
    time.sleep(seconds)
    return threading.get_ident()


def thread_after(_):
    return threading.get_ident()


def nap(seconds):
    end = time.time() + seconds
    while time.time() < end:
        time.sleep(0.001)
    return threading.get_ident()


class Base:
    def run(self):
        with setting("inside"):
            return self.step()

    def step(self):
        raise NotImplementedError

    def value(self):
        return value()


def descend(function, depth):
    """The thread of each level."""
    return [threading.get_ident(), *function(depth)]


def frames_above():
    import sys

    names = []
    frame = sys._getframe(1)
    while frame is not None:
        names.append(frame.f_globals["__name__"] + "." + frame.f_code.co_name)
        frame = frame.f_back
    return names
