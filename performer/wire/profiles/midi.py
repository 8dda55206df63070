"""MIDI as a profile: a part is its channel.

Law of this file: the fader is CC 7, what a section does to it is CC 11, so that neither overwrites the
other; cues are MIDI's own commands alone (``start``, ``stop``, ``continue``, ``program``), for parts that play
themselves.
"""

from dataclasses import dataclass

from performer.wire import midi
from performer.wire.profiles.template import Sound, Voice

_REALTIME: dict[str, midi.Midi] = {"start": midi.Start(), "stop": midi.Stop(), "continue": midi.Continue()}


@dataclass(frozen=True, slots=True, kw_only=True)
class MidiProfile:
    """MIDI 1.0 bytes."""

    name: str
    about: str
    clocked: bool = False
    paced: bool = False
    bundles: str = "none"
    lead: int = 0

    def note(self, voice: Voice, sound: Sound) -> tuple[bytes, bytes]:
        """Note on and note off."""
        channel = voice.channel - 1
        velocity = min(max(sound.velocity, 1), 127)
        return bytes((0x90 | channel, sound.key, velocity)), bytes((0x80 | channel, sound.key, 64))

    def key(self, voice: Voice, pitch: int) -> int:
        """A voice a channel and key."""
        return voice.channel << 7 | pitch

    def control(self, voice: Voice, name: str, value: int) -> bytes:
        """A controller that MIDI has a number for."""
        number = midi.controller(name)
        return b"" if number is None else midi.encode(midi.Change(voice.channel, number, midi.value(value)))

    def level(self, voice: Voice, value: int) -> bytes:
        """CC 7."""
        return midi.encode(midi.Change(voice.channel, midi.VOLUME, midi.gain(value)))

    def mix(self, voice: Voice, ratio: int) -> bytes:
        """CC 11."""
        return midi.encode(midi.Change(voice.channel, midi.EXPRESSION, midi.gain(ratio)))

    def cue(self, name: str, args: tuple[int | float | str, ...], fade: int) -> bytes:  # noqa: ARG002 - MIDI has no fades
        """Start, stop, continue; ``program`` with a channel and a number."""
        if name in _REALTIME:
            return midi.encode(_REALTIME[name])
        if name == "program" and len(args) == 2 and all(isinstance(arg, int) for arg in args):
            channel, program = int(args[0]), int(args[1])
            if 1 <= channel <= 16 and 0 <= program <= 127:
                return midi.encode(midi.Program(channel, program))
        return b""

    def section(self, name: str) -> bytes:  # noqa: ARG002 - not carried
        """Nothing."""
        return b""

    def bar(self, bar: int, beats: int, millibpm: int) -> bytes:  # noqa: ARG002 - not carried
        """Nothing."""
        return b""

    def chord(self, now: str, next: str) -> bytes:  # noqa: ARG002 - not carried
        """Nothing."""
        return b""

    def tonality(self, now: str, next: str) -> bytes:  # noqa: ARG002 - not carried
        """Nothing."""
        return b""

    def opening(self, voice: Voice) -> tuple[tuple[str, bytes], ...]:
        """The program, when the part has one; bend in the middle; pedal up."""
        program = () if voice.program is None else (("program", midi.encode(midi.Program(voice.channel, voice.program))),)
        bend, pedal = midi.Bend(voice.channel, midi.BEND_CENTRE), midi.Change(voice.channel, midi.SUSTAIN, 0)
        return (*program, ("bend", midi.encode(bend)), ("sustain", midi.encode(pedal)))

    def panic(self, voices: tuple[Voice, ...]) -> tuple[bytes, ...]:
        """CC 64 = 0, CC 123, CC 120 on the channels in use."""
        return midi.release(voice.channel for voice in voices)


MIDI = MidiProfile(name="midi", about="MIDI 1.0: a channel a part, General MIDI programs unless the show says others.")
MIDI_CLOCK = MidiProfile(name="midi-clock", about="The same, with 24 clocks a quarter, start and stop.", clocked=True)
