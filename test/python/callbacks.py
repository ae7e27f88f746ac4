import gc
from types import SimpleNamespace

stored = {}


def identity(*values):
    return values[0] if len(values) == 1 else values


def are_same(a, b):
    return a is b


def store(name, value):
    stored[name] = value


def is_stored(name, value):
    return stored[name] is value


def take(name):
    return stored.pop(name)


def collect():
    gc.collect()


def invoke(function, *args):
    return function(*args)


def call_with(function):
    return function(1, 2.5, "text", [1, {"a": None}], SimpleNamespace(value=42))


def call_keywords(function):
    return function(1, size=2, values=[3])


def call_empty(function):
    return function(**{})


def caught(function):
    try:
        function()
    except Exception as error:
        return [type(error).__name__, str(error)]


raised = []


def raise_value():
    raised[:] = [ValueError("from Python")]
    raise raised[0]


def passes_through(function):
    try:
        function()
    except ValueError as error:
        return error is raised[0]
