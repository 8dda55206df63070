"""What a rehearsal leaves: files in a folder, and one object that says what it was.

Law of this file: a file is whole or absent (written beside, then renamed), and the picture's tools are
loaded only when a picture is wanted.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from performer.events import Note
from performer.rehearse.events_file import events_file
from performer.rehearse.midi_file import Track, midi_file
from performer.rehearse.render import Rendering
from performer.show.definition import Part, Show
from performer.wire.midi import DRUM_CHANNEL

MIDI, EVENTS, ROLL = "show.mid", "events.jsonl", "roll.png"
SILENT = ("light", "visual", "external")


def export(rendering: Rendering, folder: Path, *, picture: bool = True) -> tuple[Path, ...]:
    """Write ``show.mid``, ``events.jsonl`` and, with ``picture``, ``roll.png`` into ``folder``, which is made if need be.

    Returns what was written. Raises OSError, with the file's name in it, when the folder does not take them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    title = rendering.show.title or rendering.show.name
    written = [
        _written(folder / MIDI, midi_file(title, rendering.events, rendering.tempo, tracks_of(rendering.show))),
        _written(folder / EVENTS, events_file(rendering.events, rendering.tempo)),
    ]
    if picture and rendering.bars:
        from performer.rehearse.roll import roll  # numpy takes longer to load than a song to rehearse

        written.append(_written(folder / ROLL, roll(rendering)))
    return tuple(written)


def summary(rendering: Rendering, wall_seconds: float, files: Sequence[Path] = ()) -> dict[str, object]:
    """The object that ``--json`` prints."""
    music = rendering.music_micros / 1e6
    return {
        "show": rendering.show.name,
        "fingerprint": rendering.show.fingerprint,
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


def tracks_of(show: Show) -> tuple[Track, ...]:
    """A track for every part of every song, in order; a part that several songs share is one track."""
    parts: dict[str, Part] = {}
    for song in show.songs:
        for part in song.parts:
            parts.setdefault(part.name, part)
    taken = {part.channel for part in parts.values() if part.channel} | {DRUM_CHANNEL}
    free = [channel for channel in range(1, 17) if channel not in taken] or [1]
    out: list[Track] = []
    given = 0
    for part in parts.values():
        channel = part.channel
        if channel is None and part.role == "drums":
            channel = DRUM_CHANNEL
        elif channel is None and part.role not in SILENT:
            channel = free[given % len(free)]
            given += 1
        out.append(Track(part=part.name, channel=channel - 1 if channel else None, program=part.program, level=part.level))
    return tuple(out)


def _written(path: Path, data: bytes) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path
