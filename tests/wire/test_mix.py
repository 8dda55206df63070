"""The mix: a layer over events that changes no note, and what players are told."""

from collections.abc import Iterable
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Fade, FireCue, Level, MixAct, Mute, Panic
from performer.events import BarMark, Controller, Cue, Event, Note, order
from performer.music.pitch import Key
from performer.show.definition import Part, Section, Song
from performer.ticks import COMMON_TIME, QUARTER, Span, Tick
from performer.wire.mix import Mix, apply, faded, fader, headroom, share

BAR = COMMON_TIME.bar
PARTS = ("bass", "pad")
LEVELS = {"bass": 800, "pad": 500}
ACT: st.SearchStrategy[MixAct] = st.one_of(
    st.builds(Mute, st.sampled_from(PARTS), st.booleans()),
    st.builds(Level, st.sampled_from(PARTS), st.integers(0, 1000)),
    st.just(Panic()),
    st.builds(FireCue, st.sampled_from(["strobe", "smoke"])),
    st.just(Fade(1)),
)
TICK = st.integers(0, 4 * BAR // 1260).map(lambda step: Tick(step * 1260))
ACTS = st.lists(st.tuples(TICK, ACT), max_size=8).map(lambda rows: sorted(rows, key=lambda row: row[0]))
NOTE = st.builds(lambda at, part, pitch, length: Note(at=at, part=part, pitch=pitch, length=Span(length), velocity=90),
                 TICK, st.sampled_from(PARTS), st.integers(40, 50), st.integers(1, 2 * BAR))  # fmt: skip


def fold(acts: Iterable[MixAct]) -> Mix:
    return reduce(Mix.after, acts, Mix())


def bars(count: int = 5) -> list[Event]:
    return [BarMark(at=Tick(n * BAR), bar=n, in_section=n, meter=COMMON_TIME, per_quarter=500_000) for n in range(count)]


def level(at: int, part: str, value: int) -> Controller:
    return Controller(at=Tick(at), part=part, name="level", value=value)


EVENTS = st.lists(NOTE, max_size=30, unique_by=lambda n: (n.at, n.part, n.pitch)).map(
    lambda notes: tuple(sorted([*bars(), level(0, "pad", 500), level(2 * BAR, "pad", 250), *notes], key=order))
)


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_without_acts_it_is_the_music_itself(events: tuple[Event, ...]) -> None:
    assert apply(events, [], LEVELS) == events


@settings(max_examples=300, deadline=None)
@given(EVENTS, ACTS)
def test_nothing_sounds_while_it_is_muted_and_nothing_else_is_lost(events: tuple[Event, ...], acts: list[tuple[Tick, MixAct]]) -> None:
    heard = apply(events, acts, LEVELS)
    assert list(heard) == sorted(heard, key=order)
    kept = {(n.at, n.part, n.pitch): n for n in heard if isinstance(n, Note)}
    for note in (n for n in events if isinstance(n, Note)):
        before = [(at, act) for at, act in acts if at <= note.at]
        muted = fold(act for _, act in before).mutes(note.part)
        panicked = any(isinstance(act, Panic) and at // BAR == note.at // BAR for at, act in before)
        mine = kept.pop((note.at, note.part, note.pitch), None)
        assert (mine is None) == (muted or panicked)
        if mine is not None:
            ends = [at for at, act in acts if at > note.at and act in (Mute(note.part, True), Panic())]
            assert mine.length == min([note.length, *(at - note.at for at in ends)])
    assert kept == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(ACT, max_size=20), ACT)
def test_the_mix_is_a_fold_and_every_act_is_idempotent(acts: list[MixAct], last: MixAct) -> None:
    mix = fold([*acts, last])
    assert mix == fold(acts).after(last) == mix.after(last)


def test_an_unmute_forgets_and_a_fader_stands_at_its_part_until_it_is_moved() -> None:
    assert fold([Mute("bass", True), Mute("pad", True), Mute("bass", False)]) == Mix(muted=("pad",))
    pad = Part(name="pad", role="texture", level=500)
    assert Mix().level(pad) == 500
    assert fold([Level("pad", 300)]).level(pad) == 300
    assert Mix().level(Part(name="pad", role="texture", level=0)) == 800


def test_a_fader_scales_the_sections_level_and_the_other_way_round() -> None:
    events = [level(0, "pad", 500), level(BAR, "pad", 250), level(3 * BAR, "pad", 500)]
    heard = apply(events, [(Tick(QUARTER), Level("pad", 1000)), (Tick(2 * BAR), Level("pad", 100))], LEVELS)
    assert heard == (
        level(0, "pad", 500),
        level(QUARTER, "pad", 1000),
        level(BAR, "pad", 500),
        level(2 * BAR, "pad", 50),
        level(3 * BAR, "pad", 100),
    )


def test_a_cue_by_hand_is_one_more_event() -> None:
    assert apply([], [(Tick(5), FireCue("strobe", (1,)))], {}) == (Cue(at=Tick(5), part="", name="strobe", args=(1,)),)


def test_a_fade_goes_straight_down_to_nothing() -> None:
    assert [faded({"bass": 800}, done, 4)["bass"] for done in (0, 1, 2, 4, 9)] == [800, 600, 400, 0, 0]
    assert faded({"bass": 800}, 0, 0) == {"bass": 0}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_fader_and_share_together_are_the_level_that_was_meant(own: int, written: int, hand: int) -> None:
    part = Part(name="pad", role="texture", level=own)
    sections = (Section(name="a", bars=4, mix=(("pad", written),)), Section(name="b", bars=4))
    song = Song(
        name="s", title="S", seed=1, key=Key(0, "major"), per_quarter=500_000, meter=COMMON_TIME, parts=(part,), sections=sections,
        form=("a",),
    )  # fmt: skip
    assert 0 <= share(song, part, written) <= 1000
    assert headroom(song, part) >= written
    meant = written * hand / (own or 800)
    sent = fader(song, part, hand) * share(song, part, written) / 1000
    assert abs(sent - meant) <= 1 + fader(song, part, hand) / 1000
