"""Golden performances: what shipped shows sound like, kept beside the tests, so that a change of the music is seen and heard.

Law of this file: a golden file says itself what it is a rendering of; renewing it writes the same bytes when
nothing has changed. To renew all of them, or to add one (the limit is in seconds of music):

    python -m tests.rehearse.golden_files
    python -m tests.rehearse.golden_files night-drive 60
"""

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from performer.engine.composer import Composer
from performer.rehearse.events_file import lines
from performer.rehearse.render import Rendering, render
from performer.show.load import load
from performer.tempo import Micros

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True, slots=True)
class Golden:
    """A rendering that is kept: the first ``limit`` microseconds of a shipped show (0: all of it) under tonight's ``seed``."""

    show: str
    seed: int
    limit: int
    digest: str
    lines: tuple[str, ...]

    @property
    def path(self) -> Path:
        """Where it is kept."""
        return FOLDER / f"{self.show}.jsonl.gz"

    def bytes(self) -> bytes:
        """The file: a line that says what it is, then the events, compressed without a date."""
        head = json.dumps({"show": self.show, "seed": self.seed, "limit": self.limit, "digest": self.digest})
        return gzip.compress("".join(f"{line}\n" for line in (head, *self.lines)).encode(), mtime=0)


def kept() -> tuple[Path, ...]:
    """The golden files there are."""
    return tuple(sorted(FOLDER.glob("*.jsonl.gz")))


def read(path: Path) -> Golden:
    """What a golden file holds."""
    head, *rest = gzip.decompress(path.read_bytes()).decode().splitlines()
    said = json.loads(head)
    return Golden(said["show"], said["seed"], said["limit"], said["digest"], tuple(rest))


def rendered(show: str, seed: int, limit: int) -> Golden:
    """The same performance as it comes out now. Raises ValueError when the show does not load."""
    loaded = load(show)
    if loaded.show is None:
        raise ValueError("\n".join(map(str, loaded.problems)))
    rendering: Rendering = render(loaded.show, seed, score=Composer(), limit=Micros(limit) if limit else None)
    return Golden(show, seed, limit, rendering.digest, tuple(lines(rendering.events, rendering.tempo)))


def difference(old: Golden, new: Golden) -> str:
    """Where two renderings part, for somebody who has to decide whether the new one is better; empty when they are equal."""
    if old.lines == new.lines:
        return "" if old.digest == new.digest else f"the same events, another digest: {old.digest} was {new.digest}"
    was, now = next((a, b) for a, b in zip_longest(old.lines, new.lines, fillvalue="nothing") if a != b)
    only_old, only_new = len(set(old.lines) - set(new.lines)), len(set(new.lines) - set(old.lines))
    return (
        f"{old.show} plays otherwise: {only_old} events went, {only_new} came. First:\n  was {was}\n  now {now}\n"
        f"Listen to it (performer rehearse {old.show} --out out); if it is meant: python -m tests.rehearse.golden_files"
    )


def renew(wanted: list[str]) -> Iterator[str]:
    """Write what is asked for; says of each file what was done."""
    if wanted:
        plans = [(wanted[0], 0, int(float(wanted[1]) * 1_000_000) if len(wanted) > 1 else 0)]
    else:
        plans = [(golden.show, golden.seed, golden.limit) for golden in map(read, kept())]
    for show, seed, limit in plans:
        golden = rendered(show, seed, limit)
        same = golden.path.exists() and difference(read(golden.path), golden) == ""
        if not same:
            FOLDER.mkdir(exist_ok=True)
            golden.path.write_bytes(golden.bytes())
        yield f"{show}: {len(golden.lines)} events, {'as it was' if same else 'written'}"


if __name__ == "__main__":
    for done in renew(sys.argv[1:]):
        print(done)
