"""Where `python.exec` runs its statements: a module for each, so that what they define works as it does in a file.

Functions need the `__builtins__` of their globals as long as they live (C code that imports looks there), and classes a
`__module__` that is found in `sys.modules` (dataclasses, typing and pickle look there). The program is shown neither.

 1. A module lives as long as its `Names`, or what its code defined. `sys.modules` has a `StandIn`, which keeps nothing.
 2. Only a module whose code defined something refers to itself, and is left to the garbage collector: what others hold
    (an array of 1 GB) goes with the last reference.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Coroutine, Generator, Iterator, MutableMapping
from itertools import count
from types import CodeType, ModuleType
from typing import Any
from weakref import ref

_numbers = count(1)
_ANCHOR = "__snakebridge_module__"
# Every module has these before its code runs.
_HOST = frozenset(("__name__", "__doc__", "__package__", "__loader__", "__spec__", "__builtins__", _ANCHOR))


class Names(MutableMapping[str, Any]):
    """The names that statements made: a live view of their `globals`, which does not list what every module has.

    They are attributes, too, where a dict has no method of that name.
    """

    __slots__ = ("__weakref__", "_module", "globals")
    _module: ModuleType
    globals: dict[str, Any]

    def __init__(self, names: dict[str, Any]) -> None:
        module = ModuleType(f"snakebridge_exec_{next(_numbers)}")
        object.__setattr__(self, "_module", module)
        object.__setattr__(self, "globals", vars(module))
        self.globals["__builtins__"] = builtins
        self.globals.update(names)
        sys.modules[module.__name__] = StandIn(module)

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "globals")[name]
        except KeyError:
            message = f"the code of python.exec made no name {name!r}"
            raise AttributeError(message, name=name, obj=self) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.globals[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self.globals:
            raise AttributeError(f"the code of python.exec made no name {name!r}", name=name, obj=self)
        del self.globals[name]

    def __getitem__(self, key: str) -> Any:
        return self.globals[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.globals[key] = value

    def __delitem__(self, key: str) -> None:
        del self.globals[key]

    def __contains__(self, key: object) -> bool:
        return key in self.globals

    def __iter__(self) -> Iterator[str]:
        return (key for key in list(self.globals) if key not in _HOST)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(self.copy())

    def copy(self) -> dict[str, Any]:
        """A dict of the names that there are now."""
        return {key: self.globals[key] for key in self}


def run_in(names: Names, code: CodeType) -> Any:
    """Runs statements in the globals of `names`, which it returns."""
    if _defines(code):
        names.globals[_ANCHOR] = names._module  # pyright: ignore[reportPrivateUsage]  Rule 2
    return run(code, names.globals, names)


def run(code: CodeType, known: dict[str, Any], result: Any) -> Any:
    """Runs statements in `known`, and returns `result`: of code with an `await`, a coroutine that does both."""
    coroutine = eval(code, known)
    return result if coroutine is None else _finish(coroutine, result)


async def _finish(coroutine: Coroutine[Any, Any, None], result: Any) -> Any:
    await coroutine
    return result


class Done:
    """An awaitable of what is there already."""

    __slots__ = ("_result",)

    def __init__(self, result: Any) -> None:
        self._result = result

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._result
        yield


class StandIn(ModuleType):
    """What `sys.modules` has under the name of a module that it must not keep."""

    def __init__(self, module: ModuleType) -> None:
        name = module.__name__
        super().__init__(name)

        def forget(_: object, modules: dict[str, ModuleType] = sys.modules) -> None:
            modules.pop(name, None)

        object.__setattr__(self, "_module", ref(module, forget))

    @property
    def __dict__(self) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleVariableOverride]
        module: ModuleType | None = object.__getattribute__(self, "_module")()
        return {} if module is None else vars(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_module")(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(object.__getattribute__(self, "_module")(), name, value)


def _defines(code: CodeType) -> bool:
    """Whether the code has a `def`, a `class` or a `lambda`, and not just comprehensions."""
    return any(isinstance(each, CodeType) and each.co_name[:1] != "<" for each in code.co_consts)
