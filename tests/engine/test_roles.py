"""Each role in its place: ranges, crossings, fills before boundaries, the drop prepared, the ways in and out."""

from dataclasses import replace
from itertools import pairwise

import pytest

from performer.controls import GoTo, When
from performer.engine.composer import compose, view_of
from performer.engine.conductor import heed
from performer.engine.level import SOFTEST, level_of
from performer.engine.roles.bass import SLID
from performer.engine.seen import bar_of
from performer.engine.state import State
from performer.events import Controller, Cue, Note
from performer.show.definition import Part, Show
from performer.styles import names, read
from performer.ticks import Tick, meter
from tests.engine.bands import bars, notes, section, show, song, whole

PITCHED = ("bass", "keys", "arp", "lead", "counter", "pad")
PLAYED = [name for name in names() if name != "grid"]


@pytest.mark.parametrize("style", PLAYED)
@pytest.mark.parametrize("home", ["F minor", "B major", "D dorian"])
def test_no_note_leaves_its_lane(style: str, home: str) -> None:
    base = song(style, home=home)
    narrow = tuple(replace(p, range=(50, 58)) if p.name in ("keys", "lead", "bass", "arp") else p for p in base.parts)
    for parts in (base.parts, narrow):
        night = show(replace(base, parts=parts))
        for part in parts:
            if part.name in PITCHED:
                low, high = part.range or read(style).voice(part.role).lane
                if part.name == "lead" and part.range is None:  # the hook is given: it is moved by octaves, never bent to a style's lane
                    low, high = low - 6, high + 6
                assert all(low <= n.pitch <= high for n in notes(whole(night, part.name))), part.name


@pytest.mark.parametrize("style", PLAYED)
def test_bass_stays_under_the_chords_and_sings_one_note_at_a_time(style: str) -> None:
    night = show(song(style))
    bass = notes(whole(night, "bass"))
    slides = read(style).voice("bass")
    over = 2 * SLID if slides.glide or any("s" in grid.text for grid in slides.grids) else 0
    assert all(a.at + a.length <= b.at + over for a, b in pairwise(bass))
    floor = {s.bar: [n.pitch for n in notes(compose(night, s, night.songs[0].part("keys")))] for s in bars(night)}
    for state in bars(night):
        under = [n.pitch for n in notes(compose(night, state, night.songs[0].part("bass")))]
        if under and floor[state.bar]:
            assert max(under) < max(floor[state.bar])


