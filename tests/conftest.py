"""A counterpart that is missing is a skip for a musician and a failure where PERFORMER_STRICT is set."""

import os
from collections.abc import Generator

import pytest

STRICT = os.environ.get("PERFORMER_STRICT", "") not in ("", "0")


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"PERFORMER_STRICT: what this test needs has to be here ({reason})"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under PERFORMER_STRICT a skipped test that is marked ``counterpart`` has failed."""
    report = yield
    if STRICT and report.skipped and item.get_closest_marker("counterpart") and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that skips itself cannot show a marker: under PERFORMER_STRICT that is a failure too."""
    report = yield
    if STRICT and report.skipped:
        _fail(report)
    return report
