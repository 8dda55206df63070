"""The floors of the house are held: the contracts of pyproject.toml, and what a process really loads."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "performer"

BREACHES = {
    "the engine reads a clock": ("engine/breach.py", "import time\n"),
    "the engine draws by itself": ("engine/breach.py", "import random\n"),
    "the engine knows the wire": ("engine/breach.py", "import performer.wire\n"),
    "the engine uses libm": ("engine/breach.py", "import math\n"),
    "music opens files": ("music/breach.py", "import os\n"),
    "the wire knows the engine": ("wire/breach.py", "import performer.engine\n"),
    "a port knows the wire": ("ports/breach.py", "import performer.wire\n"),
    "show knows run": ("show/breach.py", "import performer.run\n"),
    "yaml is met in show": ("show/breach.py", "import yaml\n"),
    "pages knows the engine": ("pages/breach.py", "import performer.engine\n"),
    "rehearsal knows a player": ("rehearse/breach.py", "import performer.run\n"),
    "a noun knows sockets": ("ticks.py", "import socket\n"),
    "ticks know tempo": ("ticks.py", "import performer.tempo\n"),
    "a room that nobody planned": ("utils.py", "\n"),
}


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    argv = [str(program), "--no-cache", "--config", str(root / "pyproject.toml")]
    return subprocess.run(
        argv, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"}
    )


def test_every_floor_is_held() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_caught(breach: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "performer", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    where, line = BREACHES[breach]
    file = tmp_path / "performer" / where
    file.write_text((file.read_text() if file.exists() else "") + line)
    done = _lint(tmp_path)
    assert done.returncode != 0
    assert "BROKEN" in done.stdout or "exhaustive" in done.stdout.lower() or "layers" in done.stdout.lower(), done.stdout + done.stderr


def _loaded(statement: str) -> set[str]:
    """The modules that are there after ``statement`` in a fresh interpreter."""
    code = f"{statement}; import sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, list)
    return set(found)


@pytest.mark.parametrize("module", ["performer.run.players.process"])
def test_a_player_loads_neither_engine_nor_show_nor_numpy_nor_asyncio(module: str) -> None:
    loaded = _loaded(f"import {module}")
    for heavy in (
        "performer.engine",
        "performer.show",
        "performer.music",
        "performer.styles",
        "numpy",
        "yaml",
        "asyncio",
        "aiohttp",
        "mido",
    ):
        assert heavy not in loaded, f"{module} loads {heavy}"


def test_a_supervisor_loads_the_standard_library_alone() -> None:
    loaded = {name.partition(".")[0] for name in _loaded("import performer.run.supervisor.supervisor")}
    bare = {name.partition(".")[0] for name in _loaded("pass")}  # what site-packages load at every start
    foreign = loaded - bare - set(sys.stdlib_module_names) - {"performer", "__main__"}
    assert not foreign
