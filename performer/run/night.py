"""From a journal to the performance it tells of: what the engine, the composer and a replay begin with.

Law of this file: the journal alone is enough. The header holds the bytes of the show, an entry its raw
message with its stamp; a snapshot only makes it quicker.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from performer import __version__
from performer.controls import MACROS, Control, Entry, Remark
from performer.engine import snapshot as snapshots
from performer.engine.performance import LateEntryError, Performance, Score
from performer.events import Digest
from performer.records import Sealed
from performer.run.journal.format import LISTENER, SEALED, Entered, Read, Reported, Snapshot
from performer.run.journal.format import read as read_whole
from performer.show.definition import Controls, Output, Rig, Show
from performer.show.load import load_bytes
from performer.ticks import QUARTER, Tick
from performer.wire.osc import OscError, decode, padded
from performer.wire.surface import Problem, Release, control_of
from performer.wire.vocabulary import ROOT, Ping, Subscribe

UNKNOWN = Remark("?")
"""What an entry becomes that this version does not understand: its number is taken, and nothing else."""


_PASSING = tuple(padded(f"{ROOT}/{name}") for name in (*MACROS, "quarter", "section"))
"""The beginnings of messages that a snapshot holds whole: after hours of moving faders they are not read again one by one."""


ANEW = bytes(16)
"""The link that a digest begins with: sealed at a tick it says that what was before is in no digest."""
UNSEALED = 16 * QUARTER
"""Ticks without a digest after which a new one begins: four bars, of which one is sealed each."""


class NightError(Exception):
    """A journal from which nothing can be played; the message is for the operator."""


@dataclass(slots=True)
class Night:
    """A performance as far as its journal goes. ``digest``: of all before its committed edge.

    ``entries``: those of the journal as it was read, newest last, mix acts too; what the snapshot holds anyway is not among
    them, but for the newest of all. None is added as the night goes on: an evening of moving faders has a million.

    ``listeners``: who wants feedback, (host, port, port it was asked from).
    """

    show: Show
    rig: Rig
    performance: Performance
    digest: Digest
    entries: list[Entry]
    options: dict[str, str]
    notes: list[str]
    listeners: tuple[tuple[str, int, int], ...] = ()


def rig_bytes(rig: Rig) -> bytes:
    """A rig as the header keeps it."""
    return json.dumps(asdict(rig)).encode()


def rig_of(data: bytes) -> Rig:
    """The rig in a header. Raises NightError."""
    try:
        told = json.loads(data)
        told["outputs"] = tuple(Output(**output) for output in told["outputs"])
        for name in ("routes", "lights"):
            told[name] = tuple((key, tuple(values)) for key, values in told[name])
        told["controls"] = tuple(Controls(**{**row, "at": tuple(row["at"])}) for row in told["controls"])
        told["broker"] = tuple(told["broker"]) if told["broker"] else None
        return Rig(**told)
    except (ValueError, TypeError, KeyError) as error:
        raise NightError(f"the rig in this journal is of another version: {error}") from error


def entry_of(entered: Entered) -> Entry:
    """The entry that a record holds; its control is ``UNKNOWN`` when its message means nothing to this version."""
    control = control_in(entered.data) or UNKNOWN
    return Entry(seq=entered.seq, tick=Tick(entered.tick), reach=Tick(entered.reach), control=control)


def control_in(data: bytes) -> Control | None:
    """The control that a packet asks for; None when it means nothing to this version."""
    try:
        messages = decode(data)
    except OscError:
        return None
    found = control_of(messages[0], internal=True) if messages else None
    return None if found is None or isinstance(found, Problem | Release | Ping | Subscribe) else found


def show_of(read: Read) -> tuple[Show, Rig]:
    """The show and the rig of a journal. Raises NightError."""
    if read.header is None:
        raise NightError(f"this journal has no beginning: {read.lost or 'it is empty'}")
    loaded = load_bytes(dict(read.header.files), read.header.files[0][0])
    if loaded.show is None:
        first = loaded.problems[0] if loaded.problems else "no show in it"
        raise NightError(f"the show in this journal (performer {read.header.performer}) cannot be read by performer {__version__}: {first}")
    return loaded.show, rig_of(read.header.rig)


def begin(read: Read, *, score: Score | None = None, edge: int | None = None) -> Night:
    """The night of a journal, from its last snapshot on. Raises NightError.

    ``edge``: the commit edge of the living (ticks). Where it lies more than ``UNSEALED`` beyond the last digest, nobody composed
    for so long that composing it now, for the digest alone, would keep whoever comes back from playing: the digest begins anew.
    """
    show, rig = show_of(read)
    assert read.header is not None
    options = dict(read.header.options)
    sealed = _sealed(read)
    if edge is not None and edge - sealed.tick > UNSEALED:
        sealed = Sealed(edge, ANEW)
    performance = _resumed(read, show, score, sealed.tick)
    if performance is None and read.passed:
        return begin(read_whole(read.passed), score=score, edge=edge)  # what stands before its landing is needed after all
    if performance is None:
        performance = Performance(
            show, read.header.tonight, score=score, armed=options.get("armed") == "1", start=options.get("start") or None
        )
    notes = [read.lost] if read.lost else []
    night = Night(
        show=show, rig=rig, performance=performance, digest=Digest(sealed.link), entries=[], options=options, notes=notes,
        listeners=_listeners(read),
    )  # fmt: skip
    entries = read.entries
    for entered in entries:
        if entered.seq > performance.seq or entered is entries[-1] or not entered.data.startswith(_PASSING):
            night.entries.append(follow(night, entered))
    performance.skip(Tick(sealed.tick))
    return night


def seals(read: Read) -> list[Sealed]:
    """The digests that the night wrote down, in order."""
    told = [record.values for record in read.records if isinstance(record, Reported) and record.kind == SEALED]
    return [Sealed(tick, bytes.fromhex(link)) for tick, link in told if isinstance(tick, int) and isinstance(link, str)]


def _sealed(read: Read) -> Sealed:
    found = seals(read)
    return found[-1] if found else Sealed(0, ANEW)


def _listeners(read: Read) -> tuple[tuple[str, int, int], ...]:
    found: dict[tuple[str, int], int] = {}
    for record in read.records:
        if isinstance(record, Reported) and record.kind == LISTENER and len(record.values) == 4:
            host, port, source, on = record.values
            found.pop((str(host), int(port)), None)
            if on:
                found[str(host), int(port)] = int(source)
    return tuple((host, port, source) for (host, port), source in found.items())


def follow(night: Night, entered: Entered, accept: Callable[[Entry], None] | None = None) -> Entry:
    """Take one more record: into the performance (by ``accept``) when it is new to it. What cannot be taken is noted, never raised."""
    entry = entry_of(entered)
    if entry.control is UNKNOWN:
        night.notes.append(f"entry {entered.seq} means nothing to this version")
    if entry.seq > night.performance.seq:
        try:
            (accept or night.performance.accept)(entry)
        except LateEntryError as error:
            night.notes.append(str(error))
    return entry


def _resumed(read: Read, show: Show, score: Score | None, before: int) -> Performance | None:
    """From the last snapshot that is not beyond ``before``, the tick of the last digest."""
    for record in reversed(read.records):
        if isinstance(record, Snapshot) and record.tick <= before:
            try:
                return Performance.resumed([show], snapshots.read(record.data), score=score)
            except (ValueError, KeyError):
                continue
    return None
