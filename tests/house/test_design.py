"""The picture of the house is of this house: every module has its place in it, and every file that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "performer"


def _rooms() -> dict[str, list[str]]:
    """What the table of rooms names, by room ("" for the package itself)."""
    rows = re.findall(r"^\| (\(the package\)|`[a-z/]+/`) \| (.*) \|$", TEXT.split("## Styles")[0], re.MULTILINE)
    return {room.strip("`/") if "`" in room else "": " ".join(re.findall(r"`([a-z_ ]+)`", said)).split() for room, said in rows}


def test_every_module_has_its_place_and_every_place_its_module() -> None:
    modules = (path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py") if not path.stem.startswith("__"))
    there, told = sorted(modules), sorted(f"{room}/{name}".lstrip("/") for room, names in _rooms().items() for name in names)
    assert not set(there) - set(told), "these modules stand in no row of docs/design.md, Rooms"
    assert told == there, "a row of docs/design.md, Rooms, names a module that is not there, or twice"


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|toml|md))(?:::\w+)?`", TEXT))
    assert len(named) > 30
    rooms = [ROOT / name for name in ("performer", "tools", "bench", "tests", "docs")]
    known = [path.relative_to(ROOT).as_posix() for room in rooms for path in room.rglob("*.*")]
    assert not [name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in known)]
