"""JavaScript functions in Python: what their native type (`snakebridge.JsFunction`) does not know by itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from inspect import Signature


def signature(parameters: str) -> Signature:
    """The signature of a function whose parameters are `a,b,*`: positional names, and whether there are more."""
    from inspect import Parameter, Signature

    names = [name for name in parameters.split(",") if name]
    listed = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in names if name != "*"]
    if "*" in names:
        listed.append(Parameter("args", Parameter.VAR_POSITIONAL))
    return Signature(listed)
