"""A song as it was decided, as a show file: the author's own values, and beside them what was decided where they say nothing.

Law of this file: the file plays the same events with the same seed of the night. What a key of the show can say is said by
that key (form, chords, tunes, versions of styles, cues), the rest stands under ``decisions`` by section. No notes but themes.
"""

from collections.abc import Mapping, Sequence

from performer.engine.edits import PLAIN
from performer.engine.fusion import style_of
from performer.engine.motifs import NAMES
from performer.engine.progressions import Stretch, texts
from performer.music.chart import Bars
from performer.music.chart import written as chart
from performer.rehearse.decided import Decided
from performer.rehearse.taken_way import Place, form_of, moves, places, renamed
from performer.show import sections as rows
from performer.show import song as keys
from performer.show.definition import Curve, Section, Song
from performer.show.form import FORM
from performer.show.kept import KEPT
from performer.show.tunes import DEGREES, EACH, FOLLOWS
from performer.source.nodes import Node, Pairs, Scalar
from performer.source.writer import pairs, scalar, written

_FOUR = 4
"""Bars at whose end a fill may stand: elsewhere none is no choice."""
_OWN = (rows.START, rows.COUNT, rows.LAST, rows.RING)
"""What a section does not take over from the one that it is like."""


def resolved(got: Decided, number: int, root: Pairs, side: Pairs | None, pressed: bool) -> str:
    """The file of the song ``number`` of the show. ``root``: the author's file; ``side``: that of what was kept on stage."""
    rendering = got.rendering
    song = rendering.show.songs[number]
    way = places(song, [stint for stint in got.stints if stint.song == number], pressed)
    decided = got.decisions[song.name]
    last = number == max((bar.song for bar in rendering.bars), default=0)
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
    found, left = _sections(got, number, song, _written(song, own, side), way)
    out[keys.SECTIONS.key] = pairs(dict(found))
    out[FORM.key] = scalar(form_of(song, way, decided, round_again=last and rendering.end == "form once"))
    told = dict(song.decisions) | renamed(decided, way)
    groups = tree({address: value for address, value in told.items() if _stays(address, value, found)})
    if groups.pairs:
        rest = {key.text: value for key, value in groups.pairs}
        first = {name: rest.pop(name) for name in dict.fromkeys(place.name for place in way) if name in rest}
        out[keys.DECISIONS.key] = pairs(first | rest)
    ordered = {row.key: out[row.key] for row in keys.SONG.fields if row.key in out}
    return _head(song, rendering.seed, left) + written(pairs(ordered), _comments(song, way))


def _head(song: Song, seed: int, left: Sequence[str]) -> str:
    lines = [
        f"# {song.title}, resolved: every choice of one night (--seed {seed}), to be edited by hand. With that seed it plays the same",
        "# notes; another seed is another night of it, with the same form, chords, tunes and decisions. docs/resolve.md says what may be",
        "# written here. Delete a line, and it is drawn again.",
    ]
    lines += [f"# Not written, to be pressed still in bar {what}" for what in left]
    return "\n".join(lines) + "\n\n"


def _comments(song: Song, way: Sequence[Place]) -> dict[str, str]:
    out = {
        keys.STYLE.key: "What it is like, in the versions of that night.", keys.PARTS.key: "Who plays.",
        keys.SECTIONS.key: "The stretches of the song, with the chords that were played.", FORM.key: "The way that was taken.",
        keys.DECISIONS.key: "What was decided besides, by section. plays: from which energy; fills: by visit and bar.",
    }  # fmt: skip
    for name in dict.fromkeys(place.name for place in way):
        spans = [f"{p.stint.first + 1}-{p.stint.first + p.stint.bars}" for p in way if p.name == name]
        out[f"{keys.SECTIONS.key}.{name}"] = f"bars {', '.join(spans)}"
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


def _written(song: Song, own: Mapping[str, Node], side: Pairs | None) -> dict[str, Pairs]:
    """What stands in the file (and in the one beside it) about each section; what its style says where nothing does."""
    nodes = [own.get(keys.SECTIONS.key)]
    if side is not None:
        nodes += [value for key, value in side.pairs if key.text == keys.SECTIONS.key]
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


