"""What CPython 3.12 and 3.13 do to a function inside a function when memory ends, and how `traceback` survives it.

When there is no memory for the inner function, MAKE_FUNCTION gives the reference to its code back twice (gh-122752;
seen in 3.12.1 and 3.13.0). The code belongs to the outer function, which crashes the process the next time that it
runs. `traceback` and what it uses have such functions (3.13 many), and run just when memory has ended, because the
bridge describes the exception. So their code gets references to spare, more than a program can lose in its life.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import CodeType, FunctionType

import snakebridge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_SPARE = 10_000


def spare_references(*modules: str) -> None:
    """Gives them to the code of all functions inside the functions of these modules."""
    if (3, 12) <= sys.version_info < (3, 14) and hasattr(snakebridge, "give_references"):  # plain Python has no addon
        for name in modules:
            for code in _inner_code(import_module(name)):
                snakebridge.give_references(code, _SPARE)


def _inner_code(module: ModuleType) -> Iterator[CodeType]:
    classes = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    for namespace in (module, *classes):
        for each in vars(namespace).values():
            function = getattr(each, "__func__", getattr(each, "fget", each))  # of a class method, of a property
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield from _inside(function.__code__)


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)
