"""Programs that print and log."""

import asyncio
import logging
import sys
import threading
import time
import warnings


def talk(name, lines=3):
    for i in range(lines):
        print(name, i)
        time.sleep(0.002)
        print(name, "error", i, file=sys.stderr)
    return name


async def talk_soon(name, lines=3):
    for i in range(lines):
        print(name, i)
        await asyncio.sleep(0.001)
    await asyncio.create_task(_say(name + " task"))
    await asyncio.to_thread(print, name, "thread")
    return name


async def _say(text):
    print(text)


async def say_and_fail(text):
    print(text)
    raise ValueError(text)


def say_and_raise(text):
    print(text)
    raise ValueError(text)


class Worker(threading.Thread):
    def run(self):
        print("subclass")


def start_threads(name):
    threads = [threading.Thread(target=talk, args=(f"{name}-{i}", 2)) for i in range(3)]
    threads.append(Worker())
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [thread.run.__qualname__ for thread in threads]


def progress(steps):
    """As tqdm writes."""
    for i in range(steps):
        sys.stderr.write(f"\r{i + 1}/{steps}")
        sys.stderr.flush()
    sys.stderr.write("\n")


def count(lines):
    for i in range(lines):
        print(i)


def generate(n):
    for i in range(n):
        print("item", i)
        yield i


async def generate_soon(n):
    for i in range(n):
        print("soon", i)
        await asyncio.sleep(0)
        yield i


def write_bytes():
    print("text")
    sys.stdout.buffer.write("é".encode()[:1])
    sys.stdout.buffer.write("é".encode()[1:])
    sys.stdout.buffer.writelines([b" a", memoryview(b"b\n")])
    sys.stdout.buffer.flush()
    sys.stdout.writelines(["x\n", "y\n"])
    return sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.buffer.writable()


held = sys.stdout


def print_to_held():
    print("held", file=held)


def alternate(n):
    for i in range(n):
        print(i, "out")
        print(i, "err", file=sys.stderr)


def write_late(seconds):
    """A thread that goes on after its call."""

    def run():
        time.sleep(seconds)
        print("late")

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def router_is_there():
    return type(sys.stdout).__name__, threading.Thread.start.__qualname__


def log_levels(name="app"):
    logger = logging.getLogger(name)
    logger.debug("debug")
    logger.info("info %d", 1)
    logger.warning("warning")
    return logging.getLogger().level


def log_error():
    try:
        1 / 0
    except ZeroDivisionError:
        logging.getLogger("app.errors").exception(
            "failed", extra={"user": "ada", "attempt": 2, "where": threading.Lock()}
        )


def log_error_of(function):
    try:
        function()
    except Exception:
        logging.getLogger("app").exception("from JavaScript")


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no repr")


def log_strange():
    logger = logging.getLogger("strange")
    logger.warning("two %s", 1, 2)
    logger.warning("fields", extra={"nans": {float("nan"): 1, float("nan"): 2}, "list": [1, {"a": {1}}]})
    logger.warning("%s", "ünï 💥 \udc80")
    circle = []
    circle.append(circle)
    logger.warning("unprintable", extra={"nans": {float("nan"): 1, 1: Unprintable()}, "circle": circle})


def configure():
    import io
    from logging.config import dictConfig

    stream = io.StringIO()
    dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"short": {"format": "%(levelname)s:%(message)s"}},
            "handlers": {"memory": {"class": "logging.StreamHandler", "stream": stream, "formatter": "short"}},
            "root": {"level": "WARNING", "handlers": ["memory"]},
        }
    )
    return stream


def unconfigure():
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    root.setLevel(logging.WARNING)


def handling():
    return logging.Logger.callHandlers.__name__, logging.getLogger().level, warnings.showwarning.__name__


def set_root_level(level):
    logging.getLogger().setLevel(level)


def log_many(n, name="many"):
    logger = logging.getLogger(name)
    for i in range(n):
        logger.warning("%d", i)


def log_in_threads():
    threads = [threading.Thread(target=log_many, args=(50,), name=f"worker-{i}") for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def warn(text="careful"):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(text, DeprecationWarning, stacklevel=1)


def warn_caught():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("caught", UserWarning, stacklevel=1)
    return len(caught)
