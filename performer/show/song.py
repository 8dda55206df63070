"""A song: its rows, and the Song they make.

Law of this file: a song may leave out everything but its title; what it leaves out is decided here once, the
same way each time.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from performer.music.pitch import Key
from performer.music.pitch import key as key_of
from performer.show import fields, tunes, values
from performer.show.assemble import Around, assemble, usual
from performer.show.blends import STYLE_KIND, Worn
from performer.show.cues import CUES_KIND, Rules, named
from performer.show.decisions import DECISIONS_KIND, Written, check
from performer.show.definition import Part, Section, Song
from performer.show.desk import SHORT, Desk, Word
from performer.show.fields import NUMBER, Field, Kind, Table, Taken, one_of, take, text, under, value
from performer.show.form import FORM, ends, read_form
from performer.show.fusion import FALLBACK
from performer.show.kept import KEPT, kept_sections
from performer.show.parts import DEFAULT_PARTS, NAME, PART_SCHEMA, check_free, home_of, read_part
from performer.show.sections import SECTION
from performer.show.sections import STYLE as ROW
from performer.show.wearing import check_kits, wear
from performer.source.nodes import Node, Pair, Pairs, Scalar
from performer.source.problems import Wrong
from performer.styles import Style
from performer.ticks import COMMON_TIME, Meter

# --- the song


def _node(schema: fields.Schema) -> Kind[Node]:
    """A value that is read later, when the song's style is known."""
    return one_of(schema, lambda _desk, node, _path: node)


_PARTS_SCHEMA = {"anyOf": [fields.WORDS, {"type": "object", "additionalProperties": PART_SCHEMA}]}
_SECTIONS_SCHEMA = {"type": "object", "additionalProperties": SECTION.schema()}

TITLE: Field[str] = Field("song", text("a title"), "the song's title: its identity goes by it", needed=True)
KEY: Field[Key] = Field("key", value("a key", key_of, wordy=True), "a note and a mode: F minor, D dorian; A minor when left out")
TEMPO: Field[Word] = Field(
    "tempo", one_of(NUMBER, lambda d, n, p: _tempo_word(d, n, p)), "beats a minute, or 180 per 1/8; 120 when left out"
)
METER: Field[Meter] = Field("meter", value("a meter", values.time_signature), "4/4, 6/8, 7/8 (2+2+3); 4/4 when left out")
SEED: Field[int] = Field(
    "seed", value("a whole number", lambda t: values.whole(t, 0, 2**32 - 1), NUMBER), "the song's identity; another seed is another song"
)
STYLE: Field[Worn] = Field(
    "style", STYLE_KIND, "a style, styles with weights, aspects that differ: {house: 0.7, dub: 0.3, bass: dub}; house when left out"
)
PINS: Field[tuple[tuple[Scalar, int], ...]] = Field(
    "styles", fields.mapping(value("a version", lambda t: values.whole(t, 1, 999), NUMBER), "versions of styles", 40),
    "versions that stay as they are: {house: 1}; the newest when left out",
)  # fmt: skip
PARTS: Field[Node] = Field(
    "parts", _node(_PARTS_SCHEMA), "who plays: drums bass keys, or {drums: house, lead: {range: C4-C6}}; a band when left out"
)
HOOK: Field[Node] = Field("hook", _node(tunes.SCHEMA), 'the tune to remember: {degrees: "5 . 6 5 | 3 - 1 .", each: 1/8}')
MOTIFS: Field[tuple[tuple[Scalar, Node], ...]] = Field(
    "motifs", fields.mapping(_node(tunes.SCHEMA), "motifs by name", 32), "more tunes, by name"
)
SECTIONS: Field[Node] = Field("sections", _node(_SECTIONS_SCHEMA), "the stretches of the song; a song's usual ones when left out")
CUES: Field[tuple[tuple[Scalar, Rules], ...]] = Field("cues", CUES_KIND, "cues that hold in every section")
DECISIONS: Field[Written] = Field("decisions", DECISIONS_KIND, "what was decided, written back; docs/resolve.md says what may be")
SONG = Table(
    "song",
    (TITLE, KEY, TEMPO, METER, SEED, STYLE, PINS, PARTS, HOOK, MOTIFS, SECTIONS, FORM, CUES, DECISIONS),
    later=("length", "jam", "mix"),
)


BESIDE = Table("file of what was kept", (SECTIONS,))


