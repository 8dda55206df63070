"""The rhythm section's laws: back beats on pulses, turns, remembered colours, fills and rolls of any length, a bass for each rule."""

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.engine.composer import compose, view_of
from performer.engine.fills import lengths, repertoire, roll
from performer.engine.roles import bass, drums
from performer.engine.seen import bar_of
from performer.engine.state import State
from performer.events import Controller, Note
from performer.music.rhythm import beats, lay, pulses, slots
from performer.music.swing import STRAIGHT
from performer.show.definition import Show
from performer.styles import Style, names, read
from performer.styles.definition import BASS_RULES, Fills, Kit, Piece
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import bars, notes, section, show, song

METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8))
PLAYED = tuple(name for name in names() if not read(name).pulse)
FILLING = tuple(name for name in PLAYED if read(name).fills.cells)
BACK = ("snare", "clap", "rim", "stick")


def _night(style: str, *, long: bool = False, **more: object) -> Show:
    if long:
        more |= {"sections": (section("verse", 32, 600), section("drop", 32, 950)), "form": ("verse", "drop", "verse", "drop")}
    return show(song(style, **more))  # type: ignore[arg-type]


def _drums(night: Show, state: State) -> frozenset[tuple[int, int]]:
    return frozenset((n.at - state.at, n.pitch) for n in notes(compose(night, state, night.songs[0].part("drums"))))


# --- meters


@pytest.mark.parametrize("which", METERS, ids=str)
@pytest.mark.parametrize("style", PLAYED)
def test_the_back_beat_of_every_style_stands_on_a_pulse_in_every_meter(style: str, which: Meter) -> None:
    back = [p for p in read(style).pieces if p.name in BACK]
    for piece in back:
        for grid in piece.grids:
            if "X" in grid:
                laid = lay(grid, which, flowing=piece.time, half=read(style).kit.half)
                strong = {slot % slots(which) for slot, sign in enumerate(laid) if sign == "X"}
                assert strong, grid
                assert strong <= set(pulses(which)), grid


@given(st.sampled_from(METERS), st.integers(1, 64))
def test_the_beats_of_a_fill_add_up_to_its_time(which: Meter, count: int) -> None:
    assert sum(lengths(which, count)) == count
    assert lengths(which, slots(which)) == beats(which)


# --- turns, colours, frame


@pytest.mark.parametrize("style", PLAYED)
@pytest.mark.parametrize("seed", [1, 2])
def test_no_more_than_four_drum_bars_in_a_row_are_the_same(style: str, seed: int) -> None:
    night = _night(style, long=True, seed=seed)
    run = 1
    for before, row in pairwise([_drums(night, state) for state in bars(night, seed)]):
        run = run + 1 if row and row == before else 1
        assert run <= 4 or read(style).kit.loop


@pytest.mark.parametrize("style", PLAYED)
def test_a_drummer_plays_few_bars_many_times(style: str) -> None:
    night = _night(style, long=True)
    rows = [row for state in bars(night) if (row := _drums(night, state))]
    assert 0.02 <= len(set(rows)) / len(rows) <= 0.32  # people: .07 to .32 in a whole song


def test_what_tonight_chose_comes_back_with_the_section_and_another_night_chooses_otherwise() -> None:
    night = _night("house", long=True)

    def verse(visit: int, tonight: int) -> list[frozenset[tuple[int, int]]]:
        states = [s for s in bars(night, tonight) if s.section == "verse" and s.visit == visit and s.bar_in_section % 8 in (1, 2, 4, 5, 6)]
        return [_drums(night, s) for s in states if s.bar_in_section < 16]

    assert verse(0, 5) == verse(1, 5)
    assert any(verse(0, 5) != verse(0, tonight) for tonight in (6, 7, 8))
    kicks = [[{at for at, pitch in row if pitch == 36} for row in verse(0, tonight)[:2]] for tonight in (5, 6, 7)]
    assert kicks[0] == kicks[1] == kicks[2]


def test_a_written_variant_is_played() -> None:
    rows = {}
    for which in ("0", "1", "2"):
        night = _night("house", long=True, decisions=(("verse/drums/shuffle", which),))
        state = next(s for s in bars(night) if s.bar_in_section == 1)
        rows[which] = _drums(night, state)
    assert len(set(rows.values())) == 3


