"""``performer suggest``: other chords, rhythms, bass lines or motifs for a section, to be read, pasted and heard.

Law of this file: a proposal is what the section would have in a song of another identity, put into this song: everything else
stays. Proposals differ from each other and from what the section has.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from performer.engine.composer import Composer
from performer.engine.identity import idea_of
from performer.engine.planner import phrase_at
from performer.music.chance import Chance
from performer.music.chart import Bars
from performer.music.chart import read as chart_read
from performer.music.chart import written as chart
from performer.rehearse.decided import decided
from performer.rehearse.export import audible, tracks_of
from performer.rehearse.midi_file import midi_file
from performer.rehearse.render import render
from performer.rehearse.resolved import chart_of, motif_of, tree
from performer.show import sections as rows
from performer.show.definition import Section, Show, Song
from performer.show.motifs import degrees
from performer.show.values import note_value
from performer.source.writer import pairs, scalar, written

OK, FAILED, USAGE = 0, 1, 2
TRIES = 12
"""Identities that are asked for each proposal that is wanted; a style has only so many ideas."""
SPARE = 3
"""Ideas that are looked at for each one that is proposed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """``lines``: what is pasted into the song's file, ``where``: its place there, in words; ``song``: the song with it.

    ``said``: what it says that the section has not, by address.
    """

    lines: str
    where: str
    song: Song
    said: Mapping[str, str]


Ask = Callable[[Song, Section, Song], dict[str, str]]
"""What a section has in a song of another identity (or in the song itself), by address."""
Put = Callable[[Song, Section, Mapping[str, str]], Proposal]


def proposals(song: Song, section: Section, what: str, count: int, seed: int) -> tuple[Proposal, ...]:
    """At most ``count`` proposals for a section, as unlike each other as may be; fewer where the style has no more.

    ``what``: a key of ``KINDS``.
    """
    ask, put = KINDS[what]
    now = ask(song, section, song)
    found: list[dict[str, str]] = []
    for other in _others(song, section, what, count * TRIES, seed):
        said = {address: value for address, value in ask(other, section, song).items() if now.get(address) != value}
        if said and said not in found:
            found.append(said)
        if len(found) == count * SPARE:
            break
    return tuple(put(song, section, said) for said in _unlike(found, count))


def _unlike(found: list[dict[str, str]], count: int) -> list[dict[str, str]]:
    """The first, then each time one that shares the least with any that was taken."""
    out, rest = found[:1], found[1:]
    while rest and len(out) < count:
        best = min(rest, key=lambda one: max(_shared(one, other) for other in out))
        rest.remove(best)
        out.append(best)
    return out


def _shared(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    """Per mille of what is said in either that is the same in both: words at the same place, signs of a single word."""
    return sum(_alike(one[address], other[address]) for address in one.keys() & other.keys()) // len(one.keys() | other.keys())


def _alike(one: str, other: str) -> int:
    signs: tuple[Sequence[str], Sequence[str]] = (one.split(), other.split()) if " " in one + other else (one, other)
    return 1000 * sum(a == b for a, b in zip(*signs, strict=False)) // max(map(len, signs))


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


def _chords(other: Song, section: Section, _song: Song) -> dict[str, str]:
    there = other.section(section.name)
    bars = chart_of(other, there) if there.chords is None else _repeated(there.chords, there.bars)
    return {rows.CHORDS.key: chart(bars)}


def _repeated(chords: Bars, bars: int) -> Bars:
    return tuple(chords[bar % len(chords)] for bar in range(bars))


def _with_chords(song: Song, section: Section, said: Mapping[str, str]) -> Proposal:
    bars = _repeated(chart_read(said[rows.CHORDS.key], song.key), section.bars)
    sections = tuple(replace(s, chords=bars) if s.name == section.name else s for s in song.sections)
    lines = written(pairs({rows.CHORDS.key: scalar(said[rows.CHORDS.key])}))
    instead = " instead of its chords" if section.chords is not None else ""
    return Proposal(lines, f"in the section {section.name}{instead}", replace(song, sections=sections), said)


def _is(address: str, what: str, idea: str) -> bool:
    """Whether a decision of the idea is one of those that are proposed."""
    steps = address.split("/")
    if what == "motif":
        return steps[0] == "motif"
    if steps[0] != idea or len(steps) != 3 or steps[1] == "plays":
        return False
    return steps[2] == "bass" if what == "bass" else steps[2] == "comp" or steps[1] == "drums"


def _decisions(what: str) -> Ask:
    def ask(other: Song, section: Section, _song: Song) -> dict[str, str]:
        told = decided(alone(other, section), other.seed, ()).decisions[other.name]
        return {address: value for address, value in told.items() if _is(address, what, idea_of(section))}

    return ask


def _with(song: Song, _section: Section, said: Mapping[str, str]) -> Proposal:
    decisions = tuple({**dict(song.decisions), **said}.items())
    lines = written(tree(said) if song.decisions else pairs({"decisions": tree(said)}))
    where = "under decisions, instead of what is said there of it" if song.decisions else "at the end of the song's file"
    return Proposal(lines, where, replace(song, decisions=decisions), said)


def _motif(other: Song, section: Section, song: Song) -> dict[str, str]:
    """Another tune in the place of the one that the section is about."""
    plan = phrase_at(song, section, 0, section.bars, section.meter or song.meter)
    name = next((s.name for s in plan.statements if s.voice == "lead"), "hook")
    told = decided(alone(other, section), other.seed, ()).decisions[other.name]
    value = told.get(f"motif/{name}") or told.get("motif/hook")
    return {f"motif/{name}": value} if value is not None else {}


def _with_motif(song: Song, section: Section, said: Mapping[str, str]) -> Proposal:
    (address, value), *_ = said.items()
    name = address.partition("/")[2]
    if name not in dict(song.motifs):
        return _with(song, section, said)
    each, _, signs = value.partition(": ")
    motifs = tuple((known, degrees(signs, note_value(each)) if known == name else notes) for known, notes in song.motifs)
    registers = tuple(row for row in song.registers if row[0] != name)
    where = "instead of the hook" if name == "hook" else "under motifs, instead of the one of that name"
    changed = replace(song, motifs=motifs, registers=registers, bending=(*song.bending, name))
    return Proposal(written(pairs({name: motif_of(value)})), where, changed, said)


KINDS: dict[str, tuple[Ask, Put]] = {
    "chords": (_chords, _with_chords), "rhythm": (_decisions("rhythm"), _with), "bass": (_decisions("bass"), _with),
    "motif": (_motif, _with_motif),
}  # fmt: skip
"""What can be proposed: asked of songs of other identities, for a section, and put into the song."""


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
        print(f"# {number}{f', {path}' if path else ''}: {proposal.where}\n{proposal.lines}")
        if path is not None:
            _heard(proposal, section, seed, path)
    if len(found) < count:
        print(f"# the style has no more than {len(found)} others")
    return OK


def _heard(proposal: Proposal, section: Section, seed: int, path: Path) -> None:
    show = alone(proposal.song, proposal.song.section(section.name))
    rendering = render(show, seed, score=Composer())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(midi_file(show.title, audible(rendering), rendering.tempo, tracks_of(rendering)))
