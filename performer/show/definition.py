"""What a show says, after it has been read: frozen values, no YAML, no files.

Law of this file: energies, levels and weights are integers per mille, tempo is integer microseconds a
quarter, lengths are bars or ticks. What the author left out is None here and is decided by the engine.
"""

from dataclasses import dataclass, field
from enum import Enum

from performer.music.pitch import Key
from performer.styles import Style, read
from performer.takes import Excerpt
from performer.ticks import Meter

Curve = tuple[tuple[int, int], ...]
"""Points (position, value), both per mille, ascending in position, first at 0 and last at 1000."""
Styles = tuple[tuple[str, int], ...]
"""(style, weight) in the order in which they are written; weights are per mille and sum to 1000; () = nothing is said."""
Aspects = tuple[tuple[str, Styles], ...]
"""(aspect, styles): one of ``styles.ASPECTS`` each."""

TRANSITIONS = ("riser", "fill", "roll", "crash", "cut", "fade", "cross-fade", "stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A role that plays. ``style`` and ``aspects`` as in a Song; empty = the song's.

    ``channel`` 1..16 and ``program`` 0..127 are MIDI's. ``level`` 800 is 0 dB, 1000 the loudest. ``range``: MIDI pitches.
    ``start`` and ``stop``: what an external part is told when the song begins and ends. ``free_when``: the external part
    (a person's instrument) to which this one leaves the room where a section names it, or it is heard.
    """

    name: str
    role: str
    style: Styles = ()
    aspects: Aspects = ()
    output: str = "main"
    channel: int | None = None
    range: tuple[int, int] | None = None
    from_energy: int | None = None
    level: int = 800
    program: int | None = None
    start: str | None = None
    stop: str | None = None
    free_when: str | None = None


class CueAt(Enum):
    """When a cue rule fires."""

    START = "section start"
    END = "section end"
    BAR = "bar"
    EVERY = "every"
    DROP = "on drop"
    FILL = "on fill"


def per_mille(amount: int | float | str) -> int:
    """A macro's value as a cue says it, 0 to 1, per mille; 500 for what is no number."""
    return min(1000, max(0, round(amount * 1000))) if isinstance(amount, int | float) else 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CueRule:
    """Fires ``name``; with the name of a macro it moves that fader to its one argument at a bar line instead.
    ``bar`` and ``beat`` count from 0 (BAR); every ``bar`` bars (EVERY). Lead and fade in microseconds."""

    name: str
    args: tuple[int | float | str, ...] = ()
    at: CueAt = CueAt.START
    bar: int = 0
    beat: int = 0
    lead: int = 0
    fade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MotifNote:
    """One note of a motif: ``degree`` from the tonic (0 = tonic; None = rest), ``length`` in ticks."""

    degree: int | None
    length: int
    alter: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named stretch of a song.

    ``chords``: bars of chord symbols or degrees (they repeat), None = the grammar writes them. ``parts``: who may play
    (None = everyone, each by its own energy threshold). ``then``: weighted follow rule, empty = the form's order.
    ``stretch``: least and most bars when cut or held by hand. ``until_next``: repeats until a trigger, or ``give_up`` bars.
    ``ring``: its last chord rings on until then. ``via``: what leads into the section's key in the half bar before it, "pivot" or a chord.
    ``idea``: the section whose identity it shares (``as``), ``vary``: parts that get a new variation.
    ``add``: parts that play besides those, ``without``: parts that do not. ``role``: one of ``styles.scenes.SCENES`` or empty.
    ``macros``: curves of the other macros by name, 500 = as the style has it.
    ``mix``: levels (per mille) that stand here for the parts' own. ``entry`` and ``exit``: one of ``TRANSITIONS``, or
    ``stop 1 beat`` with its number of beats.
    ``kept``: the bars, of whichever nights, that this section plays again; empty for a section that is composed.
    """

    name: str
    bars: int
    role: str = ""
    energy: Curve = ((0, 500), (1000, 500))
    macros: tuple[tuple[str, Curve], ...] = ()
    tempo: tuple[int, int] | None = None
    meter: Meter | None = None
    parts: tuple[str, ...] | None = None
    chords: tuple[tuple[str, ...], ...] | None = None
    theme: str | None = None
    idea: str = ""
    vary: tuple[str, ...] = ()
    key_shift: int = 0
    via: str | None = None
    mix: tuple[tuple[str, int], ...] = ()
    light: tuple[str, ...] = ()
    visual: tuple[str, ...] = ()
    cues: tuple[CueRule, ...] = ()
    entry: str | None = None
    exit: str | None = None
    stretch: tuple[int, int] | None = None
    until_next: bool = False
    give_up: int | None = None
    then: tuple[tuple[str, int], ...] = ()
    waits_for_go: bool = False
    count_in: int = 0
    last_chord: str | None = None
    ring: bool = False
    add: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    style: Styles = ()
    aspects: Aspects = ()
    kept: tuple[Excerpt, ...] = ()

    def names(self, part: str) -> bool:
        """Whether the section itself says that ``part`` plays here."""
        return part not in self.without and (part in self.add or part in (self.parts or ()))

    def plays(self, part: str, by_energy: bool) -> bool:
        """Whether ``part`` plays here, given whether its own threshold lets it."""
        if part in self.without:
            return False
        return part in self.add or (by_energy if self.parts is None else part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """One musical work. ``form`` names sections in order; ``loop_to`` is the form index it goes back to, None = it ends.

    ``file``: its name inside the show's folder.

    ``via``: what leads into the song's key at the end of the song before it, "pivot" or a chord. ``style``: what it is like,
    ``aspects``: where it is like something else, ``styles``: those that are not the shipped ones. ``registers``: of motifs
    that are given by pitches, the MIDI pitch on which degree 0 stands. ``bending``: motifs that are given and yet may be
    respelt where they rub against the chords. ``decisions``: address and value (``show.decisions``).
    """

    name: str
    title: str
    seed: int
    key: Key
    per_quarter: int
    meter: Meter
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    form: tuple[str, ...]
    style: Styles = (("house", 1000),)
    aspects: Aspects = ()
    styles: tuple[Style, ...] = field(default=(), repr=False)
    loop_to: int | None = None
    motifs: tuple[tuple[str, tuple[MotifNote, ...]], ...] = ()
    registers: tuple[tuple[str, int], ...] = ()
    bending: tuple[str, ...] = ()
    decisions: tuple[tuple[str, str], ...] = ()
    via: str | None = None
    file: str = ""

    def section(self, name: str) -> Section:
        """The section called ``name``; KeyError when there is none."""
        for section in self.sections:
            if section.name == name:
                return section
        raise KeyError(name)

    def styled(self, name: str) -> Style:
        """The style called ``name``: the song's own, else the shipped one; KeyError when there is none."""
        for style in self.styles:
            if style.name == name:
                return style
        return read(name)

    def part(self, name: str) -> Part:
        """The part called ``name``; KeyError when there is none."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """The whole evening: songs in order (a show of one song is a set of one). ``fingerprint`` is a hash of its bytes."""

    name: str
    title: str
    songs: tuple[Song, ...]
    fingerprint: str
    waits_for_go: bool = False
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False, compare=False)

    @property
    def versions(self) -> dict[str, int]:
        """The styles of its songs and their versions."""
        return {style.name: style.version for song in self.songs for style in song.styles}


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A place where bytes go. ``kind``: osc, midi, mqtt, tape, page. ``lead`` and ``latency`` in microseconds, ``latency`` signed."""

    name: str
    kind: str
    host: str = "127.0.0.1"
    port: int = 0
    device: str = ""
    profile: str = "generic"
    lead: int = 0
    latency: int = 0


ANY = -1
"""The number of a controller that stands for all of its kind."""


@dataclass(frozen=True, slots=True)
class Controls:
    """What a MIDI controller asks for.

    ``device``: a part of an input port's name, "" = our own port, to which anything can be connected. ``kind``: cc, note or
    program; ``number`` 0..127, of a note also ``ANY``; ``channel`` 1..16, None = any. ``says``: a control in words, such as
    ``section drop``. ``at`` (line, column) and ``path``: where the rig says so.
    """

    device: str
    kind: str
    number: int
    channel: int | None
    says: str
    at: tuple[int, int] = (1, 1)
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """The venue: outputs, where each part's logical output leads (several are allowed), light tags as cues, controllers."""

    name: str
    outputs: tuple[Output, ...]
    routes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lights: tuple[tuple[str, tuple[str, ...]], ...] = ()
    controls: tuple[Controls, ...] = ()
    broker: tuple[str, int] | None = None

    def outputs_of(self, logical: str) -> tuple[Output, ...]:
        """The outputs that a part's logical output leads to; without a route, the output of that name, else all of them."""
        names = dict(self.routes).get(logical)
        if names is None:
            names = (logical,) if any(o.name == logical for o in self.outputs) else tuple(o.name for o in self.outputs)
        return tuple(o for o in self.outputs if o.name in names)
