"""Feel tables say what was played: planted lateness, accents and swing come out, and styles read them."""

import tomllib
from importlib.resources import files
from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest

from performer.styles import StyleError, compound, read
from performer.styles.definition import ASPECTS, Piece
from performer.styles.read_feel import feel, swing
from tools.played_feel import FAMILIES, PIECES, Take, figures, table, take, written

STEP = 120
"""Ticks a sixteenth; at 120 bpm a tick is 1.04 ms."""

KIT = (
    Piece(name="boom", note=36, grids=("x" * 16,), velocity=(80, 90)),
    Piece(name="crack", note=38, grids=("x" * 16,), velocity=(80, 90)),
    Piece(name="cow", note=56, grids=("x" * 16,), velocity=(80, 90)),
)


def _drummed(path: Path, late: dict[int, int], loud: dict[int, int], bars: int = 12) -> Take:
    midi = mido.MidiFile(ticks_per_beat=4 * STEP)
    track = mido.MidiTrack()
    midi.tracks.append(track)
    now = 0
    for slot in range(1, bars * 16):
        at = slot * STEP + late.get(slot % 16, 0)
        track.append(mido.Message("note_on", channel=9, note=42, velocity=80 + loud.get(slot % 16, 0), time=at - now))
        now = at
    midi.save(path)
    return take(path)


def test_planted_lateness_and_accents_come_out(tmp_path: Path) -> None:
    own = figures([_drummed(tmp_path / "a.mid", {4: 12, 12: 12}, {4: 20, 12: 20})] * 8)
    hat = table(own, own)["hat"]
    late, weight = hat["late"], hat["weight"]
    assert isinstance(late, list)
    assert isinstance(weight, list)
    assert late[4] - late[2] == late[12] - late[2] == pytest.approx(12, abs=1)
    assert weight[4] - weight[2] == 20
    assert hat["late_spread"] == [0] * 16
    assert hat["sway"] == 0


def test_few_takes_are_drawn_towards_everyones(tmp_path: Path) -> None:
    everyone = figures([_drummed(tmp_path / "a.mid", {}, {})] * 8)
    own = _drummed(tmp_path / "b.mid", {}, {4: 20})
    weights = [table(figures([own] * count), everyone)["hat"]["weight"] for count in (1, 4, 40)]
    assert [w[4] - w[3] for w in weights if isinstance(w, list)] == [4, 10, 18]


def test_a_shuffles_swing_is_the_grid_from_which_it_is_late(tmp_path: Path) -> None:
    one = _drummed(tmp_path / "a.mid", dict.fromkeys(range(1, 16, 2), 40), {})
    assert one.sixteenths == pytest.approx(160 / 240, abs=0.01)
    assert max(abs(stroke.late) for stroke in one.strokes) < 2


# --- the tables of the package, and how styles take them


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_has_a_table_that_a_style_can_take(name: str) -> None:
    path = files("performer.styles") / "feel" / f"{name}.toml"
    values = tomllib.loads(path.read_text("utf-8"))
    assert set(values) == {"takes", "drift", *PIECES.values()}
    played = feel({"table": name}, "feel", KIT)
    assert {"boom", "crack", "cow", "bass", "chords", "arp", "lead"} | set(PIECES.values()) == {key for key, _ in played.touches}
    assert 12_000 <= played.drift <= 20_000
    for key, _ in played.touches:
        assert len(played.touch(key).late) == 16
        assert played.touch(key).drift > 0


def test_a_family_is_written_as_its_reader_reads_it(tmp_path: Path) -> None:
    own = figures([_drummed(tmp_path / "a.mid", {}, {4: 20})] * 3)
    assert tomllib.loads(written("rock", own, own))["hat"]["weight"][4] > 0


def test_pieces_take_the_drum_that_their_note_is_and_parts_lean_on_it() -> None:
    played = feel({"table": "funk", "behind": 0, "touch": {"bass": {"lag": 9}}}, "feel", KIT)
    assert [played.touch(name).limb for name in ("boom", "crack", "cow", "bass", "chords")] == ["foot", "left", "right", "foot", "right"]
    assert [played.touch(name).habit for name in ("boom", "crack", "cow", "bass")] == ["kick", "snare", "hat", "kick"]
    assert played.touch("lead").drift < played.touch("bass").drift < played.touch("boom").drift
    plain = feel({"table": "funk", "behind": 0}, "feel", KIT)
    assert {a - b for a, b in zip(played.touch("bass").late, plain.touch("bass").late, strict=True)} == {6000}
    assert played.touch("crash").drift == played.drift


def test_the_feel_of_one_style_dresses_the_kit_of_another() -> None:
    funky = compound((("groove", read("house")), ("feel", read("pop-rock")), *((a, read("house")) for a in ASPECTS[2:])))
    assert funky.feel.touch("shuffle") == read("pop-rock").feel.touch("hat")
    assert all(funky.feel.touch(piece.name).drift > 0 for piece in funky.pieces)
    assert funky.swing == read("pop-rock").swing


def test_what_a_style_writes_itself_prevails() -> None:
    played = feel({"table": "rock", "behind": 0, "touch": {"boom": {"late": [1, 2], "weight": [3], "follow": 0}}}, "feel", KIT)
    touch = played.touch("boom")
    assert (touch.late, touch.weight, touch.drift, touch.sway) == ((1000, 2000), (3,), 0, 0)
    assert feel({}, "feel", KIT).touch("boom").drift == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"table": "polka"}, "feel.table: no feel table called 'polka' (one of: afrobeat"),
        ({"touch": {"boom": {"on": "hat"}}}, "feel.touch.boom.on: no drum called 'hat'"),
        ({"table": "rock", "touch": {"boom": {"on": "gong"}}}, "feel.touch.boom.on: no drum called 'gong'"),
        ({"table": "rock", "touch": {"boom": {"limb": "nose"}}}, "feel.touch.boom.limb: 'nose' is not a limb (one of: right"),
        ({"table": "rock", "touch": {"boom": {"early": 3}}}, "feel.touch.boom.early: there is no key"),
        ({"table": "rock", "behind": 90}, "feel.behind"),
    ],
)
def test_what_is_wrong_in_a_feel_is_said_with_its_path(value: object, said: str) -> None:
    with pytest.raises(StyleError) as caught:
        feel(value, "feel", KIT)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (900, "swing: 900 is not"),
        ({"eighths": [[120, 660], [100, 600]]}, "swing.eighths: pairs [bpm, place] are needed, the tempo rising"),
        ({"eighths": [120, 660]}, "swing.eighths[0]: [bpm, place] is needed"),
        ({"eighths": []}, "swing.eighths: pairs"),
        ({"thirds": 600}, "swing.thirds: there is no key"),
    ],
)
def test_what_is_wrong_in_a_swing_is_said_with_its_path(value: object, said: str) -> None:
    with pytest.raises(StyleError) as caught:
        swing(value, "swing")
    assert said in str(caught.value)


def test_a_swing_is_read_as_a_number_or_by_tempo() -> None:
    assert swing(560, "swing").at(500_000) == (500, 560)
    assert swing({"eighths": 640}, "swing").at(500_000) == (640, 500)
    assert swing({"eighths": [[100, 660], [200, 560]]}, "swing").at(400_000) == (610, 500)


def test_the_played_style_accents_its_hats_as_drummers_do() -> None:
    touch = read("pop-rock").feel.touch("hat")
    assert len(touch.late) == len(touch.weight) == 16
    assert min(touch.weight[s] for s in (0, 4, 8, 12)) > max(touch.weight[s] for s in (2, 6, 10, 14))
