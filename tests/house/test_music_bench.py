"""The musical scoreboard measures what it says: known answers on tiny files made by mido, and every figure runs on a real song."""

import io
from collections.abc import Sequence

import mido  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.music.drums import coupled, fill_bars
from bench.music.energy import axes, composite, correlation, ladder, realised, rises
from bench.music.feel import timing_again, timing_spread, velocity_again
from bench.music.material import Piece, played, show_of
from bench.music.motifs import found, in_figures
from bench.music.nights import free, literal, longest, relative
from bench.music.novelty import distinct, entries, longest_run, novelty, unlike_any, unlike_later
from bench.music.planned import Due, due
from bench.music.repeats import ALL, shares
from bench.music.tones import clashes, crossings, on_beats, outside, roots, steps
from bench.music.tune import SIXTEENTH, Tune, read_tune
from performer.rehearse.render import PlayedBar
from performer.ticks import Tick

Row = tuple[int, int] | tuple[int, int, int] | tuple[int, int, int, int] | tuple[int, int, int, int, int]
"""Sixteenth from the start, pitch, and what may be left out: velocity 80, length in sixteenths 1, ticks behind the grid 0."""

SHOW = """
song: Probe
key: C major
style: pop-rock
parts: {drums: {role: drums}, bass: {role: bass}, keys: {role: chords}, lead: {role: lead, range: C4-C6}, pad: {role: texture}}
sections: {verse: {bars: 64, energy: 0 > 1}}
form: verse
"""


def _file(parts: dict[str, Sequence[Row]], chords: dict[int, str], tempo: int = 500_000) -> bytes:
    file = mido.MidiFile(ticks_per_beat=4 * SIXTEENTH, charset="utf-8")
    head = [(0, mido.MetaMessage("set_tempo", tempo=tempo)), (0, mido.MetaMessage("time_signature", clocks_per_click=24))]
    file.tracks.append(_track([*head, *((bar * 16 * SIXTEENTH, mido.MetaMessage("text", text=name)) for bar, name in chords.items())]))
    for number, (part, rows) in enumerate(parts.items()):
        timed = [(0, mido.MetaMessage("track_name", name=part))]
        for slot, pitch, velocity, length, late in ((*told, *(80, 1, 0)[len(told) - 2 :]) for told in rows):
            on = max(0, slot * SIXTEENTH + late)
            timed.append((on, mido.Message("note_on", channel=number, note=pitch, velocity=velocity)))
            timed.append((on + length * SIXTEENTH - 60, mido.Message("note_off", channel=number, note=pitch)))
        file.tracks.append(_track(timed))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _track(timed: Sequence[tuple[int, mido.Message]]) -> mido.MidiTrack:
    track, before = mido.MidiTrack(), 0
    for at, message in sorted(timed, key=lambda pair: (pair[0], pair[1].type != "note_off")):
        track.append(message.copy(time=at - before))
        before = at
    return track


def _piece(
    parts: dict[str, Sequence[Row]], chords: dict[int, str] | None = None, drawn: Sequence[int] = (), starts: Sequence[int] = (0,)
) -> Piece:
    show = show_of(SHOW)
    tune = read_tune(_file(parts, chords or {0: "C"}))
    count = max(len(tune.bars), len(drawn))
    energies = [*drawn, *[500] * count]
    places = tuple(
        PlayedBar(
            at=Tick(0), end=Tick(0), bar=bar, song=0, section="verse", visit=0, starts=bar in starts, energy=energies[bar]
        )
        for bar in range(count)
    )  # fmt: skip
    return Piece(style="pop-rock", seed=1, show=show, places=places, tune=tune)


def _bars(*bars: Sequence[Row]) -> list[Row]:
    """Rows whose sixteenths count from their own bar."""
    return [(16 * number + row[0], *row[1:]) for number, rows in enumerate(bars) for row in rows]


@pytest.fixture(scope="module")
def song() -> Piece:
    return played(show_of(SHOW.replace("64", "16").replace("0 > 1", "0.2 > 0.9")), "pop-rock", 1, 0)


# --- reading