def _tempo_word(desk: Desk, node: Node, path: str) -> Word | None:
    read = desk.text(node, path, "beats a minute", most=SHORT)
    return None if read is None else Word(read, node.mark)


def slug(title: str) -> str:
    """A title as a name: ``Night Drive`` is ``night-drive``."""
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-_") or "untitled"


def read_song(desk: Desk, root: Node, side: Desk | None = None) -> Song | None:
    """The song of a file; None when it is no mapping. What is wrong stands on the desk.

    ``side``: the desk of the file with what was kept of the song on stage.
    """
    taken = take(desk, root, "", SONG)
    if taken is None:
        return None
    song, parts = _song(desk, taken, side), taken.get(PARTS)
    check(desk, taken.get(DECISIONS) or (), song)
    if parts is not None:
        check_kits(desk, song, parts, taken.at(PARTS))
    return song


def _song(desk: Desk, taken: Taken, side: Desk | None) -> Song:
    title = taken.get(TITLE) or "Untitled"
    name = slug(title)
    key = taken.get(KEY) or Key(9, "minor")
    meter = taken.get(METER) or COMMON_TIME
    worn = taken.get(STYLE) or Worn()
    motifs = _motifs(desk, taken, key, meter)
    written = _sections(desk, taken)
    parts = _with_lights(_parts(desk, taken), written)
    fitted = wear(desk, taken.get(PINS) or (), taken.at(PINS), worn, parts, [read.get(ROW) for read in written.values()])
    manner = fitted.ground
    around = Around(
        manner, key, meter, {part.name: part for part in parts}, tuple(name for name, *_ in motifs), named(taken.get(CUES) or ())
    )
    kept = {name: own for name, own in written.items() if own.wrote(KEPT)}
    plain = {name: own for name, own in written.items() if name not in kept}
    sections = assemble(desk, plain, around) if written else () if taken.wrote(SECTIONS) else usual(manner)
    tunes.check_ranges(desk, motifs, parts, sections, key)
    form, loop_to = _form(desk, taken, sections, tuple(kept), manner)
    sections += kept_sections(desk, kept, sections, meter)
    if side is not None:
        sections += _beside(side, sections, meter)
    seed = taken.get(SEED)
    return Song(
        name=name,
        title=title,
        seed=int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") if seed is None else seed,
        key=key,
        per_quarter=_tempo(desk, taken, meter),
        meter=meter,
        parts=parts,
        sections=sections,
        form=form,
        style=worn.style or FALLBACK,
        aspects=worn.aspects,
        styles=fitted.styles,
        loop_to=loop_to,
        motifs=tuple((name, given.notes) for name, _, _, given in motifs),
        bending=tuple(name for name, _, _, given in motifs if given.bends),
        registers=tuple((name, given.tonic) for name, _, _, given in motifs if given.tonic is not None),
        decisions=tuple((address, said) for _, _, address, said in taken.get(DECISIONS) or ()),
    )


def _beside(desk: Desk, sections: tuple[Section, ...], meter: Meter) -> tuple[Section, ...]:
    """The sections of the file beside the song's."""
    root = desk.document.root
    taken = take(desk, root, "", BESIDE) if root is not None else None
    written = _sections(desk, taken) if taken is not None else {}
    known = {section.name for section in sections}
    for name, own in written.items():
        if name in known or not own.wrote(KEPT):
            desk.problem(own.pairs, own.path, "is in the song already" if name in known else "holds nothing that was kept")
    return kept_sections(desk, {name: own for name, own in written.items() if name not in known and own.wrote(KEPT)}, sections, meter)


def _tempo(desk: Desk, taken: Taken, meter: Meter) -> int:
    word = taken.get(TEMPO)
    if word is None:
        return values.beats_a_minute("120", meter.pulse)

    def steady(text: str) -> int:
        start, end = values.tempo(text, meter.pulse)
        if start != end:
            raise Wrong("a whole song has one tempo", "write a ramp in a section: build: {tempo: 122 > 124}")
        return start

    return desk.typed(word.mark, taken.at(TEMPO), word.text, steady) or 500_000


