"""What README and the pages say can be done: links lead somewhere, commands and options exist, examples are understood."""

import re
import shlex
from pathlib import Path

import pytest

from performer.cli import main
from performer.show.load import load, load_bytes
from performer.wire.controllers import problems
from performer.wire.osc import Message
from performer.wire.surface import Problem, control_of, names_of

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "deploy" / "README.md", ROOT / "bench" / "README.md")
README = PAGES[0].read_text(encoding="utf-8")
COMMENTED = tuple(sorted((ROOT / "shows").glob("*/*.yaml")))


def commands(text: str) -> list[str]:
    """Every ``performer COMMAND ...`` in backquotes, in a shell block, or in a comment of a show; on one line, its remark left out."""
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, re.S))
    found = re.findall(r"`(performer\s[^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
    found += re.findall(r"(?m)^(performer .*)$", blocks) + re.findall(r"(?m)^# +(performer .*)$", text)
    return [" ".join(re.sub(r"   .*| # .*", "", line).split()) for line in found]


def options_of(command: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    with pytest.raises(SystemExit) as leaving:
        main([command, "--help"])
    assert leaving.value.code == 0, f"there is no command {command}"
    return set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_every_command_that_is_told_exists_with_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    known: dict[str, set[str]] = {}
    found = [line for path in (*PAGES, *COMMENTED) for line in commands(path.read_text(encoding="utf-8"))]
    for line in found:
        words = shlex.split(re.sub(r"[\[\]]", "", line))
        if words[1] not in known:
            known[words[1]] = options_of(words[1], capsys)
        assert {word for word in words if word.startswith("--")} <= known[words[1]], line
    assert {"run", "rehearse", "resolve", "suggest", "replay", "check", "schema", "styles", "status"} == set(known)


def test_what_is_told_can_be_pasted_a_rehearsal_has_its_folder() -> None:
    for path in COMMENTED:
        for line in commands(path.read_text(encoding="utf-8")):
            assert "--out" in line or not line.startswith(("performer rehearse", "performer replay")), f"{path.name}: {line}"


def test_the_example_plays_and_the_rig_and_the_surface_steer_it() -> None:
    song, rig = re.findall(r"```yaml\n(.*?)```", README, re.S)
    loaded = load_bytes({"show.yaml": song.encode()}, "show.yaml", rig=("rig.yaml", rig.encode()))
    assert loaded.show is not None, loaded.problems
    assert loaded.rig is not None
    assert problems(loaded.rig.controls, loaded.show.songs, "rig.yaml") == ()
    shipped = load("night-drive").show
    assert shipped is not None
    sent = re.findall(r"(?m)^ *oscsend 127\.0\.0\.1 9000 (\S+)(.*?)(?:#.*)?$", README)
    assert len(sent) >= 5
    for address, said in sent:
        tags, *words = said.split() or [""]
        args = tuple({"i": int, "f": float, "s": str}[tag](word) for tag, word in zip(tags, words, strict=True))
        assert not isinstance(control_of(Message(address, args), names_of(shipped.songs[0])), Problem), address
