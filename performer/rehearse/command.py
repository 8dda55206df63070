"""``performer rehearse`` and ``performer replay``: a performance without waiting, and what it leaves.

Law of this file: a replay obeys the journal alone: its show, its seed, its entries, as far as it goes.
"""

import json
import sys
from bisect import bisect_left
from dataclasses import replace
from pathlib import Path

from performer.engine.composer import Composer
from performer.events import BarMark, Digest
from performer.rehearse.belated import as_heard, lates_of
from performer.rehearse.entries import read as read_entries
from performer.rehearse.entries import understanding, unreached
from performer.rehearse.export import export, summary
from performer.rehearse.progress import Progress, expected
from performer.rehearse.render import Press, Rendering, render
from performer.run.clock import SystemClock
from performer.run.journal import writer as journals
from performer.run.night import ANEW, NightError, entry_of, seals, show_of
from performer.show.definition import Show
from performer.source.problems import report
from performer.styles.listing import worn
from performer.tempo import Micros
from performer.ticks import Tick

OK, BAD_INPUT, BAD_JOURNAL = 0, 65, 65


def rehearse(
    show: Show, seed: int, out: Path, *, entries: Path | None, start: str | None, seconds: float | None, picture: bool, as_json: bool
) -> int:
    """Render ``show`` and write what it leaves into ``out``. Returns the exit code; raises OSError for the files alone."""
    presses = presses_of(show, entries)
    if presses is None:
        return BAD_INPUT
    limit = Micros(round(seconds * 1_000_000)) if seconds is not None else None
    composer = Composer()
    clock = SystemClock()
    progress = Progress(sys.stderr, clock, expected(show))
    began = clock.now()
    rendering = render(show, seed, score=composer, presses=presses, start=start, limit=limit, progress=progress)
    progress.close()
    for problem in unreached(str(entries), rendering.unreached):
        print(problem, file=sys.stderr)
    return _leave(rendering, out, began, progress, picture=picture, as_json=as_json, composer=composer)


def presses_of(show: Show, entries: Path | None) -> tuple[Press, ...] | None:
    """What a file of entries asks for; None after its problems were told. Raises OSError."""
    if entries is None:
        return ()
    data = entries.read_bytes()
    script = read_entries(str(entries), data, understanding(show))
    if script.problems:
        print(report(script.problems, {str(entries): data}), file=sys.stderr)
        return None
    return script.presses


def replay(path: Path, out: Path, *, picture: bool, as_json: bool) -> int:
    """Play the journal at ``path`` again. Raises OSError when it cannot be read."""
    clock = SystemClock()
    began = clock.now()
    read = journals.read(path)
    try:
        show, _ = show_of(read)
    except NightError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return BAD_JOURNAL
    if read.lost:
        print(f"{path}: {read.lost}", file=sys.stderr)
    assert read.header is not None
    options = dict(read.header.options)
    entries = [entry_of(entered) for entered in read.entries]
    composer, progress = Composer(), Progress(sys.stderr, clock, expected(show))
    rendering = render(
        show, read.header.tonight, score=composer, entries=entries, start=options.get("start") or None, armed=options.get("armed") == "1",
        until=_reached(read), progress=progress,
    )  # fmt: skip
    progress.close()
    print(_verdict(read, rendering), file=sys.stderr)
    if lates := lates_of(read):
        rendering = replace(rendering, events=as_heard(rendering, lates, entries, options, Composer()))
        print(f"{len(lates)} times that night music came too late to act; the replay plays what was heard", file=sys.stderr)
    return _leave(rendering, out, began, progress, picture=picture, as_json=as_json, composer=composer)


def _verdict(read: journals.Read, rendering: Rendering) -> str:
    """Whether this replay is the night: its digest is compared at every bar where the night wrote one down."""
    digest, bar, place, missing = Digest(), 0, 0, 0
    found, events = seals(read), rendering.events
    for seal in found:
        end = bisect_left(events, seal.tick, lo=place, key=lambda event: event.at)
        if seal.link == ANEW:
            digest, missing = Digest(), missing + sum(isinstance(event, BarMark) for event in events[place:end])
        else:
            digest.add(events[place:end])
        bar += sum(isinstance(event, BarMark) for event in events[place:end])
        place = end
        if digest.link != seal.link:
            return f"this replay differs from the night before bar {bar + 1}"
    unsealed = f" but {missing}, which nobody composed that night" if missing else ""
    return f"equal to the night in all {len(found)} digests, {bar} bars{unsealed}" if found else "the night wrote no digest down"


def _reached(read: journals.Read) -> Tick | None:
    """How far the night went: its last snapshot (one is taken on leaving) or entry; None = to the form's end."""
    ticks = [record.tick for record in read.records if isinstance(record, journals.Entered | journals.Snapshot)]
    return Tick(max(ticks)) if ticks else None


def _leave(rendering: Rendering, out: Path, began: int, progress: Progress, *, picture: bool, as_json: bool, composer: Composer) -> int:
    for fell in composer.take_fallen():
        print(f"performer: {fell.part} fell back to {fell.rung} in bar {fell.bar + 1}: {fell.why}", file=sys.stderr)
    progress.say(f"writing {out} ...")
    files = export(rendering, out, picture=picture)
    progress.close()
    told = summary(rendering, (SystemClock().now() - began) / 1e9, files)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return OK
    minutes, seconds = divmod(round(rendering.music_micros / 1e6), 60)
    title = rendering.show.title or rendering.show.name
    print(f"{title}: {minutes}:{seconds:02d} of music in {told['wall_seconds']} s, seed {rendering.seed}")
    for path in files:
        print(f"  {path}")
    print(worn(rendering.show.versions, "  styles "))
    print(f"  digest {rendering.digest}")
    return OK
