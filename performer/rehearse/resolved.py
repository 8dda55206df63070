"""A song as it was decided, as a show file: the author's own values, and beside them what was decided where they say nothing.

Law of this file: the file plays the same events with the same seed of the night. What a key of the show can say is said by
that key (form, chords, tunes, versions of styles, cues), the rest stands under ``decisions`` by section. No notes but themes.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from performer.controls import Entry
from performer.engine.edits import PLAIN
from performer.engine.fusion import style_of
from performer.engine.identity import idea_of
from performer.engine.motifs import NAMES
from performer.engine.progressions import Stretch, texts
from performer.music.chart import Bars
from performer.music.chart import written as chart
from performer.rehearse.decided import Decided, Stint
from performer.rehearse.entries import line_of
from performer.rehearse.hands import Stood, followed
from performer.rehearse.hands import written as written_hands
from performer.rehearse.taken_way import form_of, linear, words_of
from performer.show import sections as rows
from performer.show import song as keys
from performer.show.definition import Curve, Section, Song
from performer.show.form import FORM
from performer.show.kept import KEPT
from performer.show.kept import written as written_kept
from performer.show.tunes import DEGREES, EACH, FOLLOWS
from performer.source.nodes import Node, Pairs, Scalar
from performer.source.reader import read
from performer.source.writer import pairs, scalar, written
from performer.takes import Kept

_FOUR = 4
"""Bars at whose end a fill may stand: elsewhere none is no choice."""


class Tale(Enum):
    """How a file tells what hands did, the plainest first: in the form, beside the author's form, or not at all."""

    WAY = 0
    FORM = 1
    LEFT = 2


class Told(NamedTuple):
    """The text of a song's file, and what of its performance is to be pressed still."""

    text: str
    left: tuple[Entry, ...]


def resolved(got: Decided, number: int, root: Pairs, side: Pairs | None, tale: Tale) -> Told:
    """The file of the song ``number`` of the show. ``root``: the author's file; ``side``: that of what was kept on stage."""
    rendering, kept = got.rendering, [one for one in got.hands.kept if one.song == number and tale is not Tale.LEFT]
    song = (got.show if kept else rendering.show).songs[number]
    known = {section.name for section in song.sections}
    way = [stint for stint in got.stints if stint.song == number and stint.section in known]
    decided = {address: value for address, value in got.decisions[song.name].items() if _about(address) <= known}
    pressed, left = written_hands(song, _hands(got, number, way, tale))
    own = {key.text: value for key, value in root.pairs}
    out: dict[str, Node] = {**own, keys.SEED.key: scalar(song.seed)}
    out[keys.PINS.key] = pairs({style.name: scalar(style.version) for style in song.styles})
    if keys.PARTS.key not in own:
        out[keys.PARTS.key] = scalar(" ".join(part.name for part in song.parts))
    tunes = _tunes(decided)
    if "hook" in tunes:
        out[keys.HOOK.key] = tunes.pop("hook")
    given = own.get(keys.MOTIFS.key)
    if tunes:
        out[keys.MOTIFS.key] = pairs({**({k.text: v for k, v in given.pairs} if isinstance(given, Pairs) else {}), **tunes})
    found = _sections(song, _written(song, own, side, kept), way, tale, bent=any(one.bends for one in got.hands.stood))
    out[keys.SECTIONS.key] = pairs(dict(found))
    out[FORM.key] = scalar(words_of(song.form, song.form[song.loop_to] if song.loop_to is not None else ""))
    if tale is Tale.WAY and way:
        last = number == max((bar.song for bar in rendering.bars), default=0)
        out[FORM.key] = scalar(form_of(song, way, decided, round_again=last and rendering.end == "form once"))
        decided = linear(decided, way)
    told = dict(song.decisions) | decided | pressed
    groups = tree({address: value for address, value in told.items() if _stays(address, value, found)})
    if groups.pairs:
        rest = {key.text: value for key, value in groups.pairs}
        order = [stint.section for stint in way]
        first = {name: rest.pop(name) for place in dict.fromkeys(order) for name in [*rest] if name.split("~")[0] == place}
        out[keys.DECISIONS.key] = pairs(first | rest)
    ordered = {row.key: out[row.key] for row in keys.SONG.fields if row.key in out}
    return Told(_head(song, got, left) + written(pairs(ordered), _comments(song, way, tale)), tuple(left))