def _motifs(desk: Desk, taken: Taken, key: Key, meter: Meter) -> tuple[tunes.Tune, ...]:
    """The motifs by name, the hook first: (name, mark, path, what is given)."""
    hook, named_ones = taken.get(HOOK), taken.get(MOTIFS) or ()
    rows = [("hook", hook, taken.at(HOOK))] if hook is not None else []
    for word, node in named_ones:
        path = under(taken.at(MOTIFS), word.text)
        if word.text == "hook" and taken.wrote(HOOK):
            desk.problem(word, path, "there is a hook already", "give this one another name")
        else:
            rows.append((word.text, node, path))
    read = [(name, node.mark, path, tunes.read_motif(desk, node, path, key, meter)) for name, node, path in rows]
    return tuple((name, mark, path, given) for name, mark, path, given in read if given is not None)


def _parts(desk: Desk, taken: Taken) -> tuple[Part, ...]:
    node = taken.get(PARTS)
    path = taken.at(PARTS)
    if node is not None and not isinstance(node, Pairs):
        found = desk.words(node, path, "parts, such as drums bass keys") or ()
        node = Pairs(tuple(Pair(Scalar(word.text, word.mark), Scalar("", word.mark)) for word in found), node.mark)
        for word in (w for i, w in enumerate(found) if any(w.text == other.text for other in found[:i])):
            desk.problem(word.mark, under(path, word.text), "is here twice")
    pairs = desk.pairs(node, path, "parts by name, such as {drums: house}") if node is not None else None
    if pairs is None:
        return tuple(read_part(desk, Scalar(name, taken.pairs.mark), Scalar("", taken.pairs.mark), path) for name in DEFAULT_PARTS)
    if len(pairs.pairs) > 64:
        desk.problem(pairs, path, "a song has at most 64 parts")
    if not pairs.pairs and desk.whole("parts"):
        desk.problem(pairs, path, "nobody plays", "name at least one part, or leave 'parts' out")
    parts = tuple(read_part(desk, key, node, under(path, key.text)) for key, node in pairs.pairs[:64])
    check_free(desk, pairs, parts, path)
    return parts


def _sections(desk: Desk, taken: Taken) -> dict[str, Taken]:
    node = taken.get(SECTIONS)
    path = taken.at(SECTIONS)
    pairs = desk.pairs(node, path, "sections by name, such as verse: {bars: 16}") if node is not None else None
    if pairs is None:
        return {}
    if not pairs.pairs and desk.whole("sections"):
        desk.problem(pairs, path, "there is no section", "name at least one, or leave 'sections' out")
    if len(pairs.pairs) > 200:
        desk.problem(pairs, path, "a song has at most 200 sections")
    found: dict[str, Taken] = {}
    for key, section in pairs.pairs[:200]:
        here = under(path, key.text)
        if not NAME.fullmatch(key.text):
            desk.problem(key, here, "this cannot be a name", "one word, without # * , / ? [ ] { } | > : or quotes")
        empty = isinstance(section, Scalar) and section.empty
        read = take(desk, Pairs((), section.mark) if empty else section, here, SECTION)
        found[key.text] = read or Taken(Pairs((), section.mark), here)
    return found


def _with_lights(parts: tuple[Part, ...], written: Mapping[str, Taken]) -> tuple[Part, ...]:
    """A show that asks for light or visuals has a part for them, also when nobody named it."""
    roles = {part.role for part in parts}
    names = {part.name for part in parts}
    asked = [role for role in ("light", "visual") if role not in roles and any(role in taken.nodes for taken in written.values())]
    return parts + tuple(Part(name=role, role=role, output=home_of(role)) for role in asked if role not in names)


def _form(
    desk: Desk, taken: Taken, sections: Sequence[Section], kept: tuple[str, ...], manner: Style
) -> tuple[tuple[str, ...], int | None]:
    names = tuple(section.name for section in sections)
    written = taken.get(FORM)
    if written is None:
        return (names if taken.wrote(SECTIONS) else tuple(manner.form.split())), None
    form, loop_to = read_form(desk, written, taken.at(FORM), (*names, *kept))
    if not form and desk.whole("form", "sections") and not desk.problems:
        desk.problem(taken.mark(FORM), taken.at(FORM), "the form is empty", "name the sections in order")
    then = {section.name: [name for name, _ in section.then] for section in sections if section.then}
    if form and desk.whole("form", "sections") and not ends(form, then, loop_to is not None):
        what = "there is no way out: the follow rules go round for ever"
        desk.problem(taken.mark(FORM), taken.at(FORM), what, "give one section a 'then' that leads on, or write 'loop from NAME'")
    return form, loop_to