@pytest.mark.parametrize(("late", "slot"), [(0, 4), (-50, 4), (60, 4), (200, 5), (240, 5), (310, 5), (440, 6)])
def test_a_note_belongs_to_its_sixteenth_however_it_swings_or_strays(late: int, slot: int) -> None:
    data = _file({"bass": [(4, 40, 80, 1, late)]}, {})
    assert read_tune(data).tracks["bass"][0].slot == slot
    if abs(late) not in (200, 310):
        assert read_tune(data, lambda *_: (500, 500)).tracks["bass"][0].slot == slot


def test_a_known_swing_is_the_grid_that_notes_are_measured_against() -> None:
    rows: list[Row] = [(0, 40), (2, 40, 80, 1, 160), (3, 40, 80, 1, 80), (6, 40, 80, 1, 150), (4, 40, 80, 1, -30)]
    notes = read_tune(_file({"bass": rows}, {}), lambda *_: (667, 500)).tracks["bass"]
    assert [note.slot for note in notes] == [0, 2, 3, 4, 6]
    assert [note.late for note in notes] == [0, 0, 0, -30, -10]


def test_a_chord_that_lies_back_on_a_swung_eighth_is_no_sixteenth_after_it() -> None:
    """At 170 a minute and a swing of .62 the two places lie 67 ms (182 ticks) apart; a hand is up to 50 ms (136 ticks) late."""
    rows: list[Row] = [(2, 60, 80, 1, 115 + 136), (7, 60, 80, 1, 90), (8, 60, 80, 1, -72)]
    notes = read_tune(_file({"keys": rows}, {}), lambda *_: (620, 500)).tracks["keys"]
    assert [note.slot for note in notes] == [2, 7, 8]


def test_a_note_felt_before_the_bar_line_belongs_to_the_bar_after_it() -> None:
    (note, _) = read_tune(_file({"bass": [(16, 40, 80, 1, -30), (30, 40)]}, {})).tracks["bass"]
    assert (note.bar, note.slot, note.late) == (1, 0, -30)


def test_what_is_read_back_is_where_the_conductor_was(song: Piece) -> None:
    assert len(song.tune.bars) >= len(song.places) - 1
    assert all(bar.start == 16 * SIXTEENTH * number for number, bar in enumerate(song.tune.bars))
    assert [text for _, text in song.tune.markers] == ["verse"]
    assert set(song.tune.tracks) == {part.name for part in song.song.parts}


# --- energy


def _growing(bars: int, velocity: int = 30) -> Piece:
    rows = _bars(*([(slot, 60 + bar, velocity + 4 * bar) for slot in range(bar + 1)] for bar in range(bars)))
    return _piece({"lead": rows}, drawn=[100 * bar for bar in range(bars)])


def test_music_that_grows_with_the_curve_follows_it_and_against_it_does_not() -> None:
    piece = _growing(10)
    follows = realised(piece)
    assert follows is not None
    assert follows > 0.99
    rows = axes(piece.tune, frozenset())
    against = correlation(composite(rows), np.arange(len(rows), 0, -1, dtype=float))
    assert against is not None
    assert against < -0.99


def test_the_ladder_of_renders_rises_only_when_each_is_heard_above_the_one_before() -> None:
    soft, middle, loud = (_growing(6, velocity) for velocity in (20, 50, 80))
    assert rises(ladder([soft, middle, loud])) == 1
    assert rises(ladder([soft, loud, middle])) == 0.5


def test_heard_energy_is_the_mean_of_its_four_axes() -> None:
    rows = np.zeros((4, 5))
    for column in range(3):
        rows[:, column] = np.roll([3.0, 0.0, 0.0, 0.0], column)
    heard = composite(rows)
    assert heard[:3] == pytest.approx([heard[0]] * 3)
    assert heard[0] > heard[3]
    assert heard.mean() == pytest.approx(0)


# --- motifs

TONES = ((0.0, 60), (4.0, 64), (6.0, 62), (8.0, 67), (14.0, 60))


def _stated(pitches: Sequence[int], slots: Sequence[int] = (0, 4, 6, 8, 14)) -> bool:
    piece = _piece({"lead": [(slot, pitch) for slot, pitch in zip(slots, pitches, strict=True)]})
    return found(piece.tune, Due("lead", 0, 1, "a/A", TONES))


