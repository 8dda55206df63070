"""``performer suggest``: other chords, rhythms, bass lines or motifs for a section, to be read, pasted and heard.

Law of this file: a proposal is what the section would have in a song of another identity, put into this song: everything else
stays. Proposals differ from each other and from what the section has.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from performer.engine.composer import Composer
from performer.engine.identity import idea_of
from performer.engine.planner import phrase_at
from performer.music.chance import Chance
from performer.music.chart import Bars
from performer.music.chart import written as chart
from performer.rehearse.decided import decided
from performer.rehearse.export import audible, tracks_of
from performer.rehearse.midi_file import midi_file
from performer.rehearse.render import render
from performer.rehearse.resolved import chart_of, motif_of, tree
from performer.show.definition import Section, Show, Song
from performer.show.motifs import degrees
from performer.show.values import note_value
from performer.source.nodes import Node
from performer.source.writer import pairs, scalar, written

OK, FAILED, USAGE = 0, 1, 2
TRIES = 12
"""Identities that are asked for each proposal that is wanted; a style has only so many ideas."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """``lines``: what is pasted into the song's file; ``song``: the song with it."""

    lines: str
    song: Song


def proposals(song: Song, section: Section, what: str, count: int, seed: int) -> tuple[Proposal, ...]:
    """At most ``count`` proposals for a section; fewer where the style has no more. ``what``: a key of ``KINDS``."""
    draw = KINDS[what]
    now = draw(song, section, song)
    seen = {now.lines if now is not None else ""}
    out: list[Proposal] = []
    for other in _others(song, section, what, count * TRIES, seed):
        found = draw(other, section, song)
        if found is not None and found.lines not in seen and len(out) < count:
            seen.add(found.lines)
            out.append(found)
        if len(out) == count:
            break
    return tuple(out)


def _others(song: Song, section: Section, what: str, count: int, seed: int) -> Iterator[Song]:
    """The song as others would be, with nothing written of what is asked for."""
    chance = Chance.of(seed).at("suggest", song.name, section.name, what)
    free = tuple(row for row in song.decisions if what == "chords" or not _is(row[0], what, idea_of(section)))
    bare = tuple(replace(s, chords=None) if what == "chords" else s for s in song.sections)
    motifs = () if what == "motif" else song.motifs
    for number in range(count):
        yield replace(song, seed=chance.below(2**32, number), decisions=free, sections=bare, motifs=motifs)


def alone(song: Song, section: Section) -> Show:
    """A show of this section, once."""
    once = replace(section, then=(), until_next=False, give_up=None, waits_for_go=False, count_in=0, ring=False)
    sections = tuple(once if s.name == section.name else s for s in song.sections)
    song = replace(song, sections=sections, form=(section.name,), loop_to=None)
    return Show(name=song.name, title=f"{song.title}: {section.name}", songs=(song,), fingerprint="")


# --- what can be proposed


def _chords(other: Song, section: Section, song: Song) -> Proposal | None:
    there = other.section(section.name)
    bars = chart_of(other, there) if there.chords is None else _repeated(there.chords, there.bars)
    sections = tuple(replace(s, chords=bars) if s.name == section.name else s for s in song.sections)
    lines = written(pairs({"sections": pairs({section.name: pairs({"chords": scalar(chart(bars))})})}))
    return Proposal(lines, replace(song, sections=sections))


def _repeated(chords: Bars, bars: int) -> Bars:
    return tuple(chords[bar % len(chords)] for bar in range(bars))


def _is(address: str, what: str, idea: str) -> bool:
    """Whether a decision of the idea is one of those that are proposed."""
    steps = address.split("/")
    if what == "motif":
        return steps[0] == "motif"
    if steps[0] != idea or len(steps) != 3 or steps[1] == "plays":
        return False
    return steps[2] == "bass" if what == "bass" else steps[2] == "comp" or steps[1] == "drums"


def _decisions(what: str) -> Callable[[Song, Section, Song], Proposal | None]:
    def draw(other: Song, section: Section, song: Song) -> Proposal | None:
        told = decided(alone(other, section), other.seed, ()).decisions[other.name]
        found = {address: value for address, value in told.items() if _is(address, what, idea_of(section))}
        return _with(song, found) if found else None

    return draw


def _with(song: Song, found: Mapping[str, str]) -> Proposal:
    lines = written(pairs({"decisions": tree(found)}))
    return Proposal(lines, replace(song, decisions=tuple({**dict(song.decisions), **found}.items())))


def _motif(other: Song, section: Section, song: Song) -> Proposal | None:
    """Another tune in the place of the one that the section is about."""
    plan = phrase_at(song, section, 0, section.bars, section.meter or song.meter)
    name = next((s.name for s in plan.statements if s.voice == "lead"), "hook")
    given = dict(song.motifs)
    told = decided(alone(other, section), other.seed, ()).decisions[other.name]
    value = told.get(f"motif/{name}") or told.get("motif/hook")
    if value is None:
        return None
    if name not in given:
        return _with(song, {f"motif/{name}": value})
    each, _, signs = value.partition(": ")
    motifs = tuple((known, degrees(signs, note_value(each)) if known == name else notes) for known, notes in song.motifs)
    tune: Node = motif_of(value)
    lines = written(pairs({"hook": tune} if name == "hook" else {"motifs": pairs({name: tune})}))
    registers = tuple(row for row in song.registers if row[0] != name)
    return Proposal(lines, replace(song, motifs=motifs, registers=registers, bending=(*song.bending, name)))


KINDS: dict[str, Callable[[Song, Section, Song], Proposal | None]] = {
    "chords": _chords, "rhythm": _decisions("rhythm"), "bass": _decisions("bass"), "motif": _motif,
}  # fmt: skip
"""What can be proposed: from a song of another identity, for a section, into the song."""


# --- the command


def command(show: Show, name: str, what: str, count: int, seed: int, out: Path | None) -> int:
    """Print proposals, and with ``out`` write a MIDI file of the section with each. Returns the exit code; raises OSError."""
    song = next((song for song in show.songs if any(s.name == name and not s.kept for s in song.sections)), None)
    if song is None:
        known = ", ".join(dict.fromkeys(s.name for song in show.songs for s in song.sections))
        print(f"performer: no section called {name!r} ({known})", file=sys.stderr)
        return USAGE
    section = song.section(name)
    found = proposals(song, section, what, count, seed)
    if not found:
        print(f"performer: there is no other {what} for {name}: nobody plays it there, or its style has one alone", file=sys.stderr)
        return FAILED
    for number, proposal in enumerate(found, 1):
        path = out / f"{name}-{what}-{number}.mid" if out is not None else None
        print(f"# {number}{f', {path}' if path else ''}: {_place(proposal.lines)}\n{proposal.lines}")
        if path is not None:
            _heard(proposal, section, seed, path)
    if len(found) < count:
        print(f"# the style has no more than {len(found)} others")
    return OK


def _place(lines: str) -> str:
    """Where the lines go: a song has each of its keys once."""
    key = lines.partition(":")[0]
    return "instead of the song's hook" if key == "hook" else f"under the song's own {key}"


def _heard(proposal: Proposal, section: Section, seed: int, path: Path) -> None:
    show = alone(proposal.song, proposal.song.section(section.name))
    rendering = render(show, seed, score=Composer())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(midi_file(show.title, audible(rendering), rendering.tempo, tracks_of(rendering)))