def test_a_sign_strikes_as_it_says() -> None:
    night = show(song("house", sections=(section("verse", 8, 900),), form=("verse",)))
    bar, part = bar_of(night, next(iter(bars(night)))), night.songs[0].part("drums")
    hat = Piece(name="hat", note=42, open=46, grids=("X..or...t.......",), velocity=(80, 80))
    style = replace(read("house"), pieces=(hat,), kit=Kit(loop=True), fills=Fills(), swing=STRAIGHT)
    struck = [(n.at - bar.at, n.pitch) for n in notes(drums.play(view_of(bar, part, style)))]
    half, third = 5040 // 2, 5040 // 3
    places = [(0, 42), (3 * 5040, 46), (4 * 5040, 42), (4 * 5040 + half, 42), *((8 * 5040 + n * third, 42) for n in range(3))]
    assert sorted(struck) == places


def test_a_piece_plays_in_its_sections_alone() -> None:
    night = show(song("house", sections=(section("verse", 8, 900), section("chorus", 8, 900)), form=("verse", "chorus")))
    part = night.songs[0].part("drums")
    ride = Piece(name="ride", note=51, grids=("x.x.x.x.x.x.x.x.",), velocity=(80, 80), sections=("chorus",))
    style = replace(read("house"), pieces=(ride,), kit=Kit(loop=True), fills=Fills())
    heard = {state.section for state in bars(night) if not (bar := bar_of(night, state)).ending and drums.play(view_of(bar, part, style))}
    assert heard == {"chorus"}


# --- fills and rolls


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILLING), st.sampled_from(METERS), st.integers(2, 64))
def test_a_fill_is_as_long_as_it_is_asked_to_be_and_all_of_them_are_different(style: str, which: Meter, count: int) -> None:
    fills = read(style).fills
    known = repertoire(fills, lengths(which, count))
    assert known
    assert all(len(text) == count for text in known)
    assert all(set(text) <= {letter for letter, _ in fills.letters} | {"."} for text in known)
    assert len(set(known)) == len(known)


@pytest.mark.parametrize("style", FILLING)
def test_no_fill_is_played_twice_in_a_row(style: str) -> None:
    total = 0
    for seed in (1, 2, 3):
        night = _night(style, seed=seed, sections=(section("verse", 16, 700), section("drop", 8, 900)), form=("verse", "drop") * 4)
        played = []
        for state in bars(night, seed):
            bar = bar_of(night, state)
            if bar.fill and not bar.ending:
                last = [n for n in notes(compose(night, state, night.songs[0].part("drums"))) if n.at >= bar.tick(bar.fill_from)]
                letters = {note for _, note in read(style).fills.letters}
                keep = {p.note for p in read(style).pieces if p.name in read(style).fills.keep}
                played.append((bar.fill, frozenset((n.at - state.at, n.pitch) for n in last if n.pitch in letters - keep)))
        assert all(a != b for a, b in pairwise(played))
        total += len(played)
    assert total > (8 if style == "bossa" else 12)  # softly: from verse to verse the clave goes on


@given(st.sampled_from(METERS), st.integers(4, 200))
def test_a_roll_only_grows_denser_and_louder(which: Meter, total: int) -> None:
    size, places = slots(which), []
    for first in range(0, total, size):
        places += [((first + slot) * 5040 + after, come) for slot, after, come in roll(total, first, size, pulses(which))]
    gaps = [b - a for (a, _), (b, _) in pairwise(places)]
    slack = 0 if len(set(beats(which))) == 1 and total % size == 0 else 2 * 5040  # pulses of unequal lengths, a beginning inside a bar
    assert all(b <= a + slack for a, b in pairwise(gaps))
    assert [come for _, come in places] == sorted(come for _, come in places)
    assert places[-1][0] >= (total - 1) * 5040


