"""PERFORMER_STRICT: a counterpart that is missing is a failure there, and a skip everywhere else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
BODY = """
import pytest

@pytest.mark.counterpart
def test_needs_a_broker():
    pytest.skip("no broker here")

def test_needs_a_sound_card():
    pytest.skip("no sound card in any machine room")
"""


def _outcomes(folder: Path, strict: str) -> str:
    shutil.copy(CONFTEST, folder)
    (folder / "test_it.py").write_text(BODY)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = counterpart\n")
    env = {**os.environ, "PERFORMER_STRICT": strict}
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs", "."]
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("strict", ["", "0"])
def test_a_missing_counterpart_is_a_skip(tmp_path: Path, strict: str) -> None:
    assert "2 skipped" in _outcomes(tmp_path, strict)


def test_under_strict_a_missing_counterpart_is_a_failure_and_says_why(tmp_path: Path) -> None:
    out = _outcomes(tmp_path, "1")
    assert "1 failed, 1 skipped" in out
    assert "no broker here" in out


def test_under_strict_a_file_that_skips_itself_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.skip('no jack', allow_module_level=True)\n")
    out = _outcomes(tmp_path, "1")
    assert "error" in out.lower()
    assert "no jack" in out
