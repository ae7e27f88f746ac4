"""A module of CPython's `test` package in this process, as its regrtest runs it without the extra resources (`-u`)."""

from __future__ import annotations

import importlib
import sys
import traceback
import unittest
from collections.abc import Iterator
from typing import Any

from recorder import Recorder


class Result(unittest.TestResult):
    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self._running = False

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._running = True
        self._recorder.start(test.id())

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        self._running = False
        self._recorder.stop()

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        self._failed(test, err)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        self._failed(test, err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        if err is not None:
            self._failed(test, err)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        self._recorder.note("failed", "unexpected success")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        if self._running:
            self._recorder.note("skipped", reason)
        else:  # a whole class or module
            self._recorder.outcome(test.id(), "skipped", reason)

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:
        self._recorder.note("skipped", "expected failure")

    def _failed(self, test: unittest.TestCase, err: Any) -> None:
        detail = "".join(traceback.format_exception(*err))
        if self._running:
            self._recorder.note("failed", detail)
        else:  # setUpClass, tearDownModule and the like
            self._recorder.outcome(test.id(), "failed", detail)


def run(names: list[str], recorder: Recorder) -> None:
    """Runs the first of the modules that this Python has."""
    from test import support

    support.verbose = 0
    support.use_resources = ()
    support.record_original_stdout(sys.stdout)
    try:
        module = _first(names)
    except unittest.SkipTest as skip:
        return recorder.outcome("(module)", "skipped", str(skip))
    if module is None:
        return recorder.write(missing=f"this Python comes without {names[0]}")
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromModule(module)
    for error in loader.errors:
        recorder.outcome("(loading)", "failed", str(error))
    tests = list(_flat(suite))
    wanted = [test for position, test in enumerate(tests) if recorder.wants(test.id(), position)]
    recorder.write(collected=len(tests), wanted=len(wanted))
    (suite if len(wanted) == len(tests) else unittest.TestSuite(wanted)).run(Result(recorder))
    support.gc_collect()
    support.reap_children()
    return None


def _first(names: list[str]) -> Any:
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    return None


def _flat(suite: Any) -> Iterator[unittest.TestCase]:
    if not isinstance(suite, unittest.TestSuite):
        yield suite
        return
    for part in suite:
        yield from _flat(part)
