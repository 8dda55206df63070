"""Small worlds for the laws: generated shows, a plain score, random entries."""

from collections.abc import Iterable

from hypothesis import strategies as st

from performer.controls import (
    ACTS,
    MACROS,
    Back,
    Cancel,
    Control,
    Entry,
    Fallback,
    Go,
    GoTo,
    Hand,
    Heard,
    Hold,
    Lock,
    Macro,
    Mute,
    Next,
    Remark,
    SetTempo,
    Shape,
    Stop,
    TakeBack,
    When,
)  # fmt: skip
from performer.engine.state import State
from performer.events import ChordMark, Controller, Cue, Event, Note, order
from performer.music.chance import Chance
from performer.music.pitch import key
from performer.show.definition import CueAt, CueRule, Part, Section, Show, Song
from performer.ticks import COMMON_TIME, SIXTEENTH, Span, Tick, meter

NAMES = ("intro", "verse", "build", "drop", "out")


class PlainScore:
    """Sixteenths with addressed chance: louder adds, every part reads only its own address."""

    def compose(self, show: Show, state: State, part: Part) -> Iterable[Event]:
        chance = Chance.of(state.tonight).at(state.section, state.visit, state.bar_in_section, part.name)
        events: list[Event] = [Controller(at=state.at, part=part.name, name="cutoff", value=state.brightness)]
        for step in range(state.meter.bar // SIXTEENTH):
            if chance.hits(state.energy, "hit", step):
                length = Span(SIXTEENTH * (1 + chance.below(12, "length", step)))
                at = Tick(state.at + step * SIXTEENTH)
                events.append(Note(at=at, part=part.name, pitch=36 + chance.below(40, step), length=length, velocity=90))
        return sorted(events, key=order)

    def chords(self, show: Show, state: State) -> Iterable[ChordMark]:
        return [ChordMark(at=state.at, now=f"I{state.bar_in_section}", next="V", key="C major", next_key="C major")]

    def cues(self, show: Show, state: State) -> Iterable[Cue]:
        return [Cue(at=state.at, part="", name="flash")] if state.bar_in_section == 0 else []

    def safe_bar(self, show: Show, state: State, part: Part) -> Iterable[Event]:
        return [Note(at=state.at, part=part.name, pitch=60, length=Span(SIXTEENTH), velocity=64)]


METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(7, 8), meter(5, 4))


@st.composite
def sections(draw: st.DrawFn, name: str) -> Section:
    tempo = draw(st.one_of(st.none(), st.tuples(st.integers(300_000, 900_000), st.integers(300_000, 900_000))))
    bars = draw(st.integers(1, 9))
    return Section(
        name=name,
        bars=bars,
        tempo=tempo,
        meter=draw(st.one_of(st.none(), st.sampled_from(METERS))),
        stretch=draw(st.one_of(st.none(), st.just((1, 16)))),
        until_next=draw(st.booleans()) and name == "build",
        give_up=12,
        then=draw(st.sampled_from(((), ((NAMES[0], 2), (NAMES[3], 1))))),
        count_in=draw(st.integers(0, 1)),
        cues=draw(st.sampled_from(((), (CueRule(name="flash", at=CueAt.END), CueRule(name="go", at=CueAt.BAR, bar=0, beat=1))))),
    )


@st.composite
def shows(draw: st.DrawFn, least_parts: int = 1) -> Show:
    parts = tuple(Part(name=f"p{i}", role="lead") for i in range(draw(st.integers(least_parts, least_parts + 2))))
    songs = []
    for number in range(draw(st.integers(1, 2))):
        form = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6)))
        songs.append(
            Song(
                name=f"song{number}",
                title="",
                seed=number,
                key=key("C"),
                per_quarter=draw(st.integers(250_000, 1_000_000)),
                meter=draw(st.sampled_from(METERS)),
                parts=parts,
                sections=tuple(draw(sections(name)) for name in NAMES),
                form=form,
                loop_to=draw(st.sampled_from((None, 0))),
            )
        )
    return Show(name="world", title="", songs=tuple(songs), fingerprint=f"f{draw(st.integers(0, 9))}")


CONTROLS: st.SearchStrategy[Control] = st.one_of(
    st.builds(GoTo, st.sampled_from((*NAMES, "nowhere")), st.one_of(st.none(), st.sampled_from(When))),
    st.builds(Next, st.one_of(st.none(), st.sampled_from(When))),
    st.builds(Back, st.one_of(st.none(), st.sampled_from(When))),
    st.builds(Hold, st.booleans()),
    st.builds(Macro, st.sampled_from(MACROS), st.integers(0, 1000)),
    st.builds(Shape, st.sampled_from(("p0", "p1")), st.sampled_from(ACTS), st.sampled_from((None, When.PHRASE, When.END))),
    st.builds(Lock, st.just("p0"), st.booleans()),
    st.builds(Hand, st.just("p0"), st.booleans()),
    st.builds(Heard, st.just("p0")),
    st.builds(SetTempo, st.integers(250_000, 1_000_000)),
    st.sampled_from((Go(), Cancel(), TakeBack(), Stop(), Remark("here"), Mute("p0", True), Fallback("p0", 3))),
)


@st.composite
def entries(draw: st.DrawFn, most: int = 20, span: int = 40 * 80_640, kinds: st.SearchStrategy[Control] = CONTROLS) -> list[Entry]:
    ticks = sorted(draw(st.lists(st.integers(0, span), max_size=most)))
    lead = draw(st.sampled_from((0, 1, 5040, 7000)))
    return [Entry(seq=i + 1, tick=Tick(t), reach=Tick(t + lead), control=draw(kinds)) for i, t in enumerate(ticks)]
