"""Small songs for the musician's laws: a whole band in any style, key and meter, walked bar by bar."""

from collections.abc import Iterator
from dataclasses import replace

from performer.engine.composer import compose
from performer.engine.conductor import next_bar, opening
from performer.engine.state import Phase, State
from performer.events import Event, Note
from performer.music.pitch import key
from performer.show.definition import MotifNote, Part, Section, Show, Song
from performer.ticks import COMMON_TIME, EIGHTH, Meter

BAND = (
    ("drums", "drums"), ("bass", "bass"), ("keys", "chords"), ("arp", "arp"), ("lead", "lead"), ("counter", "lead"), ("pad", "texture"),
    ("light", "light"), ("visual", "visual"), ("box", "external"),
)  # fmt: skip

HOOK = (4, None, 5, 4, 2, None, 0, None)
"""Degrees of a given motif, an eighth each."""


def section(name: str, bars: int, start: int, end: int | None = None, **more: object) -> Section:
    curve = ((0, start), (1000, start if end is None else end))
    return Section(name=name, bars=bars, energy=curve, **more)  # type: ignore[arg-type]


def song(style: str = "house", *, seed: int = 7, home: str = "F minor", meter: Meter = COMMON_TIME, **more: object) -> Song:
    values: dict[str, object] = {
        "parts": tuple(Part(name=name, role=role, style=((style, 1000),)) for name, role in BAND),
        "sections": (
            section("intro", 4, 300, 400), section("verse", 8, 500), section("build", 8, 500, 900, exit="riser"),
            section("drop", 16, 1000, entry="stop 1 beat", theme="hook"), section("break", 8, 250),
            section("drop2", 8, 1000, idea="drop", key_shift=2),
            section("outro", 4, 500, 200),
        ),
        "form": ("intro", "verse", "build", "drop", "break", "verse", "build", "drop2", "outro"),
        "motifs": (("hook", tuple(MotifNote(degree=degree, length=EIGHTH) for degree in HOOK)),),
    }  # fmt: skip
    values.update(more)
    return Song(
        name="band", title="", seed=seed, key=key(home), per_quarter=500_000, meter=meter, style=((style, 1000),), **values,  # type: ignore[arg-type]
    )  # fmt: skip


def show(*songs: Song) -> Show:
    return Show(name="night", title="", songs=songs, fingerprint="band")


def bars(night: Show, tonight: int = 0, **macros: int) -> Iterator[State]:
    """Every bar of the form, once."""
    state = opening(night, tonight)
    while state.phase is not Phase.ENDED and state.bar < 400:
        yield replace(state, **macros) if macros else state  # type: ignore[arg-type]
        state = next_bar(night, state, state.end)


def whole(night: Show, name: str, tonight: int = 0, **macros: int) -> list[Event]:
    """Everything a part plays through the form."""
    part = night.songs[0].part(name)
    return [event for state in bars(night, tonight, **macros) for event in compose(night, state, part)]


def notes(events: list[Event] | tuple[Event, ...]) -> list[Note]:
    return [event for event in events if isinstance(event, Note)]