def _about(address: str) -> set[str]:
    """The sections that an address names."""
    steps = address.split("/")
    if steps[0] == "motif":
        return set()
    return {steps[0].split("~")[0], *(steps[2:] if steps[1] == "way" else ())}


def _hands(got: Decided, number: int, way: Sequence[Stint], tale: Tale) -> list[Stood]:
    """What was pressed in the song, as far as the tale says it."""
    mine = [one for one in got.hands.stood if one.song == number]
    if tale is Tale.LEFT:
        return [one._replace(sayable=False) for one in mine]
    if tale is Tale.FORM:
        return mine
    out = {one.entry.seq: one for one in mine}
    for stint, following in pairwise([*way, None]):
        assert stint is not None
        here = [one for one in mine if one.section == stint.section and stint.visit <= one.visit < stint.visit + stint.repeats]
        out |= {one.entry.seq: one for one in followed(here, following.section if following else "")}
    return list(out.values())


def _head(song: Song, got: Decided, left: Sequence[Entry]) -> str:
    lines = [
        f"# {song.title}, resolved: every choice of one night (--seed {got.rendering.seed}), to be edited by hand. With that seed it plays",
        "# the same notes; another seed is another night of it, with the same form, chords, tunes and decisions. docs/resolve.md says",
        "# what may be written here. Delete a line, and it is drawn again.",
    ]
    if left:
        lines += ["#", "# No show can say this, so it is pressed still (rehearse --entries takes it without the #):"]
        lines += [f"# {line_of(entry, got.rendering)}" for entry in left]
    return "\n".join(lines) + "\n\n"


def _comments(song: Song, way: Sequence[Stint], tale: Tale) -> dict[str, str]:
    out = {
        keys.STYLE.key: "What it is like, in the versions of that night.", keys.PARTS.key: "Who plays.",
        keys.SECTIONS.key: "The stretches of the song, with the chords that were played.",
        FORM.key: "The way that was taken." if way and tale is Tale.WAY else "What was pressed leads elsewhere." if way else "Not played.",
        keys.DECISIONS.key: "What was decided besides. plays: from which energy; by visit and bar: fills, riffs, strokes, pressed.",
    }  # fmt: skip
    for name in dict.fromkeys(stint.section for stint in way):
        spans = [f"{one.first + 1}-{one.first + one.bars}" for one in way if one.section == name and one.bars]
        out[f"{keys.SECTIONS.key}.{name}"] = f"bars {', '.join(spans)}" if spans else "left as it began"
    for section in song.sections:
        out.setdefault(f"{keys.SECTIONS.key}.{section.name}", "not played")
    return out


# --- tunes


def _tunes(decided: Mapping[str, str]) -> dict[str, Node]:
    """The motifs that were invented, as motifs that follow the chords."""
    out: dict[str, Node] = {}
    for name in NAMES:
        value = decided.get(f"motif/{name}")
        if value is not None:
            out[name] = motif_of(value)
    return out


def motif_of(value: str) -> Pairs:
    """A motif as it stands under its name, from a decision such as ``1/16: 5 - . 6``."""
    each, _, signs = value.partition(": ")
    return pairs({DEGREES.key: scalar(signs), EACH.key: scalar(each), FOLLOWS.key: scalar("chords")})


# --- sections


def _written(song: Song, own: Mapping[str, Node], side: Pairs | None, kept: Sequence[Kept]) -> dict[str, Pairs]:
    """What stands in the file, in the one beside it and in what was kept about each section; what its style says where nothing does."""
    nodes = [own.get(keys.SECTIONS.key)]
    texts = [written_kept(one) for one in kept if song.section(one.name).kept == one.excerpts]
    for root in (side, *(read("kept", f"{keys.SECTIONS.key}:\n{text}".encode()).root for text in texts)):
        nodes += [value for key, value in root.pairs if key.text == keys.SECTIONS.key] if isinstance(root, Pairs) else []
    found = {k.text: v if isinstance(v, Pairs) else pairs({}) for node in nodes if isinstance(node, Pairs) for k, v in node.pairs}
    if own.get(keys.SECTIONS.key) is not None:
        return found
    return {section.name: _usual(section) for section in song.sections if section.name not in found} | found


