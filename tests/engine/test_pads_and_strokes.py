"""What a style may ask of pads and comping: drones, pedals, staggered entries, strokes that tonight moves between the beats."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from performer.engine.comping import FEW, Stroke, strokes
from performer.engine.composer import view_of
from performer.engine.roles import arp, chords, texture
from performer.engine.seen import bar_of
from performer.engine.view import View
from performer.engine.voicings import voiced
from performer.events import Note
from performer.music.shapes import clear
from performer.show.definition import Show, Song
from performer.styles import read
from performer.styles.definition import Grid, Style, Voice
from performer.ticks import COMMON_TIME, SIXTEENTH, Meter, meter
from tests.engine.bands import bars, notes, section, show, song

Chords = tuple[tuple[str, ...], ...]
PATTERN = "x.....x...x....."


def _said(role: str, **more: object) -> Style:
    """Pop-rock with another word for one of its voices."""
    style = read("pop-rock")
    voices = dict(style.voices)
    changed: Voice = replace(voices[role], **more)  # type: ignore[arg-type]
    return replace(style, voices=tuple({**voices, role: changed}.items()))


def _song(home: str = "C", which: Meter = COMMON_TIME, chords: Chords | None = None) -> Song:
    return song("pop-rock", home=home, meter=which, sections=(section("verse", 32, 700, None, chords=chords),), form=("verse",))


def _views(night: Show, name: str, style: Style, tonight: int = 0, **macros: int) -> Iterator[View]:
    part = night.songs[0].part(name)
    for state in bars(night, tonight, **macros):
        bar = bar_of(night, state)
        yield view_of(bar, part, style)


def _pads(style: Style, home: str = "C", chords: Chords | None = None) -> list[Note]:
    return [note for view in _views(show(_song(home, chords=chords)), "pad", style) for note in notes(texture.play(view))]


@pytest.mark.parametrize("home", ["C", "F# minor", "D dorian"])
def test_a_drone_is_the_key_s_tonic_and_fifth_whatever_the_chords(home: str) -> None:
    base = _song(home)
    held = _pads(_said("texture", motion="drone"), home)
    assert {note.pitch % 12 for note in held} == {base.key.tonic, (base.key.tonic + 7) % 12}
    assert {(note.at // (4 * 20_160)) % 4 for note in held} == {0}


def test_a_pedal_lies_under_the_chords_where_it_does_not_rub() -> None:
    style = _said("texture", motion="pedal", lane=(48, 66), vary=0)
    found = 0
    for view in _views(show(_song("C", chords=(("C",), ("F",), ("G",), ("E7",)))), "pad", style):
        bar = view.bar
        struck = {n.pitch for n in notes(texture.play(view))}
        if bar.place % 4 == 0:
            assert min(struck) == 48
            found += 1
        if bar.chords[0].chord.symbol == "E7":
            assert 48 not in struck
        assert clear(tuple(sorted(struck)))
    assert found == 8


def test_staggered_voices_enter_one_after_the_other_and_end_together() -> None:
    together = _pads(_said("texture", vary=0), chords=(("C",),))
    apart = _pads(_said("texture", stagger=2), chords=(("C",),))
    assert len(together) == len(apart)
    assert {n.at % (16 * 20_160) // 5040 for n in together} == {0}
    assert {n.at % (16 * 20_160) // 5040 for n in apart} == {0, 2, 4}
    assert {n.at + n.length for n in together} == {n.at + n.length for n in apart}


def test_a_pad_takes_rubbing_tones_only_where_the_style_asks() -> None:
    major = (("Cmaj9",),)
    assert not {0, 11} & {n.pitch % 12 for n in _pads(_said("texture", voices=4), chords=major)}
    assert {0, 11} & {n.pitch % 12 for n in _pads(_said("texture", voices=4, clash=True, kind="seventh"), chords=major)}


def _strokes(which: Meter, **more: object) -> list[tuple[View, list[Stroke]]]:
    style = _said("chords", **more)
    night = show(_song(which=which))
    return [(view, strokes(view, PATTERN)) for tonight in range(4) for view in _views(night, "keys", style, tonight, density=1000)]


@pytest.mark.parametrize("which", [COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8)], ids=str)
@pytest.mark.parametrize("lock", [False, True])
def test_tonight_adds_no_stroke_on_a_pulse_and_keeps_the_anchor(which: Meter, lock: bool) -> None:
    plain = _strokes(which, vary=0, push=0)
    varied = _strokes(which, vary=1000, push=0, lock=lock)
    changed = 0
    for (view, before), (_, after) in zip(plain, varied, strict=True):
        if view.bar.ending:
            continue
        old, new = ({stroke.slot for stroke in row} for row in (before, after))
        assert not (new - old) & set(view.bar.pulses)
        assert len(old ^ new) <= 2 * (1 + len(old) // FEW)
        assert {s.slot + s.slots for s in after} <= set(range(view.bar.slots + 1))
        changed += old != new
    assert changed > 8
    assert changed < len(plain) // 2


def test_a_push_takes_the_downbeat_with_it() -> None:
    pushed = 0
    rows = _strokes(COMMON_TIME, vary=0, push=1000)
    for (view, here), (_, after) in pairwise(rows):
        late = [stroke for stroke in here if stroke.slot + stroke.slots > view.bar.slots]
        if late:
            assert len(late) == 1
            assert late[0].chord == view.bar.phrase.chords[view.bar.place + 1][0].index
            assert 0 not in {stroke.slot for stroke in after}
            pushed += 1
    assert pushed > 40


def test_the_tension_fader_takes_and_gives_a_voice() -> None:
    night, style = show(_song()), _said("chords", kind="seventh", voices=3)
    sizes = []
    for tension in (0, 500, 1000):
        views = list(_views(night, "keys", style, tension=tension))
        sizes.append(sum(len(v) for view in views for v in voiced(view)))
        assert all(chords.play(view) for view in views)
    assert sizes[0] < sizes[1] < sizes[2]


def test_a_stroke_slides_into_the_next_from_a_semitone_beside_it_and_never_on_a_pulse() -> None:
    slid = 0
    for view in _views(
        show(_song()), "keys", _said("chords", vary=0, push=0, kind="planing", grids=(Grid(start=0, until=1001, text="s.x..sX...xs...."),))
    ):
        if view.bar.ending or view.bar.thin:
            continue
        low, high = view.lane
        rows: dict[int, list[int]] = {}
        for note in notes(chords.play(view)):
            rows.setdefault((note.at - view.bar.at) // SIXTEENTH, []).append(note.pitch)
        plain = voiced(view)[view.bar.chord_at(0).index]
        assert sorted(rows[0]) == list(plain)
        assert sorted(rows[11]) == list(voiced(view)[view.bar.chord_at(11).index])  # nothing follows that it could slide into
        assert {b - a for a, b in zip(sorted(rows[5]), sorted(rows[6]), strict=True)} in ({1}, {-1})
        assert all(low <= pitch <= high for row in rows.values() for pitch in row)
        slid += 1
    assert slid > 20


def test_a_grip_slides_from_where_no_voice_passes_its_neighbour() -> None:
    assert chords.beside((65, 67, 72, 74), (67, 69, 72, 76), 55, 80) == (66, 68, 73, 75)
    assert chords.beside((65, 67, 72, 74), (), 55, 80) == (64, 66, 71, 73)
    assert chords.beside((65, 67, 72, 74), (), 65, 80) == (66, 68, 73, 75)
    assert chords.beside((65, 67, 72, 74), (), 65, 74) == (65, 67, 72, 74)
    assert chords.beside((), (), 65, 74) == ()


def test_tonight_slides_where_a_style_glides() -> None:
    said = _said("chords", vary=1000, push=0, glide=1000)
    pattern = "..x.Xx.x..x..xX."
    rows = [strokes(view, pattern) for tonight in range(4) for view in _views(show(_song()), "keys", said, tonight, density=1000)]
    assert sum(stroke.slid for row in rows for stroke in row) > 8
    plain = _said("chords", vary=1000, push=0)
    assert not any(s.slid for view in _views(show(_song()), "keys", plain, density=1000) for s in strokes(view, pattern))


@pytest.mark.parametrize("home", ["C", "D", "Bb"])
def test_an_arpeggio_s_tone_does_not_last_into_a_chord_that_has_it_not(home: str) -> None:
    style, found = _said("arp", grids=(Grid(start=0, until=1001, text="0..1...2..3.0..."),), length=1000), 0
    for view in _views(show(_song(home, chords=(("Cmaj7", "F#7"), ("Am7", "Eb7")))), "arp", style):
        change = view.bar.chords[-1]
        for note in notes(arp.play(view)):
            start = note.at - view.bar.at
            if start < change.slot * SIXTEENTH < start + note.length and not view.bar.ending:  # everybody's last chord is its first
                assert note.pitch % 12 in change.chord.classes
            found += start < change.slot * SIXTEENTH
    assert found > 40
