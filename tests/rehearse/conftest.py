"""A small show, and a score that is small but real: notes that overlap, ring over bar lines, and are felt off the grid."""

from collections.abc import Callable, Iterator

import pytest

from performer.engine.performance import Score
from performer.engine.state import State
from performer.events import ChordMark, Controller, Cue, Event, Note, order
from performer.music.chance import Chance
from performer.music.pitch import key
from performer.show.definition import CueRule, Part, Section, Show, Song
from performer.tempo import Micros
from performer.ticks import QUARTER, SIXTEENTH, Span, Tick, meter


class Etude:
    """Drums, bass and keys by simple rules; every choice is drawn at tonight's address of bar and part."""

    def compose(self, show: Show, state: State, part: Part) -> tuple[Event, ...]:
        """Notes on some sixteenths of the bar, up to two beats long, and a brightness where the bar begins."""
        chance = Chance.of(state.tonight).at(state.section, state.visit, state.bar_in_section, part.name)
        out: list[Event] = [Controller(at=state.at, part=part.name, name="brightness", value=chance.below(1001, "bright"))]
        for slot in range(state.meter.bar // SIXTEENTH):
            if chance.hits(150 + state.energy // 2, slot):
                pitch = {"drums": 36, "bass": 40}.get(part.role, 60) + chance.below(4, slot, "pitch")
                length, feel = Span(1 + chance.below(2 * QUARTER, slot, "length")), Micros(chance.spread(39_000, slot, "feel"))
                at, velocity = Tick(state.at + slot * SIXTEENTH), 40 + chance.below(80, slot, "v")
                out.append(Note(at=at, part=part.name, pitch=pitch, length=length, velocity=velocity, feel=feel))
        return tuple(sorted(out, key=order))

    def chords(self, show: Show, state: State) -> Iterator[ChordMark]:
        """Two chords in turn."""
        now, following = ("Fm", "Db") if state.bar % 2 == 0 else ("Db", "Fm")
        yield ChordMark(at=state.at, now=now, next=following, key="F minor", next_key="F minor")

    def cues(self, show: Show, state: State) -> Iterator[Cue]:
        """The first of the section's cue rules, where the section starts."""
        if state.bar_in_section == 0:
            yield from (Cue(at=state.at, part="", name=rule.name, args=rule.args) for rule in show.songs[0].section(state.section).cues[:1])

    def safe_bar(self, show: Show, state: State, part: Part) -> tuple[Event, ...]:
        """One note at the bar line."""
        return (Note(at=state.at, part=part.name, pitch=40, length=Span(QUARTER), velocity=80),)


@pytest.fixture
def score() -> Score:
    """The etude's score."""
    return Etude()


Make = Callable[..., Show]


@pytest.fixture
def make_show() -> Make:
    """A show of one song: ``make_show(sections=..., form=..., ...)`` replaces what is given."""

    def make(**changes: object) -> Show:
        values: dict[str, object] = {
            "name": "etude",
            "title": "Étude № 1",
            "seed": 7,
            "key": key("F minor"),
            "per_quarter": 500_000,
            "meter": meter(4, 4),
            "parts": (
                Part(name="drums", role="drums", channel=10),
                Part(name="bass", role="bass", channel=2, program=33, level=700),
                Part(name="keys", role="chords"),
                Part(name="light", role="light"),
            ),
            "sections": (
                Section(name="intro", bars=2, energy=((0, 100), (1000, 600)), cues=(CueRule(name="dawn", args=("slow", 2)),)),
                Section(name="build", bars=4, tempo=(500_000, 437_500), energy=((0, 500), (1000, 1000))),
                Section(name="odd", bars=3, meter=meter(7, 8, (2, 2, 3)), energy=((0, 800), (1000, 800))),
            ),
            "form": ("intro", "build", "odd", "intro"),
        }
        song = Song(**(values | changes))  # type: ignore[arg-type]
        return Show(name="etude", title="Étude № 1", songs=(song,), fingerprint="etude")

    return make


@pytest.fixture
def show(make_show: Make) -> Show:
    """A ramp, an odd meter, a cue, a section that comes back."""
    return make_show()
