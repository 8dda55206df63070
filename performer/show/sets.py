"""A set: the evening's songs in order.

Law of this file: a set names songs by their files, which lie in its own folder; it says nothing about music.
"""

from dataclasses import dataclass

from performer.show.desk import Desk, Word
from performer.show.fields import Field, Kind, Table, Taken, choice, listing, one_of, take, text
from performer.source.nodes import Mark, Node, Scalar

LATER = ("mix", "jam", "minutes", "end", "tempo", "key", "send", "talk before", "light", "then", "tune", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """A song of the set: its file, where that stands, whether it waits for GO, and what leads into its key (with its path)."""

    song: str
    mark: Mark
    path: str
    waits_for_go: bool
    via: Word | None = None
    via_path: str = ""


def _read_word(desk: Desk, node: Node, path: str, expected: str = "the name of a song's file") -> Word | None:
    read = desk.text(node, path, expected, wordy=True)
    return None if read is None else Word(read, node.mark)


SONG: Field[Word] = Field(
    "song", one_of({"type": "string"}, lambda d, n, p: _read_word(d, n, p)), "the song's file, without .yaml", needed=True
)
START: Field[str] = Field("start", choice("a way to start", ("go",)), "GO: waits for the button before it begins")
VIA: Field[Word] = Field(
    "key via", one_of({"type": "string"}, lambda d, n, p: _read_word(d, n, p, "pivot, or a chord such as C7")),
    "how its key is reached, at the end of the song before: pivot, or a chord such as C7",
)  # fmt: skip
ENTRY = Table("song of a set", (SONG, VIA, START), later=LATER)


def _read_entry(desk: Desk, node: Node, path: str) -> Entry | None:
    if isinstance(node, Scalar):
        word = _read_word(desk, node, path)
        return Entry(word.text, word.mark, path, waits_for_go=False) if word else None
    taken = take(desk, node, path, ENTRY)
    word = taken.get(SONG) if taken else None
    if taken is None or word is None:
        return None
    return Entry(word.text, word.mark, taken.at(SONG), taken.get(START) is not None, taken.get(VIA), taken.at(VIA))


_ENTRY_KIND: Kind[Entry] = one_of({"anyOf": [{"type": "string"}, ENTRY.schema()]}, _read_entry)

TITLE: Field[str] = Field("set", text("a title"), "the evening's title", needed=True)
SONGS: Field[tuple[Entry, ...]] = Field(
    "songs", listing(_ENTRY_KIND, "songs, such as - song: night-drive", 100), "the songs in order", needed=True
)
SET_START: Field[str] = Field("start", choice("a way to start", ("go",)), "GO: the evening waits for the button")
SET = Table("set", (TITLE, SONGS, SET_START), later=("length", "alone", "spare", "curfew", "votes"))


def read_set(desk: Desk, root: Node) -> tuple[Taken | None, tuple[Entry, ...]]:
    """The set and its songs."""
    taken = take(desk, root, "", SET)
    if taken is None:
        return None, ()
    entries = taken.get(SONGS) or ()
    if taken.wrote(SONGS) and not entries and not desk.problems and desk.whole("songs"):
        desk.problem(taken.mark(SONGS), taken.at(SONGS), "the set has no song", "name their files: songs: [night-drive, last-bus]")
    return taken, entries
