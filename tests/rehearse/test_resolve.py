"""A resolved song plays what it was resolved from, can be edited a decision at a time, and is itself when resolved again."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from performer.cli import main
from performer.engine.composer import Composer
from performer.events import Event, Note
from performer.rehearse.entries import read as read_entries
from performer.rehearse.entries import understanding
from performer.rehearse.render import Press, Rendering, render
from performer.rehearse.resolve import Resolved, resolve
from performer.show.definition import Show
from performer.show.load import load, load_bytes

SMALL = b"song: Small\nsections: {verse: {bars: 4}, drop: {bars: 4}}\n"
PLAIN = b"song: Plain\nstyle: pop-rock\ntempo: 96\n"
LOOPED = b"""
song: Round
meter: 7/8 (2+2+3)
style: {house: 0.6, dub: 0.4}
parts: {drums: house, bass: house, keys: house, lead: house, arp: house, pad: drone}
sections:
  verse: {bars: 12, energy: 0.7, then: {verse: 1, drop: 2}}
  drop: {bars: 20, energy: 1}
  spare: {bars: 8, energy: 0.2}
form: verse drop loop
"""
BLENDED = b"""
song: Blended
style: bossa
sections:
  verse: {bars: 8, energy: 0.5}
  drop: {bars: 32, energy: 1, style: {bossa: 0.2, house: 0.8}}
form: verse drop verse
"""


def shown(data: bytes) -> Show:
    loaded = load_bytes({"show.yaml": data}, "show.yaml")
    assert loaded.show is not None, loaded.problems
    return loaded.show


@lru_cache
def source(name: str) -> Show:
    shipped = load(name).show if name == "night-drive" else shown({"plain": PLAIN, "round": LOOPED, "blend": BLENDED}[name])
    assert shipped is not None
    return shipped


@lru_cache
def night(name: str, seed: int) -> Resolved:
    return resolve(source(name), seed)


def played(show: Show, seed: int, presses: tuple[Press, ...] = ()) -> Rendering:
    return render(show, seed, score=Composer(), presses=presses)


SONGS = ("night-drive", "plain", "round", "blend")


@pytest.mark.parametrize("name", SONGS)
def test_a_resolved_song_plays_the_same_events(name: str) -> None:
    got = night(name, 4)
    assert got.differs == 0
    assert played(got.show, 4).digest == played(source(name), 4).digest


@pytest.mark.parametrize("name", SONGS)
def test_a_resolved_song_resolved_again_is_itself(name: str) -> None:
    got = night(name, 4)
    assert resolve(got.show, 4).files == got.files


def test_five_minutes_stand_on_less_than_400_lines_without_a_note() -> None:
    text = night("night-drive", 4).files["show.yaml"]
    assert text.count("\n") < 400
    assert "velocity" not in text
    assert 'hook: {degrees: "5 . 6 5' in text
    assert re.search(r"^styles: \{house: \d", text, re.MULTILINE)
    assert "chords: i VI III VII" in text
    assert "fills: {1: {4: " in text


def test_follow_rules_become_a_form_and_what_was_not_played_stays_open() -> None:
    text = night("round", 4).files["show.yaml"]
    assert "then" not in text.split("decisions:")[0]
    assert "  # not played\n  spare: " in text
    assert "\n  spare:" not in text.split("decisions:")[1]


def _by_part(events: tuple[Event, ...]) -> dict[str, list[Event]]:
    out: dict[str, list[Event]] = {}
    for event in events:
        out.setdefault(getattr(event, "part", ""), []).append(event)
    return out


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (r"(\n  verse:\n(?:    .*\n)*?    bass: (?:\{|\n +)bass: )[^,}\n]+", r"\g<1>offbeat", {"bass"}),
        (r"(\n  drop:\n(?:    .*\n)*?    keys: \{comp: )[^}]+", r"\g<1>X...............", {"keys"}),
        (r"(\n  verse:\n(?:    .*\n)*?    lead: \{1: )[^,]+", r"\g<1>rest rest rest head", {"lead", "keys", "pad"}),
        (r"(\n  drop:\n(?:    .*\n)*?    fills: \{1: \{4: )[a-z]+", r"\g<1>half", {"drums", "visual"}),
        (r"(\n  drop:\n(?:    .*\n)*?    plays: \{.*?keys: )from [0-9.]+", r"\g<1>never", {"keys"}),
    ],
)  # fmt: skip
def test_a_changed_decision_changes_what_depends_on_it_alone(old: str, new: str, parts: set[str]) -> None:
    text = night("night-drive", 4).files["show.yaml"]
    changed, count = re.subn(old, new, text, count=1)
    assert count == 1
    assert changed != text
    before, after = (_by_part(played(shown(one.encode()), 4).events) for one in (text, changed))
    assert {part for part in before if before[part] != after.get(part)} == parts


def _presses(show: Show, text: str) -> tuple[Press, ...]:
    script = read_entries("entries", text.encode(), understanding(show))
    assert not script.problems
    return script.presses


def test_what_was_pressed_at_a_bar_line_is_written_and_plays_the_same() -> None:
    show = source("night-drive")
    presses = _presses(show, "5.1 /performer/energy 0.7\n70.1 /performer/density 0.2\n")
    got = resolve(show, 4, presses)
    assert "energy: {at: bar 5, args: 0.7}" in got.files["show.yaml"]
    assert got.differs == 0
    notes = [[e for e in one.events if isinstance(e, Note)] for one in (played(got.show, 4), played(show, 4, presses))]
    assert notes[0] == notes[1]


def test_the_way_that_hands_took_is_the_form() -> None:
    show = source("night-drive")
    presses = _presses(show, "12.1 /performer/section drop bar\n40.1 /performer/part/bass/reroll\n")
    got = resolve(show, 4, presses)
    text = got.files["show.yaml"]
    path = [bar.section for bar in played(show, 4, presses).bars]
    assert [bar.section for bar in played(got.show, 4).bars] == path
    assert re.search(r"^form: intro verse drop verse2 break build drop2 end$", text, re.MULTILINE)
    assert "to be pressed still in bar 40: reroll bass" in text


def test_the_command_prints_a_song_and_writes_a_set_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "show.yaml").write_bytes(SMALL)
    assert main(["resolve", str(tmp_path), "--seed", "3"]) == 0
    printed = capsys.readouterr().out
    assert main(["resolve", str(tmp_path), "--seed", "3", "--out", str(tmp_path / "out" / "mine.yaml")]) == 0
    assert (tmp_path / "out" / "mine.yaml").read_text() == printed
    (tmp_path / "set.yaml").write_text("set: Two\nsongs: [show, other]\n")
    (tmp_path / "other.yaml").write_bytes(SMALL.replace(b"Small", b"Other"))
    assert main(["resolve", str(tmp_path / "set.yaml")]) == 2
    assert main(["resolve", str(tmp_path / "set.yaml"), "--out", str(tmp_path / "both")]) == 0
    assert {path.name for path in (tmp_path / "both").iterdir()} == {"set.yaml", "show.yaml", "other.yaml"}
    assert main(["check", str(tmp_path / "both" / "set.yaml")]) == 0


def test_entries_that_cannot_be_read_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "e").write_text("17.1 /performer/sectio drop\n")
    assert main(["resolve", "night-drive", "--entries", str(tmp_path / "e")]) == 65
    assert "e:1:" in capsys.readouterr().err
