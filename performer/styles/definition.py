"""What a style says, after it has been read: frozen values that the roles read.

Law of this file: probabilities, energies and weights are per mille; grids are texts of sixteenths, 16 for each bar of
4/4, which music.rhythm lays into other meters; pitches are MIDI numbers; times are microseconds.

How a field is blended (``styles.blend``) follows from its type: numbers between the styles', tables of numbers entry by
entry, what has a name by its name, everything else from one of the styles at a place fixed for it. A mark says otherwise.
"""

from dataclasses import dataclass, field, replace

from performer.music.groove import STILL, Touch
from performer.music.harmony import Vocabulary
from performer.music.manner import USUAL, Manner
from performer.music.reharmony import PLAIN, Spice
from performer.music.swing import STRAIGHT, Swing
from performer.styles.scenes import ANYWHERE, FORM, LANES, SCENES, WAYS, Lanes, Scene, Ways

Lane = tuple[int, int]
"""Lowest and highest pitch."""

ONE = {"blend": "one"}
"""A number that means nothing between two others (a pitch, a program): one of the styles' own."""
HEAVIEST = {"blend": "heaviest"}
"""What only one style may say, the heaviest: where the downbeat is, how fast the harmony moves."""
SLOTS = {"blend": "slots"}
"""Grids that are mixed sixteenth by sixteenth."""

ASPECTS = ("groove", "feel", "harmony", "bass", "melody", "texture")
"""What a song may take from different styles. A field of ``Style`` without a mark belongs to the groove."""
FEEL, HARMONY = {"aspect": "feel"}, {"aspect": "harmony"}
VOICE_ASPECTS = {"bass": "bass", "chords": "harmony", "arp": "melody", "lead": "melody", "texture": "texture", "effects": "texture"}
"""The aspect to which the voice of a role belongs; what has no voice belongs to the groove."""

PITCHED = ("bass", "chords", "arp", "lead", "texture")
"""Roles that every style has a voice for."""
SOUNDING = ("drums", *PITCHED, "effects")
SILENT = ("light", "visual", "external")
"""Roles that make no sound here: they follow the section itself."""
ROLES = (*SOUNDING, *SILENT)

FRAME = ("kick", "snare", "clap")
"""Pieces whose pattern is the song's own and, in a blend, the heaviest style's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a kit. ``grids``: variants of which a section takes one, 16, 32, 48 or 64 slots (one to four bars).

    In a grid ``X`` is an accent, ``x`` a stroke, ``g`` a ghost, a digit a stroke with that probability in tenths, ``o`` the
    stroke opened (``open`` is its note), ``r`` two strokes in the slot (32nds), ``t`` three.
    ``start``: energy from which it plays; ``until``: energy at which it gives way. ``time``: it keeps time, so it flows on.
    ``sections``: roles of sections in which it plays; none = all.
    """

    name: str
    note: int = field(metadata=ONE)
    grids: tuple[str, ...] = field(metadata=SLOTS)
    velocity: tuple[int, int]
    start: int = 0
    until: int = 1001
    time: bool = False
    open: int | None = field(default=None, metadata=ONE)
    sections: tuple[str, ...] = ()


Turn = tuple[tuple[str, str], ...]
"""A small change in the last bar of four: by piece a grid of 16 in which ``-`` silences a stroke and ``.`` leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """How the kit as a whole behaves. ``loop``: a bar may repeat for as long as its section lasts, nothing turns.

    ``half``: the back beat stands on three, so odd meters keep the third quarter. ``turns``: what a fourth bar may do;
    without any, the drummer has his own (a kick taken away or added). ``vary``: per mille of the fourth bars without a fill
    that turn. ``rest``: per mille of the blocks of sixteen bars in which a colour of the kit rests.
    """

    loop: bool = False
    half: bool = field(default=False, metadata=HEAVIEST)
    turns: tuple[Turn, ...] = ()
    vary: int = 1000
    rest: int = 350


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A pattern for sections whose drawn energy lies in [start, until)."""

    start: int
    until: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fills:
    """Fills by size: texts of one, two or four beats. Letters name pieces; ``keep``: pieces that play on through a fill.

    ``cells``: rhythms of one beat from which fills of any length are built as well: ``x`` is a stroke that walks along
    ``line`` (letters from high to low) downwards or upwards, a letter is its own piece. ``often``: per mille of the places
    for a small and for a larger fill that have one. ``roll``: the note of a build's roll, ``crash`` of the one after a fill.
    """

    small: tuple[str, ...] = ()
    half: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    letters: tuple[tuple[str, int], ...] = ()
    cells: tuple[str, ...] = ()
    line: str = ""
    often: tuple[int, int] = (300, 800)
    crash: int | None = field(default=None, metadata=ONE)
    roll: int | None = field(default=None, metadata=ONE)


