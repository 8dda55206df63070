"""A resolved song plays what it was resolved from, can be edited a decision at a time, and is itself when resolved again."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from performer.cli import main
from performer.engine.composer import Composer
from performer.events import Event
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
    assert "fills: {1: {4" in text


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
        (r"(\n  drop:\n(?:    .*\n)*?    fills: \{1: \{4[ \d]*: )[a-z]+", r"\g<1>half", {"drums", "visual"}),
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


def test_what_was_pressed_stands_at_its_place_and_plays_the_same() -> None:
    show = source("night-drive")
    text = "5.1 /performer/energy 0.7\n11.2+1/2 /performer/density 0.2\n20.3 /performer/part/bass/reroll\n40.1 /performer/tempo 126\n"
    presses = _presses(show, text)
    got = resolve(show, 4, presses)
    told = {address: value for address, value in got.show.songs[0].decisions if "/pressed/" in address}
    assert told == {
        "intro/pressed/1/5": "energy 0.7", "verse/pressed/1/3": "density 0.2 at 2+1/2", "verse/pressed/1/12": "reroll bass",
        "drop/pressed/1/8": "tempo 126",
    }  # fmt: skip
    assert (got.differs, got.left) == (0, ())
    assert played(got.show, 4).digest == played(show, 4, presses).digest
    assert got.files["show.yaml"].count("\n") < 400


def test_the_way_that_hands_took_is_the_form_and_a_jump_goes_to_what_is_next_there() -> None:
    show = source("night-drive")
    presses = _presses(show, "12.1 /performer/section drop bar\n40.1 /performer/part/bass/mute 1\n")
    got = resolve(show, 4, presses)
    text = got.files["show.yaml"]
    assert re.search(r"^form: intro verse drop verse2 break build drop2 end$", text, re.MULTILINE)
    assert "pressed: {1: {4: next bar}}" in text
    assert "# 40.1 /performer/mute bass 1" in text
    assert [type(entry.control).__name__ for entry in got.left] == ["Mute"]
    assert got.differs == 0


STAGE = b"""
song: Stage
style: house
parts: {drums: house, bass: house, keys: house, lead: house}
sections:
  verse: {bars: 6, energy: 0.6, then: {verse: 1, lift: 2}}
  lift: {bars: 4, stretch: 2-12, energy: 0.5 > 0.9, tempo: 122 > 126}
  drop: {bars: 8, energy: 1, in: stop 1 beat}
  wait: {bars: 2, energy: 0.3, until: next, give up: 8 bars}
form: verse lift drop wait drop
"""
PLACES = st.tuples(st.integers(1, 34), st.sampled_from((".1", ".3", ".2+1/3", ".4+6/7")))
SAID = st.sampled_from((
    "next", "next bar", "next beat", "next now", "back phrase", "section drop", "section lift bar", "section wait queue", "cancel", "go",
    "hold 1", "hold 0", "tempo 111.7", "energy 0.913", "density 0.2", "fusion 0", "part/bass/reroll", "part/lead/vary phrase",
    "part/keys/drop", "part/keys/bring end", "part/drums/again", "part/lead/lock 1", "part/lead/lock 0", "part/bass/hand 1", "keep 4",
    "part/keys/mute 1", "mark here",
))  # fmt: skip


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([((8, ".1"), "part/lead/again")], 31)
@example([*[((1, ".1"), "next")] * 5, ((26, ".3"), "next now"), ((27, ".1"), "next")], 0)
@example([((1, ".1"), "next"), ((1, ".1"), "next"), ((16, ".1"), "hold 1"), ((25, ".1"), "keep 4")], 0)
@example([((3, ".2+1/3"), "section drop"), ((2, ".1"), "tempo 111.7"), ((20, ".1"), "back phrase"), ((9, ".1"), "part/keys/mute 1")], 1)
@given(st.lists(st.tuples(PLACES, SAID), min_size=1, max_size=9), st.integers(0, 99))
def test_the_file_and_what_is_left_play_as_the_show_and_all_that_was_pressed(rows: list[tuple[tuple[int, str], str]], seed: int) -> None:
    show = shown(STAGE)
    presses = _presses(show, "".join(f"{bar}{beat} /performer/{words}\n" for (bar, beat), words in sorted(rows, key=lambda row: row[0][0])))
    got, night = resolve(show, seed, presses), played(show, seed, presses)
    assert got.differs == 0
    assert render(got.show, seed, score=Composer(), entries=got.left).digest == night.digest
    lines = re.findall(r"^# ([@\d]+\..* /performer.*)$", got.files["show.yaml"], re.MULTILINE)
    again = played(got.show, seed, _presses(got.show, "\n".join(lines)))
    assert again.digest == night.digest
    assert {entry.tick for entry in got.left if entry.tick < night.until} <= {entry.tick for entry in again.pressed}


def test_a_song_that_was_not_reached_keeps_its_form() -> None:
    files = {
        "set.yaml": b"set: Two\nsongs: [one, two]\n",
        "one.yaml": SMALL.replace(b"Small", b"One"),
        "two.yaml": SMALL.replace(b"Small", b"Two"),
    }
    show = load_bytes(files, "set.yaml").show
    assert show is not None
    got = resolve(show, 1, _presses(show, "1.1 /performer/stop\n"))
    assert got.differs == 0
    assert all("form: verse drop" in got.files[name] for name in ("one.yaml", "two.yaml"))


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
