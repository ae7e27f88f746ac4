import asyncio
import concurrent.futures
import queue
import subprocess
import sys
import threading
import time

waited = []


def start(body):
    thread = threading.Thread(target=body)
    thread.start()
    return thread


def result_of(function, *args):
    """A thread that calls `function`, and where its outcome will be."""
    outcome = []

    def run():
        try:
            outcome.append(function(*args))
        except BaseException as error:
            outcome.append(f"{type(error).__name__}: {error}")

    return start(run), outcome


def join(function):
    thread, outcome = result_of(function, 1)
    thread.join()
    return outcome[0]


def join_with_timeout(function):
    thread, outcome = result_of(function, 2)
    thread.join(30)
    return outcome[0]


def event(function):
    done = threading.Event()
    outcome = []
    start(lambda: (outcome.append(function(3)), done.set()))
    assert done.wait(30)
    return outcome[0]


def future(function):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(function, 4).result()


def from_queue(function):
    items = queue.Queue()
    start(lambda: items.put(function(5)))
    return items.get()


def polling(function):
    _, outcome = result_of(function, 6)
    while not outcome:
        time.sleep(0.001)
    return outcome[0]


def semaphore(function):
    done = threading.Semaphore(0)
    outcome = []
    start(lambda: (outcome.append(function(7)), done.release()))
    done.acquire()
    return outcome[0]


def run_in_asyncio(function):
    async def main():
        return await asyncio.to_thread(function, 8)

    return asyncio.run(main())


def wait_for_process(function):
    thread, outcome = result_of(function, 9)
    subprocess.run([sys.executable, "-c", "import time; time.sleep(0.3)"], capture_output=True, check=True)
    assert outcome, "expected the callback to be answered while the process ran"
    thread.join()
    return outcome[0]


def timeouts():
    began = time.monotonic()
    assert not threading.Event().wait(0.05)
    time.sleep(0.05)
    thread = start(lambda: time.sleep(0.2))
    thread.join(0.05)
    assert thread.is_alive()
    return time.monotonic() - began


def raw_lock(function):
    lock = threading.Lock()
    lock.acquire()
    outcome = []

    def run():
        try:
            function()
        except Exception as error:
            outcome.append(f"{type(error).__name__}: {error}")
        lock.release()

    start(run)
    lock.acquire()
    return outcome[0]


def simple_queue(function):
    items = queue.SimpleQueue()

    def run():
        try:
            items.put(function())
        except Exception as error:
            items.put(type(error).__name__)

    start(run)
    return items.get()


def compute(function, seconds):
    """The calling thread computes meanwhile, and lets the callback through at the end."""
    thread, outcome = result_of(function, 10)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sum(range(1000))
    thread.join()
    return outcome[0]


def compute_in_c(function, seconds):
    import hashlib

    thread, outcome = result_of(function, 11)
    until = time.monotonic() + seconds
    data = bytes(1 << 24)
    while time.monotonic() < until:
        hashlib.sha256(data)
    thread.join()
    return outcome[0]


def call_in_thread(function, *args):
    return result_of(function, *args)[0]


later = []


def call_later(function, count, delay=0):
    def run():
        time.sleep(delay)
        for number in range(count):
            later.append(function(number))

    later.clear()
    start(run)


def results():
    return list(later)