MOTIONS = ("hold", "drone", "pedal")
"""What a texture does, see ``Voice.motion``."""

BASS_RULES = ("grid", "walking", "offbeat", "rolling", "808", "dub", "pedal", "octaves", "root8")
"""How a bass finds its notes, see ``Voice.rule``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a melody of this style is like.

    ``bars``: length of an invented motif. ``longest``: sixteenths that a note lasts at most. ``scale``: one of
    ``music.singing.SCALES``, what invented and free lines keep to. ``free``: per mille of the gaps between statements that the
    lead fills with a phrase of its own; in the others it rests, and the counter-line answers. ``notes``: how many such a
    phrase has, ``density``: per mille of the eighths that it takes besides its grid. ``manner``: how freely it goes.
    ``under``: per mille of the ideas in which the counter-line holds long notes under the lead, instead of an echo in its gaps;
    ``upbeats``: per mille of the fills at the end of a phrase with which the lead plays an upbeat into the next one.
    """

    bars: int = 2
    longest: int = 6
    scale: str = "key"
    free: int = 350
    notes: tuple[int, int] = (6, 10)
    density: int = 150
    manner: Manner = USUAL
    upbeats: int = 500
    under: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How a pitched role plays: its lane, its grids, and what shapes its notes.

    ``length``: per mille of the distance to the next onset. ``kind``, ``voices``: of a chord. ``lock``: doubles the kick.
    ``velocity`` at energy 0 and 1000. ``line``: of a lead only. ``vary``: per mille of the bars in which tonight changes a stroke
    or an entry.

    Of chords and textures: ``lean``: semitones that tonight may move the hand; ``strict``: no parallel fifths and octaves.
    Of chords: ``push``: per mille of the changes at a bar line that are struck an eighth early; ``lock``: what tonight adds
    falls on the kick; ``glide``: per mille of tonight's changes that slide a stroke into the next from a semitone beside it.
    In a grid of chords ``X`` is an accented stroke, ``x`` a stroke, ``s`` one that slides, ``-`` holds.
    Of a texture: ``motion`` (``MOTIONS``): it holds chords, stands on a drone of the key's tonic and fifth,
    or holds chords over a pedal of the tonic; ``stagger``: sixteenths between the entries of its voices; ``clash``: it takes
    tones that rub inside the chord as well.

    Of a bass only: ``rule`` says what it plays. ``grid``: its grids. The others play their grids too where some fit the
    energy, else a rhythm of their own: ``offbeat`` between the pulses, ``rolling`` the slots after each kick, ``808`` the
    kick's rhythm held, with glides, ``dub`` a sung line of root, third and fifth that leaves out the one, ``pedal`` the
    key's tonic whatever the chord, ``octaves`` low and high by eighths, ``root8`` roots by eighths with an approach.
    ``walking`` writes a line of its own, a note a pulse. ``glide``: per mille of the notes of an ``808`` that slide.
    In a bass grid ``R`` and ``r`` are the root (strong, weak), ``3`` ``5`` ``7`` ``b`` chord tones, ``2`` ``4`` ``6`` steps
    of the scale, ``8`` the octave above, ``o`` the octave below, ``g`` a dead note, ``a`` the approach to the next chord,
    ``s`` a slide (the note before lies over into it: an octave, a fifth or a fourth up), ``-`` holds.
    """

    lane: Lane
    velocity: tuple[int, int]
    program: int = field(metadata=HEAVIEST)
    grids: tuple[Grid, ...] = ()
    length: int = 900
    kind: str = "seventh"
    voices: int = 4
    lock: bool = False
    rule: str = "grid"
    glide: int = 0
    vary: int = 500
    line: Line = Line()
    trace: int = 400
    push: int = 0
    lean: int = 3
    strict: bool = False
    motion: str = "hold"
    stagger: int = 0
    clash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmony:
    """Chords of a style in minor and major keys; other modes are made from them.

    ``rate``: bars a chord; below the energy ``slow`` twice as many, from ``fast`` on half as many. ``split``: per mille of
    the bars that hold two chords, at full tension. ``closing``: of a section's last phrase; ``inner``: of the others.
    ``grammar``: per mille of the progressions that are written anew; the others take a cycle. ``tension``: at energy 0 and
    1000, per mille. ``spice``: what tension does to a progression.
    """

    minor: Vocabulary
    major: Vocabulary
    rate: int = field(default=1, metadata=HEAVIEST)
    slow: int = field(default=0, metadata=HEAVIEST)
    fast: int = field(default=1001, metadata=HEAVIEST)
    split: int = 0
    closing: str = field(default="loop", metadata=HEAVIEST)
    inner: str = field(default="loop", metadata=HEAVIEST)
    grammar: int = 500
    tension: tuple[int, int] = (200, 800)
    spice: Spice = PLAIN


_DRUMS = {
    35: "kick", 36: "kick", 37: "stick", 38: "snare", 39: "snare", 40: "snare", 51: "ride", 53: "ride", 59: "ride",
    41: "tom", 43: "tom", 45: "tom", 47: "tom", 48: "tom", 50: "tom",
}  # fmt: skip


def drum_of(note: int) -> str:
    """The measured drum that a General MIDI note is played as: kick, snare, stick, ride, tom, else hat."""
    return _DRUMS.get(note, "hat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feel:
    """Touches by instrument; ``other``: of whoever is not named. ``table``: of played drums, "" for a programmed style.

    ``drift`` (microseconds), ``sway`` (velocity steps): deviation of the residual.
    """

    table: str = ""
    drift: int = 0
    sway: int = 0
    touches: tuple[tuple[str, Touch], ...] = ()
    other: Touch = STILL

    def touch(self, name: str) -> Touch:
        """The touch of an instrument; others share one."""
        for known, touch in self.touches:
            if known == name:
                return touch
        return self.other

    def dressed(self, pieces: tuple[Piece, ...]) -> "Feel":
        """The feel for another kit: pieces that it does not name are played as the drum that their note is."""
        known = dict(self.touches)
        more = tuple((p.name, known[drum_of(p.note)]) for p in pieces if p.name not in known and drum_of(p.note) in known)
        return replace(self, touches=(*self.touches, *more)) if more else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A style, whole. ``version``: which of its files; ``about``: what it is like in a line.

    ``swing``: of eighths and sixteenths, by tempo. ``phrase``: bars.

    ``starts``: energy from which a role plays when the section does not name its parts. ``pulse``: the timing show's
    style, in which every part plays one note on every sixteenth and nothing else. ``form``: sections in order, for a song
    that names none; ``scenes``: what the roles of sections mean.
    """

    name: str
    title: str
    version: int = field(default=1, metadata=HEAVIEST)
    about: str = field(default="", metadata=HEAVIEST)
    harmony: Harmony = field(metadata=HARMONY)
    pieces: tuple[Piece, ...]
    voices: tuple[tuple[str, Voice], ...]
    fills: Fills = Fills()
    feel: Feel = field(default=Feel(), metadata=FEEL)
    starts: tuple[tuple[str, int], ...] = ()
    kit: Kit = Kit()
    tempo: tuple[int, int] = (60, 200)
    swing: Swing = field(default=STRAIGHT, metadata=FEEL)
    phrase: int = field(default=8, metadata=HEAVIEST)
    pulse: bool = field(default=False, metadata=HEAVIEST)
    form: str = field(default=FORM, metadata=HEAVIEST)
    scenes: tuple[tuple[str, Scene], ...] = field(default=SCENES, metadata=HEAVIEST)
    ways: Ways = field(default=WAYS, metadata=HEAVIEST)
    lanes: Lanes = LANES

    def __hash__(self) -> int:
        return hash(self.name)  # styles are keys of memos; their names tell them apart well enough

    def voice(self, role: str) -> Voice:
        """How ``role`` plays; KeyError for a role without pitches."""
        for known, voice in self.voices:
            if known == role:
                return voice
        raise KeyError(role)

    def lane(self, role: str) -> tuple[tuple[str, int, int], ...]:
        """The controllers that follow the energy in a part of ``role``."""
        for known, rows in self.lanes:
            if known == role:
                return rows
        return ()

    def start(self, role: str) -> int:
        """Energy (per mille) from which ``role`` plays."""
        return dict(self.starts).get(role, 0)

    def scene(self, role: str) -> Scene:
        """What a section of this role means; one without a role is a plain one."""
        return dict(self.scenes).get(role, ANYWHERE)

    def way(self, role: str) -> str:
        """How a section gives way to one of this role."""
        ways = dict(self.ways)
        return ways.get(role, ways.get("other", "fill"))

    def program(self, role: str) -> int:
        """The General MIDI program (0..127) of a role; 0 for one without pitches."""
        return dict(self.voices)[role].program if role in dict(self.voices) else 0
