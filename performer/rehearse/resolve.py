"""``performer resolve``: a show is played once, and every decision is written back as a show file.

Law of this file: what is written is loaded and played before it is given away; where it differs, that is said.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from performer.controls import Entry
from performer.engine.composer import Composer
from performer.rehearse.command import presses_of
from performer.rehearse.decided import Decided, decided
from performer.rehearse.progress import Progress, expected
from performer.rehearse.render import Press, Rendering, render
from performer.rehearse.resolved import Tale, Told, resolved
from performer.run.clock import SystemClock
from performer.show.definition import Show
from performer.show.kept import side_of
from performer.show.load import load_bytes
from performer.source.nodes import Pairs
from performer.source.problems import report
from performer.source.reader import read
from performer.styles.reader import shipped

OK, FAILED, USAGE, BAD_INPUT = 0, 1, 2, 65


@dataclass(frozen=True, slots=True)
class Resolved:
    """``files``: the songs' files and the set's, by name; ``show``: what they hold; ``left``: what is to be pressed still.

    ``differs``: the first bar that differs, or 0: it is no other unless there is a fault in performer.
    """

    files: Mapping[str, str]
    root: str
    show: Show
    left: tuple[Entry, ...]
    differs: int


def resolve(show: Show, seed: int, presses: tuple[Press, ...] = ()) -> Resolved:
    """``show`` as it is decided on the night ``seed``. Raises ValueError when what was written cannot be read, which is a fault.

    What hands did is told in the plainest way that plays the same: a song in which one does not is told in the next.
    """
    progress = Progress(sys.stderr, SystemClock(), expected(show))
    got = decided(show, seed, presses, progress)
    progress.close()
    tales = [Tale.WAY for _ in show.songs]
    while True:
        found = _told(got, tales)
        song = next((bar.song for bar in got.rendering.bars if bar.bar + 1 == found.differs), 0)
        if not found.differs or not got.hands.stood or tales[song] is Tale.LEFT:
            return found
        tales[song] = Tale(tales[song].value + 1)


def _told(got: Decided, tales: Sequence[Tale]) -> Resolved:
    show, sources = got.rendering.show, dict(got.rendering.show.files)
    root = next(iter(sources))
    told = {song.file: _song(got, number, sources, tales[number]) for number, song in enumerate(show.songs)}
    files = {root: sources[root].decode("utf-8"), **{name: one.text for name, one in told.items()}}
    loaded = load_bytes({**sources, **{name: text.encode() for name, text in files.items()}}, root)
    if loaded.show is None:
        raise ValueError(report(loaded.problems, loaded.sources))
    left = sorted((entry for one in told.values() for entry in one.left), key=lambda entry: entry.seq)
    left = [replace(entry, seq=number) for number, entry in enumerate(left, 1)]
    again = render(loaded.show, got.rendering.seed, score=Composer(), entries=left)
    return Resolved(files, root, loaded.show, tuple(left), _difference(got.rendering, again))


def _song(got: Decided, number: int, sources: Mapping[str, bytes], tale: Tale) -> Told:
    file = got.rendering.show.songs[number].file
    side = sources.get(side_of(file))
    roots = [read(name, data).root if data is not None else None for name, data in ((file, sources[file]), (side_of(file), side))]
    assert isinstance(roots[0], Pairs)
    return resolved(got, number, roots[0], roots[1] if isinstance(roots[1], Pairs) else None, tale)


def _difference(first: Rendering, second: Rendering) -> int:
    """The number of the first bar (from 1) in which two performances differ; 0 when none does."""
    if first.digest == second.digest:
        return 0
    at = next((min(a.at, b.at) for a, b in zip(first.events, second.events, strict=False) if a != b), first.until)
    return next((bar.bar + 1 for bar in first.bars if bar.at <= at < bar.end), first.bars[-1].bar + 1)


def command(show: Show, seed: int, entries: Path | None, out: Path | None) -> int:
    """Write the resolved show to ``out`` (a file; a folder for a set) or print it. Returns the exit code; raises OSError."""
    presses = presses_of(show, entries)
    if presses is None:
        return BAD_INPUT
    if len(show.songs) > 1 and (out is None or out.suffix in (".yaml", ".yml")):
        print("performer: a set has several files: say --out FOLDER", file=sys.stderr)
        return USAGE
    got = resolve(show, seed, presses)
    if out is None:
        print(got.files[got.root], end="")
    else:
        for path in _save(got, out, dict(show.files)):
            print(path)
    if got.differs:
        print(f"performer: it plays otherwise from bar {got.differs} on, which is a fault of performer's", file=sys.stderr)
    return OK


def _save(got: Resolved, out: Path, sources: Mapping[str, bytes]) -> list[Path]:
    """The files, and what they lean on where that is not there already."""
    if len(got.show.songs) == 1 and out.suffix in (".yaml", ".yml"):
        folder, names = out.parent, {out.name: got.files[got.root]}
    else:
        folder, names = out, dict(got.files)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in names.items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    for name, data in sources.items():
        path = folder / name
        if name not in got.files and shipped(path.stem) != data and not name.endswith(".kept.yaml") and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    return written
