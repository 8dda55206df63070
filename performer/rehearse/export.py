"""What a rehearsal leaves: files in a folder, and one object that says what it was.

Law of this file: a file is whole or absent (written beside, then renamed), and the picture's tools are
loaded only when a picture is wanted.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from performer.controls import MixAct
from performer.events import Event, Note
from performer.rehearse.events_file import events_file
from performer.rehearse.midi_file import Stint, Track, midi_file
from performer.rehearse.render import Rendering
from performer.ticks import Tick
from performer.wire.mix import apply, fader, headroom
from performer.wire.voices import SILENT_ROLES, voices_of

MIDI, EVENTS, ROLL = "show.mid", "events.jsonl", "roll.png"


def export(rendering: Rendering, folder: Path, *, picture: bool = True) -> tuple[Path, ...]:
    """Write ``show.mid``, ``events.jsonl`` and, with ``picture``, ``roll.png`` into ``folder``, which is made if need be.

    The MIDI file and the picture are what is heard, mix included; the lines are the committed events, which no mix changes.
    Returns what was written. Raises OSError, with the file's name in it, when the folder does not take them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    heard = audible(rendering)
    title = rendering.show.title or rendering.show.name
    written = [
        _written(folder / MIDI, midi_file(title, heard, rendering.tempo, tracks_of(rendering))),
        _written(folder / EVENTS, events_file(rendering.events, rendering.tempo)),
    ]
    if picture and rendering.bars:
        from performer.rehearse.roll import roll  # numpy takes longer to load than a song to rehearse

        written.append(_written(folder / ROLL, roll(replace(rendering, events=heard))))
    return tuple(written)


def summary(rendering: Rendering, wall_seconds: float, files: Sequence[Path] = ()) -> dict[str, object]:
    """The object that ``--json`` prints."""
    music = rendering.music_micros / 1e6
    return {
        "show": rendering.show.name,
        "fingerprint": rendering.show.fingerprint,
        "styles": rendering.show.versions,
        "seed": rendering.seed,
        "digest": rendering.digest,
        "events": len(rendering.events),
        "notes": sum(type(event) is Note for event in rendering.events),
        "bars": len(rendering.bars),
        "end": rendering.end,
        "music_seconds": round(music, 6),
        "wall_seconds": round(wall_seconds, 3),
        "times_real_time": round(music / wall_seconds) if wall_seconds > 0 else None,
        "files": [str(path) for path in files],
    }


def audible(rendering: Rendering) -> tuple[Event, ...]:
    """The events as they are heard: under the mutes, faders, fired cues and panics that were pressed."""
    acts = [(entry.reach, entry.control) for entry in rendering.pressed if isinstance(entry.control, MixAct)]
    if not acts:
        return rendering.events
    levels = {part.name: part.level for song in reversed(rendering.show.songs) for part in song.parts}
    return apply(rendering.events, acts, levels)


def tracks_of(rendering: Rendering) -> tuple[Track, ...]:
    """A track for every part of every song, in order: as a MIDI output is sent to, song by song.

    A part that several songs share is one track. Lights and visuals get no channel: their track holds cues.
    """
    starts: dict[int, Tick] = {}
    for bar in rendering.bars:
        starts.setdefault(bar.song, bar.at)
    stints: dict[str, list[Stint]] = {}
    for number, song in enumerate(rendering.show.songs):
        voices = voices_of(song)
        for part in song.parts:
            mine = stints.setdefault(part.name, [])
            if part.role in SILENT_ROLES or (number and number not in starts):
                continue
            voice, whole = voices[part.name], headroom(song, part)
            fader_now = fader(song, part, part.level)
            at = starts.get(number, Tick(0))
            mine.append(Stint(at=at, channel=voice.channel - 1, program=voice.program, fader=fader_now, whole=whole))
    return tuple(Track(part=part, stints=tuple(mine)) for part, mine in stints.items())


def _written(path: Path, data: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
