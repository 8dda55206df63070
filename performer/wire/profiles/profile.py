"""What a profile is: how one kind of receiver is spoken to.

Law of this file: a method returns finished bytes, or empty bytes for what the receiver does not carry;
whoever sends skips empty bytes. Where ``bundles`` is ``timetag`` every datagram is a bundle with a hole
(``osc.stamp``): it is sent ``lead`` microseconds early and sounds when its time tag says.
"""

from dataclasses import dataclass
from typing import Protocol

from performer.wire.osc import Arg, OscError, encode, holed
from performer.wire.profiles.template import Sound, Template, Voice, plan


class Profile(Protocol):
    """How one kind of receiver is spoken to. Values are per mille; bytes are one message each."""

    @property
    def name(self) -> str:
        """As a rig writes it."""

    @property
    def about(self) -> str:
        """One sentence for the manual."""

    @property
    def bundles(self) -> str:
        """``none`` or ``timetag``."""

    @property
    def lead(self) -> int:
        """Microseconds by which datagrams are early unless the rig says; 0 unless ``bundles`` is ``timetag``."""

    @property
    def clocked(self) -> bool:
        """Whether it takes 24 clocks a quarter."""

    @property
    def paced(self) -> bool:
        """Whether its notes say the tempo (``Sound.per_quarter`` is 0 for all others)."""

    def note(self, voice: Voice, sound: Sound) -> tuple[bytes, bytes]:
        """On and off."""

    def key(self, voice: Voice, pitch: int) -> int:
        """Which voice of the receiver a note takes: two notes with one key cannot sound together."""

    def control(self, voice: Voice, name: str, value: int) -> bytes:
        """A controller of a part takes a value."""

    def level(self, voice: Voice, value: int) -> bytes:
        """The part's fader."""

    def mix(self, voice: Voice, ratio: int) -> bytes:
        """What the section does to the part's level, 1000 = nothing."""

    def cue(self, name: str, args: tuple[int | float | str, ...], fade: int) -> bytes:
        """A cue; ``fade`` in microseconds."""

    def section(self, name: str) -> bytes:
        """A section begins."""

    def bar(self, bar: int, beats: int, millibpm: int) -> bytes:
        """A bar begins."""

    def chord(self, now: str, next: str) -> bytes:
        """The chord that sounds from here on, and the one after it."""

    def tonality(self, now: str, next: str) -> bytes:
        """The key of the chord that sounds from here on, and that of the one after it."""

    def opening(self, voice: Voice) -> tuple[tuple[str, bytes], ...]:
        """What a part's receiver has to know before the first note: (name of the value, message) each."""

    def panic(self, voices: tuple[Voice, ...]) -> tuple[bytes, ...]:
        """What is sent after the offs of all known notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OscProfile:
    """A profile as a table of templates and addresses; what is None or empty is not carried.

    ``silence``: whole messages for a panic.
    """

    name: str
    about: str
    on: Template | None
    off: Template | None = None
    control_address: str = ""
    cue_address: str = ""
    section_address: str = ""
    bar_address: str = ""
    chord_address: str = ""
    key_address: str = ""
    silence: tuple[tuple[str, tuple[Arg, ...]], ...] = ()
    bundles: str = "none"
    lead: int = 0
    clocked: bool = False
    paced: bool = False

    def note(self, voice: Voice, sound: Sound) -> tuple[bytes, bytes]:
        """On and off; the off is empty where the on says how long it sounds."""
        on = plan(self.on, voice).render(sound) if self.on else b""
        off = plan(self.off, voice).render(sound) if self.off else b""
        if self.bundles == "timetag":
            return (on and holed(on), off and holed(off))
        return on, off

    def key(self, voice: Voice, pitch: int) -> int:
        """A voice a part and pitch."""
        return voice.number << 7 | pitch

    def control(self, voice: Voice, name: str, value: int) -> bytes:
        """``part/name`` and a float from 0 to 1."""
        return self._say(self.control_address, f"{voice.part}/{name}" if voice.part else name, value / 1000)

    def level(self, voice: Voice, value: int) -> bytes:
        """``part/level``: the fader, 0 to 1."""
        return self.control(voice, "level", value)

    def mix(self, voice: Voice, ratio: int) -> bytes:
        """``part/mix``: a factor, 1 = the part's own level."""
        return self.control(voice, "mix", ratio)

    def cue(self, name: str, args: tuple[int | float | str, ...], fade: int) -> bytes:
        """Name, arguments, and the fade in seconds as a last float when there is one."""
        return self._say(self.cue_address, name, *args, *((fade / 1_000_000,) if fade else ()))

    def section(self, name: str) -> bytes:
        """The section's name."""
        return self._say(self.section_address, name)

    def bar(self, bar: int, beats: int, millibpm: int) -> bytes:
        """Bar from 0, its felt pulses, thousandths of a felt pulse a minute."""
        return self._say(self.bar_address, bar, beats, millibpm)

    def chord(self, now: str, next: str) -> bytes:
        """Two chord symbols."""
        return self._say(self.chord_address, now, next)

    def tonality(self, now: str, next: str) -> bytes:
        """Two keys."""
        return self._say(self.key_address, now, next)

    def opening(self, voice: Voice) -> tuple[tuple[str, bytes], ...]:  # noqa: ARG002 - nothing is needed
        """Nothing."""
        return ()

    def panic(self, voices: tuple[Voice, ...]) -> tuple[bytes, ...]:  # noqa: ARG002 - the same for all
        """The profile's silence."""
        return tuple(encode(address, args) for address, args in self.silence)

    def _say(self, address: str, *args: Arg) -> bytes:
        if not address:
            return b""
        try:
            data = encode(address, args)
        except OscError:
            return b""
        return holed(data) if self.bundles == "timetag" else data
