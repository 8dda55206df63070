"""Sections that were kept on stage: read from a show, made from what was played, and written as text.

Law of this file: ``kept`` of ``written(...)`` is what was written, so that a section kept tonight is the same next week. The
text stands in a file of its own beside the song's (``night-drive.kept.yaml``): the author's file is never touched.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from performer.music.curve import at_bar
from performer.show.cues import CUES_KIND, Rules, named
from performer.show.definition import CueAt, CueRule, Section
from performer.show.desk import Desk
from performer.show.fields import NUMBER, Field, Kind, Table, Taken, listing, one_of, take, under, value, words
from performer.show.values import whole
from performer.source.nodes import Mark, Node, Scalar
from performer.source.problems import Wrong, quoted
from performer.takes import Excerpt, Kept, Pass, Take
from performer.ticks import Meter

SIDE = ".kept.yaml"
HEAD = """# Kept on stage. Each of these sections plays again what was played: press its button, put its name into the song's form,
# move it into the song's own file, or delete it. A new name is fine; what stands behind 'kept' belongs together.
sections:
"""
_PASS = re.compile(r"(\S+) (\d{1,3})-(\d{1,3}) of (\d{1,3}), visit (\d{1,5}), bar (\d{1,6})(?:, after (\d{1,5}) bars)?")
_HINT = "such as verse 9-16 of 16, visit 2, bar 57"


def side_of(file: str) -> str:
    """The file of a song's kept sections."""
    return re.sub(r"\.ya?ml$", "", file) + SIDE


def _pass(text: str) -> Pass:
    match = _PASS.fullmatch(text)
    if match is None:
        raise Wrong(f"{quoted(text)} does not say which bars", _HINT)
    first, last, of, visit, stay = int(match[2]), int(match[3]), int(match[4]), int(match[5]), int(match[7] or 0)
    if not 1 <= first <= last <= 512 or not 1 <= of <= 512 or visit < 1 or int(match[6]) < 1:
        raise Wrong(f"there are no bars {first}-{last} of {of}", _HINT)
    return Pass(section=match[1], visit=visit - 1, stay=stay, start=first - 1, bars=last - first + 1, of=of, bar=int(match[6]) - 1)


def _said(where: Pass) -> str:
    text = f"{where.section} {where.start + 1}-{where.start + where.bars} of {where.of}, visit {where.visit + 1}, bar {where.bar + 1}"
    return f"{text}, after {where.stay} bars" if where.stay else text


def _locked(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"(\S+), visit (\d{1,5})", text)
    if match is None or int(match[2]) < 1:
        raise Wrong(f"{quoted(text)} does not say whose variation is kept", "such as verse, visit 1")
    return match[1], int(match[2]) - 1


def _bent(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,4}) at (\d{1,4})", text)
    if match is None:
        raise Wrong(f"{quoted(text)} does not say where the end was moved", "such as 9 at 500")
    return int(match[1]), int(match[2])


def _number(least: int, most: int) -> Kind[int]:
    return value("a whole number", lambda text: whole(text, least, most), NUMBER)


def _word(expected: str) -> Kind[str]:
    return value(expected, lambda text: text)


_BARS: Kind[Pass] = value("bars of a section", _pass)
PART: Field[str] = Field("part", _word("a part"), "whose take it is", needed=True)
IDEA: Field[str] = Field("idea", _word("a section"), "the section whose idea it is", needed=True)
TAKE: Field[int] = Field("take", _number(1, 100_000), "which drawing of the idea, from 1")
VARIATION: Field[int] = Field("variation", _number(1, 100_000), "which variation of it, from 1")
LOCKED: Field[tuple[str, int]] = Field("locked", value("a section and a visit", _locked), "whose variation it keeps: verse, visit 1")
AGAIN: Field[Pass] = Field("again", _BARS, "bars that it played once more")
TAKES = Table("take", (PART, IDEA, TAKE, VARIATION, LOCKED, AGAIN))

PLAY: Field[Pass] = Field("play", _BARS, f"the bars, {_HINT}", needed=True)
NIGHT: Field[int] = Field("night", _number(0, 2**63 - 1), "the seed of the night in which they were played", needed=True)
STEP: Field[int] = Field("place", _number(1, 10_000), "the place in the form at which they stood, from 1")


def _read_take(desk: Desk, node: Node, path: str) -> Take | None:
    taken = take(desk, node, path, TAKES)
    if taken is None or not taken.get(PART) or not taken.get(IDEA):
        return None
    return Take(
        song=0, part=taken.get(PART) or "", idea=taken.get(IDEA) or "", number=(taken.get(TAKE) or 1) - 1,
        turn=(taken.get(VARIATION) or 1) - 1, locked=taken.get(LOCKED) or ("", 0), again=taken.get(AGAIN),
    )  # fmt: skip


BENT: Field[tuple[int, int]] = Field("bent", value("a bar and per mille", _bent), "where a hand had moved the section's end: 9 at 500")
BEFORE: Field[str] = Field("before", _word("a section"), "the section that was played before it")
TAKEN: Field[tuple[Take, ...]] = Field(
    "takes", listing(one_of(TAKES.schema(), _read_take), "takes of parts", 256), "takes of parts that hands shaped"
)
OUT = Field("out", words("parts"), "parts that a hand had taken out")
IN = Field("in", words("parts"), "parts that a hand had brought in")
EXCERPT = Table("kept passage", (PLAY, NIGHT, STEP, BEFORE, BENT, TAKEN, OUT, IN))


