"""Code that asks for the frame of its caller."""

import sys
import threading
from types import FrameType


def caller(depth: int = 1) -> tuple[str, str, str]:
    frame = sys._getframe(depth)
    return frame.f_globals["__name__"], frame.f_code.co_filename, frame.f_code.co_name


def of_caller() -> FrameType | None:
    return sys._getframe(1).f_back


def namespace_of_caller() -> tuple[bool, int, str]:
    """Whether its locals are its globals, as a module's are; its line; its `__name__`, as a local."""
    frame = sys._getframe(1)
    return frame.f_locals == frame.f_globals, frame.f_lineno, frame.f_locals["__name__"]


def own_frame() -> str:
    return sys._getframe().f_code.co_name


def depth() -> int:
    """How many frames there are: a loop that ends where Python says so."""
    count = 0
    try:
        while True:
            sys._getframe(count)
            count += 1
    except ValueError:
        return count


def past_the_last_in_thread() -> str:
    seen: list[str] = []

    def run() -> None:
        try:
            sys._getframe(depth() - 1)  # `depth` has a frame, too
        except ValueError as error:
            seen.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return seen[0]


def names_above() -> list[str]:
    """The functions that called, by `f_back`, the way that sympy.lambdify goes."""
    frame = sys._getframe()
    found: list[str] = []
    while frame.f_back is not None:
        frame = frame.f_back
        found.append(f"{frame.f_globals['__name__']}:{frame.f_code.co_filename}:{frame.f_lineno}")
    return found


def same_names_above() -> bool:
    above = sys._getframe().f_back
    return above is not None and above.f_locals is above.f_globals is vars(sys.modules["__main__"])
