"""Operators keep a motif a motif; what is invented can be sung; degrees and pitches are one."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.music import operators as op
from performer.music.chance import Chance
from performer.music.chords import parse
from performer.music.invention import CONTOURS, FEWEST, MOST, invent, rhythm
from performer.music.motif import Motif, compass, folded, gaps, housed, pitched, seat, spelt
from performer.music.pitch import MODES, Key, key
from performer.music.rhythm import lay, strengths
from performer.music.singing import SCALES, Choice, Ground, Harmony, scale, sing, strong_under
from performer.music.tensions import strong
from performer.ticks import COMMON_TIME, SIXTEENTH, Meter, meter

METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8))
CHORDS = ("i7", "VImaj7", "iv9", "V7", "VII", "iiø7")
ROOM = (-7, 14)


def ground(home: Key, beat: Meter, words: tuple[str, ...] = CHORDS) -> Ground:
    chords = [parse(word, home) for word in words]
    return tuple(Harmony(index * beat.bar, chord.classes, strong(chord, home)) for index, chord in enumerate(chords))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Key, Meter, Ground, Motif]:
    home = Key(draw(st.integers(0, 11)), draw(st.sampled_from(sorted(MODES))))
    beat = draw(st.sampled_from(METERS))
    under = ground(home, beat, tuple(draw(st.permutations(CHORDS))))
    chance = Chance.of(draw(st.integers(0, 2**32)))
    grids = (lay("x..x ..x. x... ....", beat), lay("x.x. .x.x ..x. x...", beat))
    bars = draw(st.integers(1, 3))
    slots = rhythm(chance, grids, strengths(beat), bars, draw(st.integers(0, 3)))
    bottom = draw(st.integers(-7, 2))
    motif = invent(
        chance, tuple(slot * SIXTEENTH for slot in slots), bars * beat.bar, 6 * SIXTEENTH, key=home, ground=under, meter=beat,
        contour=draw(st.integers(0, len(CONTOURS) - 1)), bounds=(bottom, bottom + 11), colour=draw(st.sampled_from(SCALES)),
    )  # fmt: skip
    return home, beat, under, motif


def sound(motif: Motif) -> bool:
    ends = [t.at + t.length for t in motif.tones]
    apart = all(end <= after.at for end, after in zip(ends, motif.tones[1:], strict=False))
    return apart and all(t.length > 0 and t.at >= 0 for t in motif.tones) and all(end <= motif.span for end in ends)


def rhythm_of(motif: Motif) -> list[tuple[int, int]]:
    return [(t.at, t.length) for t in motif.tones]


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(-7, 7))
def test_operators_keep_notes_in_order_inside_the_span_and_apart(world: tuple[Key, Meter, Ground, Motif], steps: int) -> None:
    home, beat, under, motif = world
    for made in (
        motif, op.sequence(motif, steps), op.invert(motif), op.retrograde(motif), op.augment(motif), op.diminish(motif),
        op.fragment(motif), op.ending(motif, steps), op.ornament(motif, SIXTEENTH // 2), op.respell(motif, home, under, beat, ROOM),
    ):  # fmt: skip
        assert sound(made)


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(-7, 7))
def test_what_does_not_say_otherwise_keeps_the_rhythm(world: tuple[Key, Meter, Ground, Motif], steps: int) -> None:
    home, beat, under, motif = world
    for made in (
        op.sequence(motif, steps), op.invert(motif), op.retrograde(motif), op.ending(motif, steps),
        op.respell(motif, home, under, beat, ROOM),
    ):  # fmt: skip
        assert rhythm_of(made) == rhythm_of(motif)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_turning_twice_is_not_turning_and_slower_then_faster_is_the_same_tune(world: tuple[Key, Meter, Ground, Motif]) -> None:
    motif = world[3]
    assert op.invert(op.invert(motif)) == motif
    assert op.retrograde(op.retrograde(motif)) == motif
    twice = op.diminish(op.augment(motif))
    assert twice.tones[: len(motif.tones)] == motif.tones
    assert twice.span == 2 * motif.span
    fast = op.diminish(motif)
    assert fast.span == motif.span
    assert len(fast.tones) in (len(motif.tones), 2 * len(motif.tones))


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_respelling_goes_the_way_of_the_contour_and_rubs_against_no_chord(world: tuple[Key, Meter, Ground, Motif]) -> None:
    home, beat, under, motif = world
    made = op.respell(motif, home, under, beat, ROOM)
    assert op.clashes(made, home, under, beat) <= max(0, op.clashes(motif, home, under, beat) - 1)
    old, new = ([pitched(t, home, 0) for t in m.tones] for m in (motif, made))
    agree = sum((b > a) - (b < a) == (d > c) - (d < c) for (a, b), (c, d) in zip(pairwise(old), pairwise(new), strict=True))
    assert agree >= 0.6 * max(0, len(old) - 1)


def test_a_new_ending_comes_to_the_degree_by_step_from_the_side_of_the_line() -> None:
    home, beat = key("A minor"), COMMON_TIME
    motif = invent(
        Chance.of(4), tuple(SIXTEENTH * s for s in (0, 4, 6, 8, 16)), 2 * beat.bar, 20_160, key=home, ground=ground(home, beat), meter=beat
    )
    for degree in range(7):
        made = op.ending(motif, degree)
        assert made.tones[-1].degree == degree
        assert abs(made.tones[-1].degree - made.tones[-2].degree) == 1
        line, before = motif.tones[-3].degree, made.tones[-2].degree
        assert (before - degree) * (line - degree) > 0 or line == degree
        assert made.tones[:-2] == motif.tones[:-2]


@settings(max_examples=80, deadline=None)
@given(worlds())
def test_an_invented_motif_is_singable(world: tuple[Key, Meter, Ground, Motif]) -> None:
    home, beat, under, motif = world
    heights = [pitched(t, home, 0) for t in motif.tones]
    assert min(FEWEST, len(heights)) <= len(heights) <= MOST
    assert max(heights) - min(heights) <= 11
    assert motif.tones[-1].at + motif.tones[-1].length < motif.span
    assert sum(abs(b - a) > 7 for a, b in pairwise(heights)) <= 2
    assert all(not a == b == c for a, b, c in zip(heights, heights[1:], heights[2:], strict=False)) or len(set(heights)) > 2
    assert op.clashes(motif, home, under, beat) <= 1


def test_motifs_of_different_contours_differ_and_have_one_peak_more_often_than_not() -> None:
    home, beat = key("F minor"), COMMON_TIME
    onsets = tuple(SIXTEENTH * s for s in (0, 3, 6, 8, 12, 16, 20, 22))
    single, seen = 0, set()
    for contour in range(len(CONTOURS)):
        for seed in range(10):
            made = invent(
                Chance.of(seed),
                onsets,
                2 * beat.bar,
                20_160,
                key=home,
                ground=ground(home, beat),
                meter=beat,
                contour=contour,
                bounds=(-3, 8),
            )
            heights = [pitched(t, home, 0) for t in made.tones]
            single += heights.count(max(heights)) == 1
            seen.add(tuple(heights))
            assert max(heights) - min(heights) >= 5
    assert single >= 0.6 * 10 * len(CONTOURS)
    assert len(seen) > 5 * len(CONTOURS)


@pytest.mark.parametrize("which", METERS, ids=str)
def test_a_rhythm_has_four_to_twelve_onsets_and_leaves_the_end_of_its_last_bar_free(which: Meter) -> None:
    grids = tuple(lay(grid, which) for grid in ("xxxx xxxx xxxx xxxx", "x... .... .... ....", "..x. x.xx x..x x..x"))
    size = len(strengths(which))
    for seed in range(12):
        for bars in (1, 2, 4):
            slots = rhythm(Chance.of(seed), grids, strengths(which), bars, seed)
            assert FEWEST - (bars == 1) <= len(slots) <= MOST
            assert list(slots) == sorted(set(slots))
            assert slots[-1] < bars * size - 1


# --- lines


@given(st.lists(st.lists(st.integers(50, 80), min_size=1, max_size=6, unique=True), min_size=1, max_size=8))
def test_a_line_takes_a_choice_of_each_place(pitches: list[list[int]]) -> None:
    places = [[Choice(pitch, 0, True) for pitch in row] for row in pitches]
    sung = sing(places)
    assert len(sung) == len(places)
    assert all(pitch in row for pitch, row in zip(sung, pitches, strict=True))


def test_a_line_steps_rather_than_leaps_and_turns_back_after_a_leap() -> None:
    free = [Choice(p, 0, True) for p in range(60, 73)]
    assert all(1 <= abs(b - a) <= 2 for a, b in pairwise(sing([free] * 8)))
    forced = sing([[Choice(60, 0, True)], [Choice(69, 0, True)], free, free])
    assert -4 <= forced[2] - forced[1] < 0
    assert sing([free[:1], free[:1], free]) != (60, 60, 60)


def test_a_note_that_is_no_chord_tone_is_left_by_step() -> None:
    after = [Choice(64, 0, True), Choice(67, 0, True)]
    assert sing([[Choice(62, 0, False)], [after[1], after[0]]])[1] == 64


def test_strong_places_are_the_bar_line_and_the_middle_pulse_also_under_a_held_note() -> None:
    home = key("C")
    rows = ground(home, COMMON_TIME, ("I", "V"))
    bar, half = COMMON_TIME.bar, COMMON_TIME.bar // 2
    assert strong_under(rows, half - 1, 1, COMMON_TIME) == ()
    assert strong_under(rows, half - 1, 2, COMMON_TIME) == (rows[0],)
    assert strong_under(rows, half + 1, half, COMMON_TIME) == (rows[1],)
    assert strong_under(rows, 0, bar + 1, COMMON_TIME) == (rows[0], rows[0], rows[1])
    assert rows[0].rubs(5)
    assert not rows[0].rubs(2)


def test_the_scales_are_what_they_are_called() -> None:
    assert scale("key", key("D dorian")) == key("D dorian").scale
    assert set(scale("pentatonic", key("A minor"))) == {9, 0, 2, 4, 7}
    assert set(scale("blues", key("A minor"))) == {9, 0, 2, 3, 4, 7}
    assert set(scale("bebop", key("C"))) == {*key("C").scale, 8}
    assert scale("chord", key("C")) == ()


# --- pitches


@given(st.integers(-40, 60), st.sampled_from(sorted(MODES)), st.integers(0, 11))
def test_every_pitch_has_a_degree_and_the_two_ways_agree(above: int, mode: str, tonic: int) -> None:
    home = Key(tonic, mode)
    degree, alter = spelt(above, home)
    assert home.degree(degree) + alter == above
    assert alter in (-1, 0, 1)
    assert (alter == 0) == ((home.tonic + above) % 12 in home.scale)


@given(st.integers(-12, 0), st.integers(0, 14), st.integers(36, 70), st.integers(11, 36), st.integers(0, 11), st.integers(30, 100))
def test_a_compass_that_an_octave_can_place_is_placed_whole(
    bottom: int, top: int, low: int, width: int, pitch_class: int, want: int
) -> None:
    tonic = seat((bottom, top), (low, low + width), pitch_class, want)
    assert tonic % 12 == pitch_class
    fits = any(low <= t + bottom and t + top <= low + width for t in range(pitch_class, 128, 12))
    assert not fits or (low <= tonic + bottom and tonic + top <= low + width)


@given(st.integers(0, 127), st.integers(20, 80), st.integers(11, 40))
def test_folding_stays_in_the_lane_and_keeps_the_class_when_an_octave_fits(pitch: int, low: int, width: int) -> None:
    out = folded(pitch, low, low + width)
    assert low <= out <= low + width
    assert out % 12 == pitch % 12
    assert housed(pitch, low, low + width, parse("C", key("C"))) == out


def test_gaps_are_the_silences_after_notes() -> None:
    home = key("C")
    motif = invent(Chance.of(1), (0, 40_320), 80_640, 10_080, key=home, ground=ground(home, COMMON_TIME), meter=COMMON_TIME)
    assert gaps(motif, 20_160) == ((10_080, 40_320), (50_400, 80_640))
    assert compass(motif, home)[0] <= compass(motif, home)[1]


def test_a_leap_is_answered_by_a_turn_back() -> None:
    for leap, on, back in ((7, 9, 5), (-7, -9, -5)):
        places = [[Choice(60, 0, True)], [Choice(60 + leap, 0, True)], [Choice(60 + on, 0, True), Choice(60 + back, 0, True)]]
        assert sing(places) == (60, 60 + leap, 60 + back)
