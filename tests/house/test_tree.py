"""What is in the tree: no place or name of one machine, files and functions of a readable size, wheels and deploy files whole."""

import ast
import configparser
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LARGEST_FILE = 330
LARGEST_TEST = 400
LONGEST_FUNCTION = 50
NAMES_THAT_HOLD_ANYTHING = {"utils", "util", "common", "core", "base", "manager", "managers", "helpers", "helper", "misc"}

# Written in pieces, so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w", "/Us" + r"ers/\w", "/opt/py" + "pi", r"\bindex-" + "url", "pypi" + r"\.org"])
)


def _tracked() -> list[Path]:
    """Every file of the project: what git knows, else everything that is not made."""
    try:
        done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a checkout")
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_holds_a_path_of_one_machine_or_an_index_host() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _tracked()
        for number, line in enumerate(_text(path).splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert not found, "\n".join(found)


def test_a_file_is_read_in_one_sitting() -> None:
    sizes = {path: len(_text(path).splitlines()) for path in _tracked() if path.suffix == ".py"}
    long = [
        f"{path.relative_to(ROOT)}: {size} lines"
        for path, size in sizes.items()
        if size > (LARGEST_TEST if path.is_relative_to(ROOT / "tests") else LARGEST_FILE)
    ]
    assert not long, "\n".join(long)


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_a_function_fits_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path in _tracked()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "performer")
        for node in _functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_every_file_says_what_it_is_for() -> None:
    bare = [
        str(path.relative_to(ROOT))
        for path in _tracked()
        if path.suffix == ".py"
        and path.is_relative_to(ROOT / "performer")
        and _text(path).strip()
        and not ast.get_docstring(ast.parse(_text(path)))
    ]
    assert not bare


def test_no_file_is_named_for_holding_anything() -> None:
    assert not [str(path.relative_to(ROOT)) for path in _tracked() if path.suffix == ".py" and path.stem in NAMES_THAT_HOLD_ANYTHING]


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in _tracked() if path.name.startswith("test_") and path.suffix == ".py"]
    assert sorted(set(names)) == sorted(names)


def test_constraints_pin_versions_and_name_no_place() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+( ; python_version [<>=]+ \"3\.\d+\")?", line), line


def _unit() -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "performer.service")
    return unit


def test_the_unit_allows_what_the_players_ask_for() -> None:
    service = _unit()["Service"]
    assert int(service["LimitRTPRIO"]) > 50
    assert service["LimitMEMLOCK"] == "infinity"
    assert "CAP_SYS_NICE" in service["AmbientCapabilities"]
    assert "RestrictRealtime" not in service
    assert "PrivateDevices" not in service
    assert 2 <= int(service["TimeoutStopSec"]) <= 10


def test_the_limits_snippet_allows_what_the_players_ask_for() -> None:
    lines = (ROOT / "deploy" / "95-performer.conf").read_text().splitlines()
    rows = dict(line.split()[2:4] for line in lines if line and not line.startswith("#"))
    assert int(rows["rtprio"]) > 50
    assert rows["memlock"] == "unlimited"
