"""Exceptions of every sort, raised by calling a function; `hostile` has classes whose own methods misbehave."""

import sys


def inner(x):
    return float(x)


def simple():
    inner("abc")


def caused():
    try:
        inner("q")
    except ValueError as e:
        raise RuntimeError("outer") from e


def during():
    try:
        inner("q")
    except ValueError:
        {}["x"]


def suppressed():
    try:
        inner("q")
    except ValueError:
        raise KeyError("y") from None


def noted():
    error = ValueError("v")
    error.add_note("note 1\nline 2")
    error.add_note("note 2")
    raise error


def group():
    found = []
    for i in range(3):
        try:
            inner(f"g{i}")
        except ValueError as e:
            found.append(e)
    raise ExceptionGroup("many", found)


def nested_group():
    try:
        group()
    except ExceptionGroup as e:
        raise ExceptionGroup("outer", [e, TypeError("t")]) from ValueError("c")


def during_group():
    try:
        group()
    except ExceptionGroup:
        raise ValueError("after")


def syntax():
    compile("x = 1\ndef f(:\n  pass\n", "/tmp/foo.py", "exec")


def os_error():
    open("/nonexistent/é")


def attribute():
    import math

    math.sqr(2)


def missing():
    import no_such_module.inside  # noqa: F401


def missing_submodule():
    import json.foo  # noqa: F401


def key():
    {}["k"]


def recursion():
    recursion()


def astral():
    éé = "😀😀" + inner("z")  # noqa: F841


def system_exit():
    sys.exit("bye")


def surrogate():
    raise ValueError("a\ud800b")


def multiple():
    class Both(OSError, ValueError):
        pass

    raise Both(2, "two")


def cyclic():
    a, b = ValueError("a"), ValueError("b")
    a.__cause__, b.__cause__ = b, a
    raise a


def long_chain():
    error = None
    for i in range(100_000):
        following = ValueError(i)
        following.__context__ = error
        error = following
    raise error


def wide_group():
    raise ExceptionGroup("w", [ValueError(i) for i in range(10_000)])


def deep_group():
    error = ValueError("x")
    for _ in range(5000):
        error = ExceptionGroup("d", [error])
    raise error


def deep_stack():
    sys.setrecursionlimit(30_000)

    def ping(n):
        return pong(n - 1) if n else 1 / 0

    def pong(n):
        return ping(n - 1) if n else 1 / 0

    try:
        ping(20_000)
    finally:
        sys.setrecursionlimit(1000)


class Text(str):
    pass


class BadStr(Exception):
    def __str__(self):
        raise ValueError("no")


class ExitingStr(Exception):
    def __str__(self):
        raise SystemExit


class SubclassStr(Exception):
    def __str__(self):
        return Text("sub")


class BadNotes(Exception):
    @property
    def __notes__(self):
        raise ValueError("notes")


class UnprintableNote(Exception):
    def __init__(self):
        self.__notes__ = [BadStr()]


class NotesNoList(Exception):
    def __init__(self):
        self.__notes__ = 5


class Meta(type):
    @property
    def __module__(cls):
        raise ValueError


class BadMeta(Exception, metaclass=Meta):
    pass


class BadCause(Exception):
    @property
    def __cause__(self):
        raise ValueError


class BadSyntax(SyntaxError):
    def __init__(self):
        self.text, self.lineno, self.offset, self.filename, self.msg = 5, "x", [], object(), BadStr()


class BadErrno(OSError):
    @property
    def errno(self):
        raise ValueError


class BadDir(AttributeError):
    def __init__(self):
        class Owner:
            def __dir__(self):
                raise KeyboardInterrupt

        super().__init__("x", name="foo", obj=Owner())


class BadRepr:
    def __repr__(self):
        raise ValueError


class UnprintableExit(SystemExit):
    def __init__(self):
        self.code = BadRepr()


class OddModule(ModuleNotFoundError):
    def __init__(self):
        super().__init__("x", name="..odd.")


class BadModuleName(Exception):
    pass


BadModuleName.__module__ = 5

hostile = [
    *(BadStr, ExitingStr, SubclassStr, BadNotes, UnprintableNote, NotesNoList, BadMeta, BadCause, BadSyntax, BadErrno),
    *(BadDir, UnprintableExit, OddModule, BadModuleName),
]
