import concurrent.futures
import functools
import gc
import logging
import re
import sqlite3
import threading

import numpy as np


def reduce(function):
    return functools.reduce(function, [1, 2, 3, 4])


def substitute(function):
    return re.sub(r"\d+", lambda match: function(match.group()), "a1b22")


def in_threads(function):
    results = []
    threads = [threading.Thread(target=lambda i=i: results.append(function(i))) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def in_pool(function):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        return list(pool.map(function, range(20)))


def vectorize(function):
    return np.vectorize(function, otypes=[float])(np.arange(4.0)).tolist()


def along_axis(function):
    return np.apply_along_axis(function, 1, np.arange(6.0).reshape(2, 3)).tolist()


def in_sqlite(function):
    connection = sqlite3.connect(":memory:")
    connection.create_function("js", 1, function)
    try:
        return [row[0] for row in connection.execute("select js(value) from (select 1 as value union select 2)")]
    finally:
        connection.close()


def log_to(function):
    class Handler(logging.Handler):
        def emit(self, record):
            function(record.levelname, record.getMessage())

    logger = logging.getLogger("callback_libraries")
    handler = Handler()
    logger.addHandler(handler)
    logger.warning("low on %s", "memory")
    logger.removeHandler(handler)


def transform(function):
    from sklearn.preprocessing import FunctionTransformer

    return FunctionTransformer(function).fit_transform(np.arange(4.0).reshape(2, 2)).tolist()


def timer(function):
    done = threading.Event()
    threading.Timer(0.01, lambda: (function(), done.set())).start()
    return done.wait(10)


def repeat(function, count):
    total = 0
    for _ in range(count):
        total += function(1)
    return total


def bounce(function, depth):
    return depth if depth == 0 else function(depth)


def raised_by(function):
    try:
        function()
    except BaseException as error:
        return type(error).__name__


def interrupt():
    raise KeyboardInterrupt


def leave():
    raise SystemExit(3)


class Node:
    pass


def cycle(function):
    node = Node()
    node.callback = function
    return node


def alive():
    gc.collect()
    return sum(isinstance(each, Node) for each in gc.get_objects())
