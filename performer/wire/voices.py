"""The voices of a song: which MIDI channel and program each part has.

Law of this file: a part's channel depends on itself and the parts before it alone, so a part that is added
at the end moves no other. Drums are on 10, as General MIDI has it; a part's own channel is its own.
"""

from performer.show.definition import Part, Song
from performer.show.fusion import heaviest, weights
from performer.styles.definition import VOICE_ASPECTS
from performer.wire.midi import DRUM_CHANNEL
from performer.wire.profiles.template import Voice

NOBODY = Voice("", "", 1, None, 0)
"""The voice of what belongs to no part."""

SILENT_ROLES = ("light", "visual")


def voices_of(song: Song) -> dict[str, Voice]:
    """Every part's voice. With more melodic parts than channels they are dealt out again from the first."""
    taken = {part.channel for part in song.parts if part.channel is not None} | {DRUM_CHANNEL}
    free = [channel for channel in range(1, 17) if channel not in taken] or [1]
    found, dealt = {}, 0
    for number, part in enumerate(song.parts):
        channel = part.channel
        if channel is None and part.role == "drums":
            channel = DRUM_CHANNEL
        elif channel is None and part.role in SILENT_ROLES:
            channel = 16
        elif channel is None:
            channel = free[dealt % len(free)]
            dealt += 1
        found[part.name] = Voice(part.name, part.role, channel, _program(song, part), number)
    return found


def _program(song: Song, part: Part) -> int | None:
    """A part's program: as written, else that of its strongest style; drums and what makes no sound have none unless written."""
    if part.program is not None:
        return part.program
    if part.role in (*SILENT_ROLES, "external", "drums"):
        return None
    return song.styled(heaviest(weights(song, None, part, VOICE_ASPECTS.get(part.role, "groove")))).program(part.role)
