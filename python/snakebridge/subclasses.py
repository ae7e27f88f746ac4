"""Python classes whose methods are JavaScript's: `class Net extends python.subclass(Base)`.

Each JavaScript class of the chain is a class here, above them a root that `python.subclass` made, which derives from
the bases. An instance has two halves: this object, and that of JavaScript, which its `__snakebridge_js__` holds.
"""

from __future__ import annotations

import types
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import snakebridge
from snakebridge import js_operations as op
from snakebridge.callbacks import JsDefault, default_of
from snakebridge.js_objects import on_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    # Names, each with the source of its default or None; and whether there are more.
    Described = tuple[list[tuple[str, str | None]], bool]

ask: Any = snakebridge.ask

HALF = "__snakebridge_js__"
# While the bases initialise an object that JavaScript has no other reference to.
INITIALIZING = "__snakebridge_initializing__"


def make_root(js: Any, *bases: Any, **keywords: Any) -> type:
    """The class that JavaScript classes extend."""
    for base in bases:
        if not isinstance(base, type):
            raise TypeError(f"expected a Python class for python.subclass, got {type(base).__name__!r} object")
    name = f"Js{bases[0].__name__}"
    namespace: dict[str, Any] = {
        "__module__": "javascript",
        "__snakebridge_class__": js,
        "__init__": _initialize,
        "__reduce_ex__": _refuse_pickle,
    }
    root = types.new_class(name, bases, keywords, lambda body: body.update(namespace))
    type.__setattr__(root, "__snakebridge_root__", root)
    type.__setattr__(root, "__snakebridge_keywords__", {k: v for k, v in keywords.items() if k != "metaclass"})
    return root


def make_class(name: str, base: Any, js: Any, members: dict[str, Any]) -> type:
    """The class of one JavaScript class."""
    namespace: dict[str, Any] = {"__module__": "javascript", "__snakebridge_class__": None, **members["statics"]}
    for each, (function, described) in members["methods"].items():
        namespace[each] = _method(f"{name}.{each}", function, described)
    for each, (function, described) in members["staticMethods"].items():
        namespace[each] = staticmethod(_method(f"{name}.{each}", function, described, js))
    for each, (getter, setter) in members["properties"].items():
        namespace[each] = property(getter and _getter(getter), setter and _setter(setter))
    if members["initializer"] is not None:
        namespace["__init__"] = _constructor(name, members["initializer"])
    if "__reduce__" in namespace and "__reduce_ex__" not in namespace:
        namespace["__reduce_ex__"] = object.__reduce_ex__
    # What `class Net(Base, frozen=True)` says is said of the class, not only of the root, which nobody sees.
    keywords: dict[str, Any] = base.__dict__.get("__snakebridge_keywords__", {})
    made = types.new_class(name, (base,), keywords, lambda body: body.update(namespace))
    type.__setattr__(made, "__snakebridge_class__", js)
    return made


def new_instance(cls: Any, *args: Any, **keywords: Any) -> Any:
    """What `super(…)` in JavaScript does: makes an object that is one with JavaScript's, or takes one."""
    js = keywords.pop("$js")
    self: Any = keywords.pop("$object", None)
    later = keywords.pop("$later", False)
    if self is None:
        self = cls.__new__(cls, *args, **keywords)
        if not isinstance(self, cls):
            raise TypeError(
                f"expected an instance of {cls.__name__} from its __new__, got {type(self).__name__!r} object"
            )
    _unite(self, js)
    if not later:
        _initialize_before_use(self, args, keywords)
    return self