def _read_excerpt(desk: Desk, node: Node, path: str) -> tuple[Mark, Excerpt] | None:
    taken = take(desk, node, path, EXCERPT)
    where, night = (taken.get(PLAY), taken.get(NIGHT)) if taken else (None, None)
    if taken is None or where is None or night is None:
        return None
    return taken.mark(PLAY), Excerpt(
        where=where, night=night, step=(taken.get(STEP) or 1) - 1, before=taken.get(BEFORE) or "", bent=taken.get(BENT) or (0, 0),
        takes=taken.get(TAKEN) or (),
        absent=tuple(word.text for word in taken.get(OUT) or ()), brought=tuple(word.text for word in taken.get(IN) or ()),
    )  # fmt: skip


CUES: Field[tuple[tuple[Scalar, Rules], ...]] = Field("cues", CUES_KIND, "cues and when they fire")
Passages = tuple[tuple[Mark, Excerpt], ...]
KEPT: Field[Passages] = Field(
    "kept", listing(one_of(EXCERPT.schema(), _read_excerpt), "passages", 64), "passages that were kept on stage: written by performer"
)


def read_kept(desk: Desk, taken: Taken, known: Mapping[str, Section], meter: Meter) -> tuple[Excerpt, ...]:
    """The passages of a section, each of a section that is composed, all in one meter; what is wrong stands on the desk."""
    found, meters = [], set()
    for mark, excerpt in taken.get(KEPT) or ():
        source = known.get(excerpt.where.section)
        if source is None or source.kept:
            desk.problem(mark, taken.at(KEPT), f"there is no section called {quoted(excerpt.where.section)} to play from")
            continue
        meters.add(source.meter or meter)
        found.append(excerpt)
    if len(meters) > 1:
        desk.problem(taken.mark(KEPT), taken.at(KEPT), "these bars have different meters", "keep them as two sections")
    if not found and not desk.problems:
        desk.problem(taken.mark(KEPT), taken.at(KEPT), "there are no bars in it")
    return tuple(found)


def kept_sections(desk: Desk, written: Mapping[str, Taken], sections: tuple[Section, ...], meter: Meter) -> tuple[Section, ...]:
    """The sections that say ``kept``; besides it they may have cues alone."""
    known, found = {section.name: section for section in sections}, []
    for name, taken in written.items():
        for key in taken.nodes:
            if key not in (KEPT.key, CUES.key):
                desk.problem(taken.nodes[key], under(taken.path, key), "stands beside 'kept', which says it already", "leave it out")
        excerpts = read_kept(desk, taken, known, meter)
        if excerpts:
            cues = named(taken.get(CUES) or ())
            found.append(replace(section_of(Kept(song=0, name=name, excerpts=excerpts), sections), cues=cues))
    return tuple(found)


def section_of(kept: Kept, sections: Iterable[Section]) -> Section:
    """The section that plays what was kept; the macros are set where it begins. KeyError for a passage of an unknown section."""
    known = {section.name: section for section in sections}
    first, last = kept.excerpts[0].where, kept.excerpts[-1].where
    source, end = known[first.section], known[last.section]
    energy = _energy(source, first.start, first.of), _energy(end, last.start + last.bars - 1, last.of)
    return Section(
        name=kept.name, bars=sum(e.where.bars for e in kept.excerpts), role=source.role, energy=((0, energy[0]), (1000, energy[1])),
        tempo=_tempo(source, first), meter=source.meter, parts=source.parts, add=source.add, without=source.without, mix=source.mix,
        light=source.light, visual=source.visual, key_shift=source.key_shift, kept=kept.excerpts,
        cues=tuple(CueRule(name=name, args=(amount / 1000,), at=CueAt.START) for name, amount in kept.macros),
    )  # fmt: skip


def _energy(section: Section, bar: int, bars: int) -> int:
    return at_bar(section.energy, bar, bars)


def _tempo(section: Section, where: Pass) -> tuple[int, int] | None:
    """The stretch of the section's own tempo that these bars had."""
    if section.tempo is None:
        return None
    start, end = section.tempo
    first, last = (start + (end - start) * min(bar, where.of) // where.of for bar in (where.start, where.start + where.bars))
    return first, last


# --- as text


def written(kept: Kept) -> str:
    """The section as it stands under ``sections:`` in a file."""
    lines = [f"  {kept.name}:", "    kept:"]
    for excerpt in kept.excerpts:
        lines += [f'      - play: "{_said(excerpt.where)}"', f"        night: {excerpt.night}", f"        place: {excerpt.step + 1}"]
        lines += [f"        before: {quote(excerpt.before)}"] if excerpt.before else []
        lines += [f"        bent: {excerpt.bent[0]} at {excerpt.bent[1]}"] if excerpt.bent != (0, 0) else []
        if excerpt.takes:
            lines.append("        takes:")
            lines += [f"          - {_take(take)}" for take in excerpt.takes]
        for key, names in (("out", excerpt.absent), ("in", excerpt.brought)):
            if names:
                lines.append(f"        {key}: [{', '.join(quote(name) for name in names)}]")
    if kept.macros:
        lines.append("    cues:")
        lines += [f"      {name}: {{at: start, args: {amount / 1000}}}" for name, amount in kept.macros]
    return "\n".join(lines) + "\n"


def quote(text: str) -> str:
    """A name as YAML takes it whatever it holds."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _take(take: Take) -> str:
    said = [f"part: {quote(take.part)}", f"idea: {quote(take.idea)}"]
    said += [f"take: {take.number + 1}"] if take.number else []
    said += [f"variation: {take.turn + 1}"] if take.turn else []
    said += [f'locked: "{take.locked[0]}, visit {take.locked[1] + 1}"'] if take.locked[0] else []
    said += [f'again: "{_said(take.again)}"'] if take.again else []
    return "{" + ", ".join(said) + "}"
