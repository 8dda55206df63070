"""Profiles: how each kind of receiver is spoken to. ``PROFILES`` by name; ``profile_of`` an output's."""

from performer.show.definition import Output
from performer.wire.profiles.midi import MIDI, MIDI_CLOCK
from performer.wire.profiles.profile import Profile
from performer.wire.profiles.tables import GENERIC, NOTE, SUPERCOLLIDER, SUPERDIRT, WORDS
from performer.wire.profiles.template import Sound, Voice

__all__ = ["PROFILES", "Profile", "Sound", "Voice", "profile_of"]

PROFILES: dict[str, Profile] = {p.name: p for p in (GENERIC, NOTE, WORDS, SUPERCOLLIDER, SUPERDIRT, MIDI, MIDI_CLOCK)}


def profile_of(output: Output) -> Profile:
    """The profile of an output: MIDI ports speak MIDI whatever a rig left out, all others OSC; a broker hears no notes unless
    the rig says how. Unknown names mean the default."""
    if output.kind == "midi":
        return MIDI_CLOCK if output.profile == MIDI_CLOCK.name else MIDI
    profile = PROFILES.get(output.profile, GENERIC)
    if profile in (MIDI, MIDI_CLOCK):
        profile = GENERIC
    return WORDS if profile is GENERIC and output.kind == "mqtt" else profile