def _usual(section: Section) -> Pairs:
    said: dict[str, Node] = {rows.AS.key: scalar(section.idea)} if section.idea else {}
    said |= {rows.BARS.key: scalar(section.bars), rows.ENERGY.key: scalar(curve(section.energy))}
    return pairs(said | ({rows.THEME.key: scalar(section.theme)} if section.theme else {}))


def curve(points: Curve) -> str:
    """A curve of evenly spaced points, as ``values.curve`` reads it."""
    values = [value for _, value in points]
    return " > ".join(f"{value / 1000:g}" for value in (values[:1] if len(set(values)) == 1 else values))


def _sections(song: Song, base: Mapping[str, Pairs], way: Sequence[Stint], tale: Tale, *, bent: bool) -> dict[str, Node]:
    """Every section with its chords. ``bent``: a hand may have made those longer or shorter that can be."""
    said = {name: {key.text: value for key, value in node.pairs} for name, node in base.items()}
    for name in {stint.section for stint in way} if tale is Tale.WAY else ():
        said[name].pop(rows.THEN.key, None)
    _charted(said, song, [name for name in dict.fromkeys(stint.section for stint in way) if not bent or name not in _elastic(song)])
    return {name: pairs(row) for name, row in said.items()}


def _elastic(song: Song) -> set[str]:
    """Sections without a length of their own, and those that share their chords: when they are bent, phrases say the chords."""
    ideas = {idea_of(section) for section in song.sections if section.stretch}
    return {section.name for section in song.sections if idea_of(section) in ideas}


def _charted(said: dict[str, dict[str, Node]], song: Song, played: Sequence[str]) -> None:
    """The chords that were played, at every one of these sections that neither writes nor takes over the same ones."""
    charts: dict[str, Bars] = {}
    for name in sorted(played, key=lambda name: _depth(said, name)):
        section = song.section(name)
        if section.chords is not None or section.kept:
            continue
        wanted = chart_of(song, section)
        like = said[name].get(rows.AS.key)
        taken = charts.get(like.text) if isinstance(like, Scalar) else None
        if taken is None or any(bar != taken[index % len(taken)] for index, bar in enumerate(wanted)):
            taken = wanted
            if len(wanted) <= 128:
                said[name][rows.CHORDS.key] = scalar(chart(wanted))
        charts[name] = taken


def _depth(said: Mapping[str, Mapping[str, Node]], name: str) -> int:
    row = said.get(name, {})
    return 1 + _depth(said, row[rows.AS.key].text) if rows.AS.key in row else 0  # type: ignore[union-attr]


def chart_of(song: Song, section: Section) -> Bars:
    """The chord words of every bar of a section as long as it is written, its last chord aside."""
    style = style_of(song, section)
    out: list[tuple[str, ...]] = []
    for start in range(0, section.bars, style.phrase):
        count = min(style.phrase, section.bars - start)
        stretch = Stretch(start, count, False)
        out += texts(song, section, style, stretch)
    return tuple(out)


# --- decisions


def _stays(address: str, value: str, sections: Mapping[str, Node]) -> bool:
    """Whether a decision is neither said by a key nor the only thing that could have been."""
    steps = address.split("/")
    if steps[0] == "motif":
        return False
    if steps[1:2] == ["chords"]:
        row = sections.get(steps[0])
        return not (isinstance(row, Pairs) and any(key.text in (rows.CHORDS.key, KEPT.key) for key, _ in row.pairs))
    if value == PLAIN:
        return False
    return not (steps[1:2] == ["fills"] and value == "none" and int(steps[3]) % _FOUR)


def tree(told: Mapping[str, str]) -> Pairs:
    """Decisions in groups, numbers by size; those of the same value stand together."""
    groups: dict[str, dict[str, str]] = {}
    leaves: dict[str, Node] = {}
    for address, value in told.items():
        head, slash, rest = address.partition("/")
        if slash:
            groups.setdefault(head, {})[rest] = value
        else:
            leaves[head] = scalar(value)
    leaves |= {head: tree(rest) for head, rest in groups.items()}
    alike: dict[Node, list[str]] = {}
    for number in sorted((head for head in leaves if head.isdecimal()), key=int):
        alike.setdefault(leaves[number], []).append(number)
    names = {head: leaves[head] for head in sorted(leaves) if not head.isdecimal()}
    return pairs(names | {" ".join(numbers): value for value, numbers in alike.items()})
