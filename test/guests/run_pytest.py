"""pytest in this process, its results taken by a plugin."""

from __future__ import annotations

import os
import sysconfig
from typing import Any

import pytest
from recorder import Recorder

# As the package's authors run it, but for what they configure for their own machines (coverage, parallel runs).
COMMON = ["-q", "--tb=short", "-p", "no:cacheprovider", "-o", "addopts=", "--continue-on-collection-errors"]


class Plugin:
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        wanted = [item for position, item in enumerate(items) if self._recorder.wants(item.nodeid, position)]
        left_out = len(items) - len(wanted)
        self._recorder.write(collected=len(items), wanted=len(wanted))
        if left_out:
            items[:] = wanted

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._recorder.outcome(f"(collection of {report.nodeid})", "failed", str(report.longrepr))
        elif report.skipped:
            self._recorder.outcome(f"(collection of {report.nodeid})", "skipped", str(report.longrepr))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._recorder.start(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._recorder.note("failed", f"{report.when}: {report.longreprtext}")
        elif report.skipped:  # an expected failure, too
            self._recorder.note("skipped", _reason(report.longrepr))

    def pytest_runtest_logfinish(self) -> None:
        self._recorder.stop()

    def pytest_internalerror(self, excrepr: Any) -> None:
        self._recorder.outcome("(pytest itself)", "failed", str(excrepr))


def run(arguments: list[str], recorder: Recorder) -> None:
    # Tests are named from there.
    root = sysconfig.get_path("purelib") if "--pyargs" in arguments else os.getcwd()
    pytest.main([*COMMON, "--rootdir", root, *arguments], plugins=[Plugin(recorder)])


def _reason(longrepr: Any) -> str:
    return longrepr[2] if isinstance(longrepr, tuple) else ""
