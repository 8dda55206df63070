"""Runs that are closed at the end of their test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from performer.run.supervisor.manifest import Row
from tests.run.supervised import Run, Start


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    runs: list[Run] = []

    def begin(*rows: Row) -> Run:
        run = Run(tmp_path, *rows)
        runs.append(run)
        run.owner.start()
        return run

    yield begin
    for run in runs:
        run.close()