def test_a_written_fill_is_played_and_one_that_does_not_fit_is_not() -> None:
    sections = (section("verse", 16, 700), section("chorus", 8, 700))
    for text, heard in (("s.s.s.s.", True), ("s.s.", False), ("zzzzzzzz", False)):
        decided = (("verse/fills/1/8", "half"), ("verse/drums/fill/1/8", text))
        night = _night("pop-rock", sections=sections, form=("verse", "chorus"), decisions=decided)
        state = next(s for s in bars(night) if s.bar_in_section == 7)
        snares = {(at - 8 * 5040) // 5040 for at, pitch in _drums(night, state) if pitch == 38 and at >= 8 * 5040}
        assert (snares == {0, 2, 4, 6}) == heard


# --- bass


@lru_cache(maxsize=16)
def _ruled(rule: str, glide: int = 0) -> Style:
    """House with another rule for its bass and no grids of its own."""
    house = read("house")
    voices = tuple((r, replace(v, rule=rule, grids=(), glide=glide, lane=(28, 55)) if r == "bass" else v) for r, v in house.voices)
    return replace(house, voices=voices)


def _line(
    rule: str,
    which: Meter = COMMON_TIME,
    *,
    glide: int = 0,
    seed: int = 7,
    tonight: int = 0,
    chords: tuple[tuple[str, ...], ...] | None = None,
) -> list[tuple[State, list[Note]]]:
    verse = section("verse", 16, 700, chords=chords)
    night = show(song("house", meter=which, seed=seed, sections=(verse,), form=("verse", "verse")))
    part, out = night.songs[0].part("bass"), []
    for state in bars(night, tonight):
        bar = bar_of(night, state)
        out.append((state, notes(bass.play(view_of(bar, part, _ruled(rule, glide))))))
    return out


@pytest.mark.parametrize("which", METERS, ids=str)
@pytest.mark.parametrize("rule", BASS_RULES)
def test_every_rule_plays_one_note_at_a_time_in_its_lane_in_every_meter(rule: str, which: Meter) -> None:
    line = [note for _, row in _line(rule, which) for note in sorted(row, key=lambda n: n.at)]
    assert len(line) >= 16
    assert all(28 <= n.pitch <= 55 for n in line)
    assert all(a.at + a.length <= b.at for a, b in pairwise(line))


@pytest.mark.parametrize("rule", [rule for rule in BASS_RULES if rule != "pedal"])
def test_a_bass_stands_on_the_roots(rule: str) -> None:
    night = show(song("house", sections=(section("verse", 16, 700),), form=("verse", "verse")))
    on = total = 0
    for state, row in _line(rule):
        bar = bar_of(night, state)
        for note in row:
            total += 1
            on += note.pitch % 12 == bar.chord_at((note.at - state.at) // 5040).chord.bass
    assert on / total >= (0.25 if rule == "walking" else 0.55)


def test_the_rules_are_what_they_are_called() -> None:
    kick = {0, 4, 8, 12}
    slot = {rule: [{(n.at - s.at) // 5040 for n in row} for s, row in _line(rule)[:-1]] for rule in BASS_RULES}
    assert all(not row & kick for row in slot["rolling"][::4])
    assert slot["rolling"][0] == {1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15}
    assert slot["offbeat"][0] == {2, 6, 10, 14}
    assert slot["808"][0] == kick
    assert slot["root8"][0] == slot["octaves"][0] == set(range(0, 16, 2))
    assert all(0 not in row for row in slot["dub"])
    assert all(row == kick for row in slot["walking"])
    assert {n.pitch % 12 for _, row in _line("pedal")[::4] for n in row} == {5}  # F, whatever the chord


def test_a_walking_line_never_repeats_a_bar_and_approaches_what_comes() -> None:
    for seed in range(6):
        vamp = (("Fm7",),) if seed % 2 else None  # one chord for ever: nothing but the line makes a bar another one
        rows = [[n.pitch for n in sorted(row, key=lambda n: n.at)] for _, row in _line("walking", tonight=seed, chords=vamp)][:-1]
        for phrase in (rows[i : i + 8] for i in range(0, len(rows) - 1, 8)):
            assert len({tuple(row) for row in phrase}) == len(phrase)
        assert all(a != b for row in rows for a, b in pairwise(row))
        steps = [abs(row[-1] - after[0]) for row, after in pairwise(rows)]
        assert sum(step in (1, 2, 5, 7) for step in steps) / len(steps) >= 0.8


def test_a_walking_line_is_remembered_and_ends_otherwise_at_every_second_return() -> None:
    chart = (("Fm7",), ("Bbm7",), ("C7",), ("Fm7",), ("Dbmaj7",), ("Gm7b5",), ("C7",), ("Fm7",))
    night = show(song("jazz", sections=(section("verse", 8, 600, chords=chart),), form=("verse",) * 6))
    for tonight in range(3):
        visits: dict[int, list[list[int]]] = {}
        for state in bars(night, tonight):
            row = sorted(notes(compose(night, state, night.songs[0].part("bass"))), key=lambda n: n.at)
            visits.setdefault(state.visit, []).append([note.pitch for note in row])
        lines = [visits[visit][:7] for visit in range(6)]  # the last bar looks at what follows
        assert all(line[:6] == lines[0][:6] for line in lines)
        assert lines[0] == lines[1]
        assert lines[2] == lines[3]
        assert len({tuple(lines[visit][6]) for visit in (0, 2, 4)}) > 1


def test_a_phrase_on_the_chords_of_the_one_before_has_its_walking_line_again() -> None:
    chart = (("Fm7",), ("Bbm7",), ("C7",), ("Fm7",), ("Dbmaj7",), ("Gm7b5",), ("C7",), ("Fm7",))
    rows = [[n.pitch for n in sorted(row, key=lambda n: n.at)] for _, row in _line("walking", chords=chart)]
    assert rows[0:4] == rows[8:12]
    assert rows[0] != rows[16 + 6]


def test_a_walking_line_keeps_clear_of_the_chord_on_the_middle_beat() -> None:
    chart = (("Eb7",), ("Gm7",), ("Bb7",), ("Bbm7",))
    tones = [{3, 7, 10, 1}, {7, 10, 2, 5}, {10, 2, 5, 8}, {10, 1, 5, 8}]
    for seed in range(4):
        for index, (state, row) in enumerate(_line("walking", tonight=seed, chords=chart)[:-1]):
            chord = tones[index % 4]
            middle = [n.pitch % 12 for n in row if (n.at - state.at) // 5040 == 8]
            assert all(pc in chord or not {(pc + 1) % 12, (pc - 1) % 12} & chord for pc in middle), (seed, index)


def test_an_808_slides_where_its_style_says_so_and_only_there() -> None:
    night = show(song("house", sections=(section("verse", 16, 700),), form=("verse", "verse")))
    state = next(iter(bars(night)))
    bar, part = bar_of(night, state), night.songs[0].part("bass")
    events = bass.play(view_of(bar, part, _ruled("808", 1000)))
    line = sorted(notes(events), key=lambda n: n.at)
    assert any(a.at + a.length > b.at and b.pitch - a.pitch in (5, 7, 12) for a, b in pairwise(line))
    assert {e.value for e in events if isinstance(e, Controller) and e.name == "glide"} == {0, 1000}
    plain = bass.play(view_of(bar, part, _ruled("808")))
    assert not [e for e in plain if isinstance(e, Controller)]


def test_the_riff_is_the_songs_and_its_changes_are_tonights() -> None:
    def bar(index: int, tonight: int) -> list[tuple[int, int]]:
        state, row = _line("root8", tonight=tonight)[index]
        return [(n.at - state.at, n.pitch) for n in row]

    assert all(bar(0, 1) == bar(0, tonight) for tonight in (2, 3))
    assert any(bar(3, 1) != bar(3, tonight) for tonight in (2, 3))
    assert bar(3, 1) == bar(19, 1)  # the section comes back, and its change with it


@pytest.mark.parametrize(("word", "onsets"), [("offbeat", {2, 6, 10, 14}), ("R... .... R... ....", {0, 8}), ("polka", None)])
def test_a_show_can_write_a_rule_or_a_grid(word: str, onsets: set[int] | None) -> None:
    decided = (("verse/bass/bass", word),)
    night = show(song("house", sections=(section("verse", 8, 700),), form=("verse",), decisions=decided))
    plain = show(song("house", sections=(section("verse", 8, 700),), form=("verse",)))
    state = next(iter(bars(night)))
    got, drawn = ({(n.at - state.at) // 5040 for n in notes(compose(s, state, s.songs[0].part("bass")))} for s in (night, plain))
    assert got == (drawn if onsets is None else onsets)


def test_complexity_is_how_much_tonight_changes() -> None:
    night = _night("pop-rock", long=True)
    plain, busy = ([_drums(night, s) for s in bars(night, 3, complexity=c)] for c in (0, 1000))
    assert len(set(plain)) < len(set(busy))
    riff = [[(n.at - s.at, n.pitch) for n in notes(compose(night, s, night.songs[0].part("bass")))] for s in bars(night, 3, complexity=0)]
    assert riff == [
        [(n.at - s.at, n.pitch) for n in notes(compose(night, s, night.songs[0].part("bass")))] for s in bars(night, 4, complexity=0)
    ]
