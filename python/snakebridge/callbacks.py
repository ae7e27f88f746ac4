"""JavaScript functions in Python: what their native type (`snakebridge.JsFunction`) does not know by itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future
    from collections.abc import Callable
    from inspect import Signature
    from typing import Any


def signature(parameters: str) -> Signature:
    """The signature of a function whose parameters are `a,b=2,*`: names, encoded defaults, and whether there are more.

    Or that of a Python function with the parameters `(a, *, b=None)`, as python.callback() may say.
    """
    import inspect
    from inspect import Parameter, Signature
    from urllib.parse import unquote

    if parameters.startswith("("):
        return inspect.signature(eval(f"lambda {parameters[1:-1]}: None", {}))
    listed: list[Parameter] = []
    default: Any = Parameter.empty
    for each in parameters.split(","):
        name, _, source = each.partition("=")
        if each == "*":
            listed.append(Parameter("args", Parameter.VAR_POSITIONAL))
        elif each:
            if source:
                default = default_of(unquote(source))
            elif default is not Parameter.empty:
                default = JsDefault("undefined")  # JavaScript allows any order
            listed.append(Parameter(name, Parameter.POSITIONAL_ONLY, default=default))
    return Signature(listed)


class JsDefault:
    """The default of a parameter, which JavaScript knows."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __repr__(self) -> str:
        return self._source


def default_of(source: str) -> Any:
    """The value of a default that Python can read; others are shown as JavaScript has them."""
    import json

    try:
        return json.loads(source.replace("'", '"') if source.startswith("'") else source)
    except ValueError:
        return JsDefault(source)


def future(loop: AbstractEventLoop, take: Callable[[], Any]) -> tuple[Future[Any], Callable[[], None]]:
    """A future of `loop` for an answer that comes later, and what is called, on any thread, when it is there.

    `take` gives the answer, or raises what JavaScript threw. Cancelling the future is harmless: nobody takes it then.
    """
    made: Future[Any] = loop.create_future()

    def settle() -> None:
        if made.done():
            return
        try:
            value = take()
        except StopIteration as error:
            made.set_exception(RuntimeError(f"expected an error that a future can hold, got {error!r}"))
        except BaseException as error:
            made.set_exception(error)
        else:
            made.set_result(value)

    def arrived() -> None:
        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:
            return  # the loop has closed: nobody waits for the answer

    return made, arrived
