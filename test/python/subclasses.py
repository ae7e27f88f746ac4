"""Bases for JavaScript classes, and what Python does with their instances."""

import abc
import collections.abc
import copy
import gc
import html.parser
import inspect
import io
import json
import logging
import pickle
import threading
import unittest
import weakref


class Base:
    made = 0

    def __init__(self, start=1, *, step=1):
        self.start = start
        self.step = step
        Base.made += 1

    def greet(self, name):
        return f"base {name} {self.start}"

    def call_greet(self, *args, **keywords):
        return self.greet(*args, **keywords)

    @property
    def size(self):
        return self.start * 10

    @size.setter
    def size(self, value):
        self.start = value

    def fails(self):
        raise ValueError("from Base")


class Abstract(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

    @property
    @abc.abstractmethod
    def name(self): ...

    def describe(self):
        return f"{self.name}: {self.area()}"


class Calling:
    """Calls an overridden method while it is initialised, as html.parser does."""

    def __init__(self):
        self.seen = self.reset("early")

    def reset(self, when):
        return f"python {when}"


class Manager:
    def __init__(self):
        self.left = []

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.left.append(value)


class Loadable:
    kind = "loadable"

    def __init__(self, source=None):
        self.source = source

    @classmethod
    def load(cls, source):
        return cls(source)

    @staticmethod
    def double(number):
        return number * 2


def load(cls, source):
    return cls.load(source)


def raise_(exception, *args):
    raise exception(*args) if args else exception


def caught_by(cls, function):
    try:
        function()
    except cls as error:
        return [type(error).__name__, str(error), error.code, error.explain(), error]


def use_mapping(mapping):
    mapping["a"] = 1
    mapping.update(b=2)
    popped = mapping.pop("a")
    return [dict(mapping), mapping.get("missing", 5), popped, "a" in mapping]


class WithMeta(type):
    def __new__(mcls, name, bases, namespace, tag=None, **keywords):
        cls = super().__new__(mcls, name, bases, namespace)
        cls.tag = tag
        return cls


class Meta(metaclass=WithMeta):
    def __init_subclass__(cls, **keywords):
        super().__init_subclass__()


def greet(obj, *args, **keywords):
    return obj.greet(*args, **keywords)


def get(obj, name):
    return getattr(obj, name)


def set_(obj, name, value):
    setattr(obj, name, value)


def call(obj, name, *args, **keywords):
    return getattr(obj, name)(*args, **keywords)


def create(cls, *args, **keywords):
    return cls(*args, **keywords)


def created_twice(cls, *args):
    first, second = cls(*args), cls(*args)
    return first is not second and type(first) is cls


def identity(obj):
    return obj


def listed(obj):
    return [obj, {"again": obj}]


def names(cls):
    return [each.__name__ for each in cls.__mro__]


def is_instance(obj, cls):
    return isinstance(obj, cls)


def is_subclass(a, b):
    return issubclass(a, b)


def signature(function):
    return str(inspect.signature(function))


def type_repr(obj):
    return repr(type(obj))


def variables(obj):
    return sorted(name for name in vars(obj) if not name.startswith("__"))


def raised(function, *args, **keywords):
    try:
        return ["returned", function(*args, **keywords)]
    except Exception as error:
        return [type(error).__name__, str(error)]


def pickled(obj):
    return len(pickle.dumps(obj))


def copied(obj):
    return copy.copy(obj)


def run_thread(thread):
    thread.start()
    thread.join()
    return thread.is_alive()


def dump(value, encoder):
    return json.dumps(value, cls=encoder)


def as_mapping(mapping):
    return [len(mapping), list(mapping), mapping["a"], mapping.get("zz", 5), "a" in mapping, dict(mapping.items())]


def log_with(handler, *messages):
    logger = logging.getLogger("subclass")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        for message in messages:
            logger.info("%s", message)
    finally:
        logger.removeHandler(handler)


def run_tests(case):
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
    return [result.testsRun, len(result.failures), len(result.errors)]


def feed(parser, text):
    parser.feed(text)
    parser.close()


HTMLParser = html.parser.HTMLParser
Mapping = collections.abc.Mapping
MutableMapping = collections.abc.MutableMapping
Thread = threading.Thread


class PythonChild:
    @staticmethod
    def of(cls):
        class Child(cls):
            def __init__(self, start):
                super().__init__(start)
                self.extra = "python"

            def greet(self, name):
                return "child " + super().greet(name)

        return Child


async def call_async(obj, name, *args):
    return await getattr(obj, name)(*args)


kept = []
alive = weakref.WeakSet()


def keep(obj):
    kept.append(obj)


def note(obj):
    alive.add(obj)


def count_alive():
    gc.collect()
    return len(alive)


def greet_kept():
    return kept[0].greet("again")


def drop():
    kept.clear()
    gc.collect()


def cross(obj, tag):
    return f"{type(obj).__name__} {tag}"
