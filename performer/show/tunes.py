"""The motifs of a song as its file writes them: degrees, pitches, or a MIDI file beside it.

Law of this file: a motif stands in exactly one of the three ways; one that no octave puts into the range of the part that
has to play it is a problem at its own line.
"""

from collections.abc import Callable, Iterable, Sequence

from performer.music.pitch import Key
from performer.show.definition import MotifNote, Part, Section
from performer.show.desk import Desk, Word
from performer.show.fields import TEXT, Field, Kind, Table, choice, one_of, take, text, value
from performer.show.motifs import Given, degrees, pitches
from performer.show.riff import riff
from performer.show.values import note_value
from performer.source.nodes import Mark, Node, Scalar
from performer.source.problems import Wrong
from performer.ticks import Meter

Tune = tuple[str, Mark, str, Given]
"""A motif's name, its mark and path in the file, and what is given."""
_SPANS = 21
"""Scale steps from the lowest to the highest note of a motif, at most."""


def _signs(expected: str) -> Kind[Word]:
    return one_of({"type": ["string", "number"]}, lambda desk, node, path: _word(desk, node, path, expected))


def _word(desk: Desk, node: Node, path: str, expected: str) -> Word | None:
    read = desk.text(node, path, expected, wordy=True)
    return None if read is None else Word(read, node.mark)


_DEGREES = 'degrees, such as "5 . 6 5 | 3 - 1 ."'
DEGREES: Field[Word] = Field(
    "degrees", _signs(_DEGREES), "scale degrees: 1 to 9, . rests, - holds, ' and , are octaves, | is only for the eye"
)
NOTES: Field[Word] = Field("notes", _signs('notes, such as "C5 Eb5 - G5"'), "or pitches, played in their own octave: C5 Eb5 - G5 .")
FROM: Field[str] = Field("from", text("a MIDI file", 200), "or a MIDI file in the show's folder; its top line is the motif: riff.mid")
EACH: Field[int] = Field("each", value("a note value", note_value), "the length of one sign: 1/8 when left out")
FOLLOWS: Field[str] = Field(
    "follows", choice("what a motif follows", ("chords",)), "chords: its notes may be bent to them; played as it is written when left out"
)
MOTIF = Table("motif", (DEGREES, NOTES, FROM, EACH, FOLLOWS))
SCHEMA = {"anyOf": [TEXT, MOTIF.schema()]}
_WAYS: tuple[Field[object], ...] = (DEGREES, NOTES, FROM)


def read_motif(desk: Desk, node: Node, path: str, key: Key, meter: Meter) -> Given | None:
    """A motif of the song; None after a problem."""
    each = note_value("1/8")
    if isinstance(node, Scalar):
        if (word := _word(desk, node, path, _DEGREES)) is None:
            return None
        plain = word.text
        return _read(desk, word.mark, path, lambda: Given(degrees(plain, each)))
    taken = take(desk, node, path, MOTIF)
    if taken is None:
        return None
    wrote = [way for way in _WAYS if taken.wrote(way)]
    if len(wrote) != 1:
        what = f"{' and '.join(way.key for way in wrote)} say two motifs" if wrote else "there is no tune in it"
        desk.problem(taken.pairs, path, what, "write one of degrees, notes, from")
        return None
    if taken.wrote(FOLLOWS) and not taken.wrote(DEGREES):
        desk.problem(taken.mark(FOLLOWS), taken.at(FOLLOWS), "only degrees can follow the chords", "write the motif in degrees")
    each = taken.get(EACH) or each
    steps, named = taken.get(DEGREES), taken.get(NOTES)
    if steps is not None:
        return _read(desk, steps.mark, taken.at(DEGREES), lambda: Given(degrees(steps.text, each), bends=taken.wrote(FOLLOWS)))
    if named is not None:
        return _read(desk, named.mark, taken.at(NOTES), lambda: pitches(named.text, each, key))
    if (name := taken.get(FROM)) is not None:
        if taken.wrote(EACH):
            desk.problem(taken.mark(EACH), taken.at(EACH), "a MIDI file has its own lengths", "leave 'each' out")
        return _read(desk, taken.mark(FROM), taken.at(FROM), lambda: riff(desk.beside(name), key, meter))
    return None


def _read(desk: Desk, mark: Mark, path: str, of: Callable[[], Given]) -> Given | None:
    return desk.typed(mark, path, "", lambda _: _spanned(of()))


def _spanned(given: Given) -> Given:
    steps = [note.degree for note in given.notes if note.degree is not None]
    if max(steps) - min(steps) > _SPANS:
        raise Wrong("a motif spans three octaves at most")
    return given


def check_ranges(desk: Desk, motifs: Iterable[Tune], parts: Sequence[Part], sections: Sequence[Section], key: Key) -> None:
    """A problem for every motif that does not fit the range of a part that leads where it is due."""
    leads = [part for part in parts if part.role == "lead" and part.range is not None and "counter" not in part.name]
    for name, mark, path, given in motifs:
        if given.bends:
            continue
        due = [section for section in sections if (section.theme or name) == name]
        for part in leads:
            keys = dict.fromkeys(key.shifted(section.key_shift) for section in due if section.plays(part.name, True))
            outside = next((home for home in keys if part.range is not None and not _fits(given, home, part.range)), None)
            if outside is not None and part.range is not None:
                low, high = (_name(pitch, outside) for pitch in part.range)
                octave = "it does not lie in" if given.tonic is not None else "no octave puts it into"
                desk.problem(mark, path, f"{octave} {part.name}'s range {low}-{high} in {outside}", _hint(given, outside))
                break


def _heights(notes: tuple[MotifNote, ...], key: Key) -> tuple[int, int]:
    heights = [key.degree(note.degree) + note.alter for note in notes if note.degree is not None]
    return min(heights), max(heights)


def _fits(given: Given, key: Key, lane: tuple[int, int]) -> bool:
    bottom, top = _heights(given.notes, key)
    tonics = range(key.tonic - 24, 140, 12)
    if given.tonic is not None:  # pitches: their own octave, in another key the one nearest to it
        tonics = tonics[(given.tonic - tonics[0] + 6) // 12 :][:1]
    return any(lane[0] <= tonic + bottom and tonic + top <= lane[1] for tonic in tonics)


def _hint(given: Given, key: Key) -> str:
    bottom, top = (_name(60 + key.tonic + height, key) for height in _heights(given.notes, key))
    return f"it spans {bottom}-{top}" + ("" if given.tonic is not None else ", here or in another octave")


def _name(pitch: int, key: Key) -> str:
    return f"{key.name_of(pitch % 12)}{pitch // 12 - 1}"