def _sections(got: Decided, number: int, song: Song, base: Mapping[str, Pairs], way: Sequence[Place]) -> tuple[dict[str, Node], list[str]]:
    """Every section with its chords, its length where hands changed it, and the macros that they moved; and what is left."""
    said = {name: {key.text: value for key, value in node.pairs} for name, node in base.items()}
    for place in way:
        _lengthened(said, place, song)
    cues, left = moves(got, number, way)
    for name, mine in cues.items():
        node = _inherited(said, name, rows.CUES.key)
        kept = {key.text: value for key, value in node.pairs} if isinstance(node, Pairs) else {}
        moved = {macro: pairs({"at": scalar(f"bar {bar}"), "args": scalar(f"{value / 1000:g}")}) for macro, (bar, value) in mine.items()}
        _say(said, name, rows.CUES.key, pairs({**kept, **moved}), pairs({}))
    _charted(said, song, way)
    return {name: pairs(row) for name, row in said.items()}, left


def _lengthened(said: dict[str, dict[str, Node]], place: Place, song: Song) -> None:
    """What a section on the way says about its length; a follow rule has been followed."""
    source, (bars, patience) = place.stint.section, place.length
    if place.name not in said:
        own = {row.key: said[source][row.key] for row in _OWN if row.key in said[source]}
        said[place.name] = {rows.AS.key: scalar(source), **own}
    said[place.name].pop(rows.THEN.key, None)
    section = song.section(source)
    if patience:
        _say(said, place.name, rows.GIVE_UP.key, scalar(patience), None)
    if bars or place.name != source:
        bars = bars or section.bars
        low, high = section.stretch or (section.bars, section.bars)
        for key in (rows.UNTIL.key, rows.GIVE_UP.key) if place.length[0] else ():
            _say(said, place.name, key, None, None)
        _say(said, place.name, rows.BARS.key, scalar(bars), scalar(section.bars))
        if section.stretch or any(cue.bar >= bars for cue in section.cues):
            _say(said, place.name, rows.STRETCH.key, scalar(f"{min(low, bars)}-{max(high, bars)}"), None)


def _say(said: dict[str, dict[str, Node]], name: str, key: str, value: Node | None, otherwise: Node | None) -> None:
    """Let a section say something new, or nothing; those that are like it say what they took over, or ``otherwise``."""
    before = _inherited(said, name, key) or otherwise
    for row in said.values():
        like = row.get(rows.AS.key)
        if isinstance(like, Scalar) and like.text == name and before is not None:
            row.setdefault(key, before)
    if value is None:
        said[name].pop(key, None)
    else:
        said[name][key] = value


def _inherited(said: Mapping[str, Mapping[str, Node]], name: str, key: str) -> Node | None:
    """What a section says under a key, or takes over."""
    for _ in range(len(said)):
        row = said.get(name, {})
        if key in row or rows.AS.key not in row:
            return row.get(key)
        name = row[rows.AS.key].text  # type: ignore[union-attr]
    return None


def _charted(said: dict[str, dict[str, Node]], song: Song, way: Sequence[Place]) -> None:
    """The chords that were played, at every section on the way that neither writes nor takes over the same ones."""
    played = {place.name: song.section(place.stint.section) for place in way}
    depth = {name: _depth(said, name) for name in played}
    charts: dict[str, Bars] = {}
    for name in sorted(played, key=lambda name: depth[name]):
        section = played[name]
        if section.chords is not None or section.kept:
            continue
        wanted = chart_of(song, section)
        like = said[name].get(rows.AS.key)
        taken = charts.get(like.text) if like is not None else None  # type: ignore[union-attr]
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
    """Decisions in groups, numbers by size."""
    groups: dict[str, dict[str, str]] = {}
    leaves: dict[str, Node] = {}
    for address, value in told.items():
        head, slash, rest = address.partition("/")
        if slash:
            groups.setdefault(head, {})[rest] = value
        else:
            leaves[head] = scalar(value)
    leaves |= {head: tree(rest) for head, rest in groups.items()}
    return pairs({head: leaves[head] for head in sorted(leaves, key=lambda head: (head.isdecimal(), len(head) * head.isdecimal(), head))})