def test_a_statement_is_found_transposed_and_fitted_but_not_another_tune() -> None:
    assert _stated((60, 64, 62, 67, 60))
    assert _stated((65, 69, 67, 72, 65))
    assert _stated((60, 63, 62, 68, 60))
    assert not _stated((60, 57, 58, 53, 60))
    assert not _stated((60, 64, 62, 67, 60), (1, 5, 7, 9, 15))


def test_a_real_song_has_statements_due_and_they_are_found_where_they_are_due_only(song: Piece) -> None:
    wanted = due(song)
    assert wanted
    assert all(found(song.tune, one) for one in wanted)
    silent = Tune(song.tune.bars, {})
    assert not any(found(silent, one) for one in wanted)


def _latest_due(after: str) -> float:
    """The last sixteenth of eight bars of verse at which a tone is due, over some songs, when ``after`` follows."""
    latest = 0.0
    for seed in range(8):
        sections = f"sections: {{verse: {{bars: 8, energy: 1}}, {after}: {{bars: 8, energy: 1}}}}"
        text = SHOW.replace("sections: {verse: {bars: 64, energy: 0 > 1}}", sections).replace("form: verse", f"form: verse {after}")
        names = ["verse"] * 8 + [after] * 8
        places = tuple(
            PlayedBar(at=Tick(0), end=Tick(0), bar=bar, song=0, section=name, visit=0, starts=bar % 8 == 0, energy=0)
            for bar, name in enumerate(names)
        )
        piece = Piece(style="", seed=seed, show=show_of(f"{text}seed: {seed}"), places=places, tune=Tune((), {}))
        latest = max([latest, *(16 * one.bar + at for one in due(piece) if one.bar < 8 for at, _ in one.tones)])
    return latest


def test_what_the_bar_before_a_drop_leaves_out_is_not_due() -> None:
    assert _latest_due("drop") < 16 * 7.5 <= _latest_due("break")


def test_only_figures_that_come_back_are_counted() -> None:
    figure = [60, 62, 64, 65, 67, 60]
    assert in_figures([*figure, *figure]) == (12, 12)
    assert in_figures([60, 61, 63, 66, 70, 75, 81, 88]) == (0, 8)
    assert in_figures([*figure, 80, 41, *(pitch + 5 for pitch in figure)])[0] == 12


# --- sameness


def test_bars_unlike_any_and_runs_of_equal_bars_are_counted() -> None:
    a, b, c = [(0, 60)], [(0, 62)], [(4, 60)]
    piece = _piece({"lead": _bars(a, b, a, a, a, c, a, b)})
    assert unlike_any(piece) == 3 / 8
    assert unlike_later(piece) == 1 / 4
    assert longest_run(piece) == 3
    assert distinct("drums")(_piece({"drums": _bars([(0, 36)], [(0, 36)], [(0, 36)], [(0, 38)])})) == 1 / 2


def test_what_comes_back_is_told_part_by_part() -> None:
    drums, bass = [[(0, 36)]] * 16, [[(bar % 8, 40)] for bar in range(12)] + [[(9, 40)]] * 4
    piece = _piece({"drums": _bars(*drums), "bass": _bars(*bass)}, starts=(0,))
    assert shares(piece, "drums") == (1 / 16, 1.0, None)
    assert shares(piece, "bass")[1] == shares(piece, ALL)[1] == 0.5
    assert shares(_piece({"bass": _bars(*bass)}, starts=(0, 8)), "bass")[2] == 0.5


def test_novelty_peaks_where_the_music_changes() -> None:
    rows = np.array([[1.0, 0.0]] * 10 + [[0.0, 1.0]] * 10)
    curve = novelty(rows)
    assert int(curve.argmax()) == 10
    assert novelty(np.array([[1.0, 0.0]] * 20)).max() == pytest.approx(0)


def test_entries_are_counted_by_their_phase_after_silence_alone() -> None:
    def part(*bars: int) -> list[Row]:
        return [(16 * bar, 60) for bar in bars]

    piece = _piece({"bass": part(*range(13)), "lead": part(4, 5, 6, 8, 12), "keys": part(8, 9, 10), "pad": part(5, 6)})
    assert entries(piece) == pytest.approx(3 / 4)  # lead 4 and 12, keys 8; pad 5; one bar of rest makes no entry of lead 8