@pytest.mark.parametrize("style", PLAYED)
def test_bass_is_on_the_root_more_often_than_not(style: str) -> None:
    night = show(song(style))
    on = total = 0
    for state in bars(night):
        bar = bar_of(night, state)
        for note in notes(compose(night, state, night.songs[0].part("bass"))):
            total += 1
            on += note.pitch % 12 == bar.chord_at((note.at - state.at) // 5040).chord.bass
    assert total > 20
    walks = read(style).voice("bass").rule == "walking"  # of a walking line, the note on the one and where chords begin
    assert on / total >= (0.25 if walks else 0.58)  # people: .58 to .91


def test_pop_bass_doubles_the_kick() -> None:
    night = show(song("pop-rock"))
    verse = [s for s in bars(night) if s.section == "verse"]
    kicks = {n.at for s in verse for n in notes(compose(night, s, night.songs[0].part("drums"))) if n.pitch == 36}
    bass = {n.at for s in verse for n in notes(compose(night, s, night.songs[0].part("bass")))}
    assert len(kicks & bass) / len(kicks) >= 0.6  # people: .60 to .97


def _at(night: Show, name: str, bar: int) -> State:
    return next(s for s in bars(night) if s.section == name and s.bar_in_section == bar)


def test_a_section_ends_with_a_fill_and_the_next_begins_with_a_crash_on_the_kick() -> None:
    night = show(song("pop-rock", sections=(section("verse", 8, 500), section("chorus", 8, 800)), form=("verse", "chorus")))
    drums = night.songs[0].part("drums")
    last, first = bar_of(night, _at(night, "verse", 7)), _at(night, "chorus", 0)
    assert last.fill in ("half", "whole")
    toms = {n.pitch for n in notes(compose(night, _at(night, "verse", 7), drums)) if n.at >= last.tick(last.fill_from)}
    assert toms & {38, 43, 47, 48}
    downbeat = {n.pitch for n in notes(compose(night, first, drums)) if n.at == first.at}
    assert {36, 49} <= downbeat


def test_fill_bars_are_about_a_tenth_of_all() -> None:
    filled = total = 0
    for seed in range(8):
        night = show(song("pop-rock", seed=seed))
        for state in bars(night, seed):
            total += 1
            filled += bool(bar_of(night, state).fill)
    assert 0.02 <= filled / total <= 0.30


def test_a_jump_that_was_asked_for_is_prepared_with_a_fill() -> None:
    night = show(song("pop-rock"))
    state = _at(night, "verse", 1)
    assert bar_of(night, state).fill == ""
    assert bar_of(night, heed(night, state, GoTo(section="break", when=When.BAR), state.at)).fill in ("half", "whole")


def test_the_bar_before_a_drop_is_thinner_and_falls_silent_and_the_drop_brings_all_back() -> None:
    night = show(song())
    state, drop = _at(night, "build", 7), _at(night, "drop", 0)
    silence = state.at + 3 * 20_160
    before = [n for p in night.songs[0].parts for n in notes(compose(night, state, p)) if p.name != "drums"]
    after = [n for p in night.songs[0].parts for n in notes(compose(night, drop, p)) if p.name != "drums"]
    assert len(before) < len(after)
    everything = [n for p in night.songs[0].parts for n in notes(compose(night, state, p))]
    assert all(n.at < silence and n.at + n.length <= silence for n in everything)
    assert not [n for n in notes(compose(night, state, night.songs[0].part("drums"))) if n.pitch == 36]
    sounding = {p.name for p in night.songs[0].parts if notes(compose(night, drop, p))}
    assert {"drums", "bass", "keys", "arp", "lead"} <= sounding


def test_a_build_rolls_louder_and_denser_to_its_end() -> None:
    night = show(song())
    drums = night.songs[0].part("drums")
    rolls = [[n for n in notes(compose(night, _at(night, "build", bar), drums)) if n.pitch == 38] for bar in (0, 5, 7)]
    assert next(len(r) for r in rolls) < len(rolls[1]) < len(rolls[2]) + 1
    assert rolls[0][0].velocity < rolls[2][-1].velocity
    sweep = [
        e.value
        for bar in range(8)
        for e in compose(night, _at(night, "build", bar), night.songs[0].part("pad"))
        if isinstance(e, Controller) and e.name == "riser"
    ]
    assert sweep == sorted(sweep)
    assert sweep[-1] > 900


def test_energy_as_drawn_brings_parts_in() -> None:
    night = show(song())
    sounding = {
        name: {p.name for p in night.songs[0].parts if notes(compose(night, _at(night, name, 0), p))} for name in ("break", "verse", "drop")
    }
    assert len(sounding["break"]) < len(sounding["drop"])
    assert {"drums", "bass", "keys"} <= sounding["verse"]


def test_named_parts_play_and_others_do_not() -> None:
    base = song(sections=(section("intro", 4, 100, parts=("pad", "keys"), add=("bass",), without=("keys",)),), form=("intro",))
    night = show(base)
    sounding = {p.name for p in base.parts if notes(compose(night, next(iter(bars(night))), p))}
    assert sounding == {"pad", "bass"}


def test_a_fade_fades_and_a_cut_has_no_fill() -> None:
    base = song(
        "pop-rock",
        sections=(section("verse", 8, 600, exit="fade"), section("chorus", 8, 600, exit="cut"), section("end", 2, 600)),
        form=("verse", "chorus", "end"),
    )
    night = show(base)
    loud = [max(n.velocity for n in notes(compose(night, _at(night, "verse", bar), base.part("keys")))) for bar in (3, 5, 7)]
    assert loud[0] > loud[1] > loud[2]
    assert bar_of(night, _at(night, "chorus", 7)).fill == ""


def test_the_last_bar_of_the_song_ends_it() -> None:
    night = show(song("pop-rock"))
    final = list(bars(night))[-1]
    for name in ("drums", "bass", "keys"):
        assert {n.at for n in notes(compose(night, final, night.songs[0].part(name)))} == {final.at}


# --- feel


def test_programmed_kicks_stay_on_the_grid_and_played_hands_breathe() -> None:
    house, band = show(song("house")), show(song("pop-rock"))
    assert {n.feel for n in notes(whole(house, "drums")) if n.pitch == 36} == {0}
    hats = [n for n in notes(whole(band, "drums")) if n.pitch == 42]
    mean = sum(n.feel for n in hats) / len(hats)
    spread = (sum((n.feel - mean) ** 2 for n in hats) / len(hats)) ** 0.5
    assert 4_000 < spread < 32_000
    assert len({n.velocity for n in hats}) > 8


def test_swing_delays_every_second_sixteenth_for_everyone() -> None:
    night = show(song("house"))
    odd = {n.at % 10_080 for name in ("drums", "bass") for n in notes(whole(night, name)) if n.pitch != 38} - {0}  # 38: the roll's 32nds
    assert odd == {2 * 5040 * 540 // 1000}


# --- light, visuals, machines


def test_lights_and_visuals_stay_on_the_grid_and_answer_sections_and_drops() -> None:
    base = song(sections=(section("verse", 4, 500, light=("dawn",)), section("drop", 8, 1000, visual=("tunnel",))), form=("verse", "drop"))
    night = show(base)
    for name in ("light", "visual"):
        assert all(e.at % 5040 == 0 for e in whole(night, name))
        assert not notes(whole(night, name))
    lights = [(e.at, e.name, e.args) for e in whole(night, "light") if isinstance(e, Cue)]
    assert lights[0] == (0, "light", ("dawn",))
    assert (4 * 80_640, "flash", ()) in lights
    assert any(isinstance(e, Cue) and e.name == "scene" and e.args == ("tunnel",) for e in whole(night, "visual"))


def test_an_external_machine_is_started_and_stopped_once_and_plays_no_note() -> None:
    box = Part(name="box", role="external", start="go", program=12)
    sections = (section("intro", 2, 500, without=("box",)), section("verse", 4, 500), section("end", 2, 500, parts=("drums",)))
    base = song(sections=sections, form=("intro", "verse", "verse", "end"), parts=(box,))
    told = [(e.at // 80_640, e.name) for e in whole(show(base), "box") if isinstance(e, Cue)]
    assert told == [(0, "program"), (2, "go"), (10, "stop")]


@pytest.mark.parametrize("which", [meter(3, 4), meter(6, 8), meter(7, 8), meter(5, 4)], ids=str)
def test_odd_meters_keep_kick_and_chords_on_the_one(which: object) -> None:
    for style in ("house", "pop-rock"):
        night = show(song(style, meter=which))  # type: ignore[arg-type]
        for state in bars(night):
            if state.section == "verse":
                kicks = {n.at for n in notes(compose(night, state, night.songs[0].part("drums"))) if n.pitch == 36}
                assert state.at in kicks


def test_a_note_is_struck_once_a_tick_and_pitch() -> None:
    for style in PLAYED:
        night = show(song(style))
        for name in ("drums", *PITCHED):
            played = [(n.at, n.pitch) for n in notes(whole(night, name))]
            assert len(played) == len(set(played))


def test_the_first_tick_is_tick_zero() -> None:
    night = show(song())
    assert min(n.at for n in notes(whole(night, "drums"))) == Tick(0)
    assert isinstance(notes(whole(night, "drums"))[0], Note)


def test_a_varied_part_plays_anew_and_the_others_as_before() -> None:
    sections = (section("verse", 8, 600), section("verse2", 8, 600, idea="verse", vary=("lead", "drums", "keys")))
    base = song("pop-rock", sections=sections, form=("verse", "verse2"), motifs=(), seed=11)
    night = show(base)
    length = 8 * 80_640

    def halves(name: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        played = [(n.at, n.pitch) for n in notes(whole(night, name)) if n.at % length < 7 * 80_640]
        return [p for p in played if p[0] < length], [(at - length, pitch) for at, pitch in played if at >= length]

    assert halves("bass")[0] == halves("bass")[1]
    for name in ("lead", "drums"):
        assert halves(name)[0] != halves(name)[1]


def test_a_held_section_stays_at_its_last_energy_and_begins_only_once() -> None:
    night = show(song("house", sections=(section("intro", 4, 100, 900),), form=("intro",)))
    first = next(iter(bars(night)))
    again = replace(first, bar=4, at=Tick(4 * 80_640), visit=1, stay=4, visits=(("intro", 2),), previous="intro")
    assert bar_of(night, first).begins
    assert not bar_of(night, again).begins
    assert bar_of(night, again).drawn == 900
    assert not [e for e in compose(night, again, night.songs[0].part("light")) if isinstance(e, Cue)]


def test_a_blend_takes_each_aspect_whole_and_falls_nowhere() -> None:
    mixed = (("house", 600), ("pop-rock", 400))
    base = song()
    night = show(replace(base, parts=tuple(replace(p, style=mixed) for p in base.parts)))
    kicks = [n.at % 80_640 for n in notes(whole(night, "drums")) if n.pitch == 36]
    assert kicks.count(20_160) > 20
    for name in PITCHED:
        assert notes(whole(night, name))


@pytest.mark.parametrize("style", PLAYED)
def test_however_quiet_a_named_part_never_falls_silent_for_a_bar(style: str) -> None:
    quiet = section("break", 16, 40, parts=("bass", "keys", "pad"))
    night = show(song(style, sections=(quiet,), form=("break",)))
    for name in ("bass", "keys"):
        struck = {n.at // 80_640 for n in notes(whole(night, name, energy=0))}
        assert len(struck) >= 14, name
    assert notes(whole(night, "pad", energy=0))


# --- how loud a band is


def test_a_band_plays_softer_where_little_is_drawn_and_never_louder_than_its_style() -> None:
    night = show(song("pop-rock", sections=(section("vamp", 8, 0), section("chorus", 8, 1000)), form=("vamp", "chorus")))
    for role in ("bass", "effects"):
        part = next(part for part in (*night.songs[0].parts, Part(name="fx", role="effects")) if part.role == role)
        levels = {bar.section.name: level_of(view_of(bar, part, read("pop-rock"))) for bar in (bar_of(night, s) for s in bars(night))}
        assert levels["chorus"] == 1000
        assert levels["vamp"] == (SOFTEST if role == "bass" else 1000)
    assert SOFTEST < 1000


def test_a_section_that_fades_in_is_louder_bar_by_bar() -> None:
    night = show(song("pop-rock", sections=(section("chorus", 8, 1000, entry="fade"),), form=("chorus",)))
    part = night.songs[0].part("bass")
    levels = [level_of(view_of(bar_of(night, state), part, read("pop-rock"))) for state in bars(night)]
    assert levels == [200, 400, 600, 800, 1000, 1000, 1000, 1000]
