"""The wheel: installed alone in an empty environment, everything that a show needs is there."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = {"__pycache__"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as hatchling builds it from this tree, nothing fetched."""
    out = tmp_path_factory.mktemp("wheel")
    argv = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = out.glob("virtual_performer-*.whl")
    return path


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not MADE & set(path.parts) and path.suffix != ".pyc"
    }


def test_every_file_of_the_package_and_every_shipped_show_is_in_the_wheel(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"performer/{name}" for name in _files(ROOT / "performer")} | {f"performer/shows/{name}" for name in _files(ROOT / "shows")}
    assert not wanted - held


def test_the_wheel_holds_no_tests_and_no_benches(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"performer"}


def test_the_licences_and_the_typing_marker_travel(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith("licenses/LICENSE") for name in held)
    assert any(name.endswith("licenses/NOTICE") for name in held)
    assert "performer/py.typed" in held


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An empty environment with this wheel in it, and the variables that lend it our dependencies (never the checkout)."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    argv = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(home / "bin" / "python"),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lent = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PYTHONPATH": sysconfig.get_path("purelib")}
    return home / "bin", lent


def _run(installed: tuple[Path, dict[str, str]], cwd: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    place, env = installed
    return subprocess.run([str(place / argv[0]), *argv[1:]], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_the_installed_package_is_not_the_checkout(installed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    done = _run(installed, tmp_path, "python", "-c", "import performer; print(performer.__file__)")
    assert done.stdout.startswith(str(installed[0].parent)), done.stdout + done.stderr


def test_the_command_teaches(installed: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    done = _run(installed, tmp_path, "performer", "--help")
    assert done.returncode == 0, done.stderr
    for verb in ("run", "check", "rehearse", "replay", "status", "schema"):
        assert verb in done.stdout


@pytest.mark.parametrize("show", ["night-drive", "friday", "grid16"])
def test_shipped_shows_are_found_by_name_without_a_checkout(installed: tuple[Path, dict[str, str]], tmp_path: Path, show: str) -> None:
    done = _run(installed, tmp_path, "performer", "check", show)
    assert done.returncode == 0, done.stdout + done.stderr
