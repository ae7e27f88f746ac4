"""Runs somebody else's test suite in this process, on the thread that calls `run`.

`python guest.py [--thread] <order>` is plain Python; `inside.mjs` calls `run` through the bridge. Both give the same
order, a JSON file: what to run, where to write each result as it comes (recorder.py), and what to leave out.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import threading
from importlib import metadata
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from recorder import Recorder  # noqa: E402


def run(order_file: str) -> None:
    """Runs the suite; what became of it is in the file of results, whose last line says that it came to its end."""
    with open(order_file, encoding="utf-8") as file:
        order: dict[str, Any] = json.load(file)
    recorder = Recorder(order)
    recorder.write(begin=True, python=sys.version.split()[0], version=_version(order["library"]))
    faulthandler.enable()
    sys.argv = [__file__]
    if "pytest" in order:
        import run_pytest

        run_pytest.run(order["pytest"], recorder)
    else:
        import run_unittest

        run_unittest.run(order["unittest"], recorder)
    sys.stdout.flush()
    sys.stderr.flush()
    recorder.write(end=True)


def _version(library: str) -> str:
    return sys.version.split()[0] if library == "CPython" else metadata.version(library)


def _main(arguments: list[str]) -> None:
    if arguments[0] != "--thread":
        return run(arguments[0])
    failures: list[BaseException] = []

    def in_thread() -> None:
        try:
            run(arguments[1])
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=in_thread, name="guest")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return None


if __name__ == "__main__":
    _main(sys.argv[1:])