def _initialize_before_use(self: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Whatever JavaScript does with the object waits for this, but not the methods that bases call meanwhile."""
    namespace = self.__dict__
    if isinstance(self, type):  # a class: its namespace cannot be written
        initialize(self, *args, **keywords)
        return
    namespace[INITIALIZING] = "not lent"
    try:
        initialize(self, *args, **keywords)
    finally:
        if namespace.pop(INITIALIZING, None) == "lent":
            snakebridge.tell(_half(self), op.TAKE_BACK, ())


def _lend(self: Any) -> None:
    """JavaScript's own reference to the object is what new_instance will give."""
    vars(self)[INITIALIZING] = "lent"
    # In something else, because the object by itself comes to JavaScript as its half there.
    ask(_half(self), op.LEND, (types.SimpleNamespace(object=self),))


def initialize(self: Any, *args: Any, **keywords: Any) -> None:
    """Initialises the bases. What an immutable base takes, as `int` does, its `__new__` has had."""
    root = self.__snakebridge_root__
    if _definer(self.__class__, root, "__init__") is object and type(self).__new__ is not object.__new__:
        return
    _base_of(self, root).__init__(*args, **keywords)


def _definer(cls: type, root: type, name: str) -> type | None:
    """The class beneath the root that a name comes from."""
    mro = cls.__mro__
    return next((base for base in mro[mro.index(root) + 1 :] if name in vars(base)), None)


def _unite(self: Any, js: Any) -> None:
    try:
        vars(self)[HALF] = js
    except TypeError:  # a class: its namespace cannot be written
        setattr(self, HALF, js)


def _base_of(self: Any, root: Any) -> Any:
    return super(root, self)  # pyright: ignore


def super_attribute(self: Any, root: Any, name: str) -> Any:
    """`super.name` in JavaScript."""
    return getattr(_base_of(self, root), name)


def set_super_attribute(self: Any, root: Any, name: str, value: Any) -> None:
    """`super.name = value`: where a base has a property of that name, its setter."""
    definer = _definer(self.__class__, root, name)
    found: Any = definer and vars(definer)[name]
    if hasattr(found, "__set__"):
        found.__set__(self, value)
    else:
        _base_of(self, root).__setattr__(name, value)


def held_here_only(*objects: Any) -> list[bool]:
    """Which objects nobody in Python holds. The first is one that JavaScript alone holds, to compare with."""
    from sys import getrefcount

    counts = [getrefcount(objects[index]) for index in range(len(objects))]
    return [count <= counts[0] for count in counts[1:]]


def _half_for_method(self: Any) -> Any:
    if self.__dict__.get(INITIALIZING) == "not lent":
        _lend(self)
    return _half(self)


def _half(self: Any) -> Any:
    try:
        return getattr(self, HALF)
    except AttributeError:
        raise RuntimeError(
            f"expected a {type(self).__name__} whose constructor in JavaScript has called super(…), got one before that"
        ) from None


def _method(qualname: str, function: Any, described: Described, this: Any = None) -> Callable[..., Any]:
    """A function that calls JavaScript's with the object as `this`, or with `this`."""

    def call(self: Any, /, *args: Any, **keywords: Any) -> Any:
        return ask(function, op.APPLY_LATER if on_loop() else op.APPLY, (_half_for_method(self), *args), keywords)

    def call_static(*args: Any, **keywords: Any) -> Any:
        return ask(function, op.APPLY_LATER if on_loop() else op.APPLY, (this, *args), keywords)

    return _named(call if this is None else call_static, qualname, described, this is None)


def _getter(function: Any) -> Callable[[Any], Any]:
    return lambda self: ask(function, op.APPLY, (_half_for_method(self),))


def _setter(function: Any) -> Callable[[Any, Any], Any]:
    return lambda self, value: ask(function, op.APPLY, (_half_for_method(self), value))


def _constructor(name: str, described: Described) -> Callable[..., None]:
    def __init__(self: Any, /, *args: Any, **keywords: Any) -> None:
        _initialize(self, *args, **keywords)

    return _named(__init__, f"{name}.__init__", described, True)


def _initialize(self: Any, /, *args: Any, **keywords: Any) -> None:
    """`Net(…)` in Python: runs the constructor in JavaScript, which initialises the bases where it calls super(…)."""
    if hasattr(self, HALF):
        initialize(self, *args, **keywords)
        return
    if self.__snakebridge_class__ is None:
        raise TypeError(
            f"expected {type(self).__name__} to be made before its instances, got one while it is made, "
            "as enumerations do: define it in Python"
        )
    ask(self.__snakebridge_class__, op.INSTANTIATE, (self, *args), keywords)


def _refuse_pickle(self: Any, protocol: Any) -> Any:
    raise TypeError(
        f"cannot pickle or copy {type(self).__name__!r} object: half of it lives in JavaScript; "
        "define __reduce__ in the JavaScript class, or pass its data"
    )


def _named(function: Any, qualname: str, described: Described, is_method: bool) -> Any:
    function.__qualname__ = qualname
    function.__name__ = qualname.rpartition(".")[2]
    function.__module__ = "javascript"
    function.__signature__ = _signature(described, is_method)
    return function


def _signature(described: Described, is_method: bool) -> Signature:
    listed, rest = described
    parameters = [Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)] if is_method else []
    default: Any = Parameter.empty
    for place, (name, source) in enumerate(listed):
        if source is not None:
            default = default_of(source)
        elif default is not Parameter.empty:
            default = JsDefault("undefined")  # JavaScript allows any order
        plain = name if name.isidentifier() and not iskeyword(name) else f"arg{place + 1}"
        parameters.append(Parameter(plain, Parameter.POSITIONAL_OR_KEYWORD, default=default))
    if rest:
        parameters.append(Parameter("args", Parameter.VAR_POSITIONAL))
    return Signature(parameters)