# --- pitches


def test_chord_tones_on_beats_and_steps_are_told_from_the_others() -> None:
    melody = (60, 62, 64, 65, 62, 69, 67, 65) * 4
    piece = _piece({"lead": [(4 * slot, pitch) for slot, pitch in enumerate(melody)]})
    assert on_beats(piece) == pytest.approx(3 / 8)  # 60, 64, 67 of eight
    assert steps(piece) == pytest.approx(2 * 4 / 19)  # 62>64 and 69>67, not 65>62, 62>69, 65>60; the last leads nowhere


def test_a_bass_on_the_root_or_the_written_bass_is_on_it() -> None:
    rows: list[Row] = [(4 * slot, pitch) for slot, pitch in enumerate((36, 43, 36, 40, 43, 41, 40, 40))]
    assert roots(_piece({"bass": rows}, {0: "C", 1: "C/E"})) == pytest.approx(4 / 8)


def test_a_voice_that_passes_its_neighbour_is_found() -> None:
    def chords(*strikes: tuple[int, ...]) -> Piece:
        return _piece({"keys": [(4 * number, pitch) for number, strike in enumerate(strikes) for pitch in strike]})

    assert crossings(chords((60, 64, 67), (59, 62, 67), (60, 64, 67))) == 0
    assert crossings(chords((60, 64, 67), (65, 69, 72), (65, 69, 72))) == 1


def test_a_note_outside_its_range_is_found() -> None:
    assert outside(_piece({"lead": [(0, 60), (4, 84)]})) == 0
    assert outside(_piece({"lead": [(0, 59), (4, 85)]})) == 2


def test_a_semitone_between_two_parts_clashes_unless_the_chord_holds_both() -> None:
    def against(lead: int, chord: str, slot: int = 0) -> float | None:
        return clashes(_piece({"lead": [(slot, lead, 80, 4)], "pad": [(0, 60, 80, 16)]}, {0: chord}))

    assert against(61, "C") == 1
    assert against(61, "C", 8) == 1
    assert against(61, "C", 4) == 0
    assert against(73, "C") == 1
    assert against(71, "C") == 0
    assert against(59, "Cmaj7") == 0
    assert clashes(_piece({"pad": [(0, 60, 80, 4), (0, 61, 80, 4)]})) == 0


# --- rhythm section


def test_kicks_that_the_bass_doubles_are_counted_where_both_play() -> None:
    kicks: list[Row] = [(4 * number, 36) for number in range(16)]
    assert coupled(_piece({"drums": kicks, "bass": [(8 * number, 40) for number in range(4)]})) == pytest.approx(4 / 8)


def test_a_fill_is_what_the_section_does_not_usually_play_at_the_end_of_a_bar() -> None:
    plain: list[Row] = [(0, 36), (4, 38), (8, 36), (12, 38), *((slot, 42) for slot in range(0, 16, 2))]
    fill: list[Row] = [*plain, (13, 38), (14, 45), (15, 45)]
    accent: list[Row] = [*plain, (15, 42), (14, 36)]
    another: list[Row] = [(1, 38), (3, 38), (5, 45), (9, 38), (11, 45)]
    assert fill_bars(_piece({"drums": _bars(plain, plain, accent, plain, plain, another, plain, fill)})) == 1 / 8
    busy = [*plain, (10, 37), (14, 37)]
    assert fill_bars(_piece({"drums": _bars(*[busy] * 8)})) == 0


# --- feel


def _hats(late: Sequence[Sequence[int]], velocity: Sequence[Sequence[int]]) -> Piece:
    return _piece(
        {"drums": _bars(*([(slot, 42, v[slot], 1, row[slot]) for slot in range(16)] for row, v in zip(late, velocity, strict=True)))}
    )


