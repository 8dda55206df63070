"""What is measured: small songs of every style, formed as the style says, and the shipped shows; rendered, written, read back.

Law of this file: a piece is measured by its MIDI file alone; beside it stands only what was asked for (the show, and for each bar the
section, its visit and its drawn energy), as the reference to compare with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bench.music.tune import Swing, Tune, read_tune
from performer.controls import Macro
from performer.engine.composer import Composer
from performer.engine.fusion import style_of
from performer.rehearse.export import audible, tracks_of
from performer.rehearse.midi_file import midi_file
from performer.rehearse.render import PlayedBar, Press, Rendering, render
from performer.show.definition import Part, Section, Show, Song
from performer.show.load import load, load_bytes
from performer.styles import names, read

BAND = "{drums: {role: drums}, bass: {role: bass}, keys: {role: chords}, arp: {role: arp}, lead: {role: lead}, "
BAND += "counter: {role: lead}, pad: {role: texture}}"
KEYS = ("F minor", "C major", "D minor", "G major", "A minor", "Eb major", "E minor", "D dorian")
PLAIN = """sections:
  intro: {bars: 8, energy: 0.2 > 0.4}
  verse: {bars: 16, energy: 0.5 > 0.55}
  build: {bars: 8, energy: 0.5 > 0.9}
  drop: {bars: 16, energy: 0.95 > 1}
  outro: {bars: 8, energy: 0.4 > 0.1}
form: intro verse build drop outro
"""
"""The form of the songs that are classified: the same for every style, so that the form gives nothing away."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """A rendered piece. ``style``: the name it is listed under; ``seed``: its identity; ``places``: what was asked, bar by bar."""

    style: str
    seed: int
    show: Show
    places: tuple[PlayedBar, ...]
    tune: Tune

    @property
    def song(self) -> Song:
        """The first song."""
        return self.show.songs[0]

    def song_at(self, bar: int) -> Song:
        """The song of a bar."""
        return self.show.songs[self.places[min(bar, len(self.places) - 1)].song]

    def section(self, bar: int) -> Section:
        """The section of a bar."""
        return self.song_at(bar).section(self.places[min(bar, len(self.places) - 1)].section)

    def parts(self, *roles: str) -> list[Part]:
        """The parts with one of these roles, of all songs, one a name."""
        return list({part.name: part for song in self.show.songs for part in song.parts if part.role in roles}.values())


def playing() -> tuple[str, ...]:
    """The styles that play music."""
    return tuple(name for name in names() if not read(name).pulse)


def text_of(style: str, seed: int, tempo: int, form: str = "", meter: str = "4/4") -> str:
    """A small song as a show file, in the form that its style writes unless one is given.

    ``style`` as a show writes it: a name, or ``{house: 0.5, dub: 0.5}``. ``tempo``: quarters a minute in any meter, as a style counts
    them: felt pulses in 6/8 would play it half as fast again, and a sixteenth of jazz would last 57 ms.
    """
    lines = [
        f"song: Probe {seed}",
        f"seed: {seed}",
        f"style: {style}",
        f"key: {KEYS[seed % len(KEYS)]}",
        f"tempo: {tempo} per 1/4",
        f"meter: {meter}",
    ]
    return "\n".join([*lines, f"parts: {BAND}", form])


def show_of(text: str) -> Show:
    """The show that a file says. Raises RuntimeError with its problems."""
    loaded = load_bytes({"probe.yaml": text.encode()}, "probe.yaml")
    if loaded.show is None:
        raise RuntimeError("; ".join(str(problem) for problem in loaded.problems))
    return loaded.show


def shipped(name: str) -> Show:
    """A shipped show. Raises RuntimeError with its problems."""
    loaded = load(name)
    if loaded.show is None:
        raise RuntimeError("; ".join(str(problem) for problem in loaded.problems))
    return loaded.show


def written(show: Show, style: str, seed: int, night: int, presses: Sequence[Press] = ()) -> tuple[Rendering, bytes]:
    """``show`` rehearsed under tonight's seed, and its MIDI file. Raises RuntimeError when a part fell back."""
    composer = Composer()
    rendering = render(show, night, score=composer, presses=presses)
    if fallen := composer.take_fallen():
        raise RuntimeError(f"{style} {seed}: {fallen[0].part} fell back in bar {fallen[0].bar}: {fallen[0].why}")
    return rendering, midi_file(show.title, audible(rendering), rendering.tempo, tracks_of(rendering))


def played(show: Show, style: str, seed: int, night: int, presses: Sequence[Press] = (), *, blind: bool = False) -> Piece:
    """``show`` as its MIDI file has it, read back; ``blind``: not knowing how its style swings."""
    rendering, data = written(show, style, seed, night, presses)
    swing = None if blind else swing_of(show, rendering.bars)
    return Piece(style=style, seed=seed, show=show, places=rendering.bars, tune=read_tune(data, swing))


def swing_of(show: Show, bars: Sequence[PlayedBar]) -> Swing:
    """How the style of each bar's section swings; of a bar after the last as that one."""

    def at(index: int, per_quarter: int) -> tuple[int, int]:
        bar = bars[min(index, len(bars) - 1)]
        song = show.songs[bar.song]
        return style_of(song, song.section(bar.section)).swing.at(per_quarter)

    return at


@dataclass(slots=True)
class Material:
    """The pieces that the figures share, each rendered once. ``seeds``: identities a style; ``shows``: shipped shows.

    ``classes``: the styles that have to be told apart. ``meter``: of every song that is made here.
    """

    styles: tuple[str, ...]
    seeds: tuple[int, ...]
    shows: tuple[str, ...] = ()
    quick: bool = False
    meter: str = "4/4"
    classes: tuple[str, ...] = field(default_factory=playing)
    _kept: dict[tuple[str, int, int, int], Piece] = field(default_factory=dict)

    def piece(self, style: str, seed: int, *, night: int = 0, energy: int = 500) -> Piece:
        """A song of a style in the style's own form; ``energy``: the live macro, from the first bar on."""
        key = (style, seed, night, energy)
        if key not in self._kept:
            presses = [] if energy == 500 else [Press(control=Macro("energy", energy))]
            show = show_of(text_of(style, seed, tempo_of(style), meter=self.meter))
            self._kept[key] = played(show, style, seed, night, presses)
        return self._kept[key]

    def pieces(self) -> list[Piece]:
        """Every song of every style."""
        return [self.piece(style, seed) for style in self.styles for seed in self.seeds]

    def shipped(self, name: str, night: int = 0) -> Piece:
        """A shipped show."""
        key = (f"show {name}", 0, night, 500)
        if key not in self._kept:
            self._kept[key] = played(shipped(name), name, 0, night)
        return self._kept[key]


def tempo_of(style: str) -> int:
    """The middle of a style's tempi, quarters a minute."""
    return sum(read(style).tempo) // 2


@lru_cache(maxsize=512)
def plain(style: str, seed: int, tempo: int) -> Piece:
    """A short song in the form that all styles share, for the classifier. ``style`` as a show writes it."""
    return played(show_of(text_of(style, seed, tempo, PLAIN)), style, seed, seed, blind=True)