def test_a_hand_repeats_itself_and_a_shaken_grid_does_not() -> None:
    chance = np.random.default_rng(3)
    habit, weight = chance.integers(-30, 30, 16), chance.integers(40, 100, 16)
    near = [(habit + chance.integers(-4, 5, 16)).tolist() for _ in range(12)]
    struck = [(weight + chance.integers(-4, 5, 16)).tolist() for _ in range(12)]
    played_ = _hats(near, struck)
    shaken = _hats([chance.integers(-30, 30, 16).tolist() for _ in near], [chance.integers(40, 100, 16).tolist() for _ in near])
    for again in (timing_again, velocity_again):
        hand, noise = again(played_), again(shaken)
        assert hand is not None
        assert noise is not None
        assert hand > 0.8
        assert abs(noise) < 0.3


def test_a_loud_kick_beside_a_soft_hat_is_no_habit() -> None:
    chance = np.random.default_rng(4)
    bars = [
        [(slot, 36 if slot % 2 else 42, (110 if slot % 2 else 40) + int(chance.integers(-9, 10))) for slot in range(16)] for _ in range(12)
    ]
    again = velocity_again(_piece({"drums": _bars(*bars)}))
    assert again is not None
    assert abs(again) < 0.3


def test_the_spread_is_in_milliseconds() -> None:
    late = [[24 * (-1) ** slot for slot in range(16)] for _ in range(8)]
    spread = timing_spread(_hats(late, [[80] * 16] * 8))
    assert spread == pytest.approx(24 * 500 / 960, rel=0.02)  # 500 ms a quarter of 960 ticks


# --- nights


def test_a_planted_copy_is_found_and_an_ostinato_is_not_counted() -> None:
    chance = np.random.default_rng(5)

    def random_bars(count: int) -> list[list[Row]]:
        return [[(slot, int(chance.integers(48, 72))) for slot in range(0, 16, 2)] for _ in range(count)]

    copy, riff = random_bars(3), [(0, 40), (3, 43), (6, 40)]
    first = _piece({"bass": _bars(*random_bars(2), *copy, *[riff] * 12)})
    second = _piece({"bass": _bars(*[riff] * 12, *random_bars(1), *copy)})
    rows = [[literal(stretch) for stretch in free(piece, "bass", True)] for piece in (first, second)]
    assert longest(rows[0], rows[1]) in (23, 24, 25)  # the last note may lead elsewhere, the one before it be the same by chance
    up = _piece({"bass": _bars(*([(slot, pitch + 7) for slot, pitch, *_ in bar] for bar in copy), *random_bars(2))})
    moved = [[relative(stretch) for stretch in free(piece, "bass", True)] for piece in (first, up)]
    assert longest(moved[0], moved[1], kinds=4) >= 22
    scale: list[tuple[object, ...]] = [(2, 1)] * 30
    assert longest([scale], [scale]) == 30
    assert longest([scale], [scale], kinds=4) == 0


@given(st.lists(st.integers(0, 3), max_size=20), st.lists(st.integers(0, 3), max_size=20))
def test_the_longest_run_is_the_longest(first: list[int], second: list[int]) -> None:
    def runs(row: list[int]) -> set[tuple[int, ...]]:
        return {tuple(row[a:b]) for a in range(len(row)) for b in range(a + 1, len(row) + 1)}

    best = max((len(run) for run in runs(first) & runs(second)), default=0)
    assert longest([[(n,) for n in first]], [[(n,) for n in second]]) == best


def test_an_odd_bar_has_as_many_pulses_as_its_clicks_fill() -> None:
    """Seven eighths clicked in quarters are 2+2+3: three pulses, so that no middle one is held to be strong."""
    meters = {(4, 4, 24): (0, 4, 8, 12), (7, 8, 24): (0, 4, 8), (6, 8, 36): (0, 6), (5, 4, 24): (0, 4, 8, 12, 16), (3, 4, 24): (0, 4, 8)}
    for (above, below, click), pulses in meters.items():
        track = mido.MidiTrack([mido.MetaMessage("time_signature", numerator=above, denominator=below, clocks_per_click=click)])
        file = io.BytesIO()
        mido.MidiFile(ticks_per_beat=4 * SIXTEENTH, tracks=[track]).save(file=file)
        assert read_tune(file.getvalue()).bars[0].pulses == pulses
