"""A root file to a Show, or every problem at once.

Law of this file: after ``build`` no mapping of the author's survives; the Show is frozen values, and a Show with
a problem is no Show.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b

from performer.music.pitch import Key
from performer.show import sets
from performer.show.definition import Section, Show, Song
from performer.show.desk import Desk
from performer.show.kept import side_of
from performer.show.sections import via
from performer.show.song import TITLE, read_song, slug
from performer.source.nodes import Document, Node, Pairs
from performer.source.problems import Problem, Wrong, in_order
from performer.source.reader import read
from performer.styles.library import Library


@dataclass(frozen=True, slots=True)
class Refused:
    """A song's file that cannot be had, and why."""

    what: str
    hint: str = ""


Fetch = Callable[[str], "Document | Refused"]
"""Gives the document of a song that a set names."""

Beside = Callable[[Document, str], bytes]
"""Gives the bytes of a file that lies beside a document, or raises Wrong."""


def build(root: Document, fetch: Fetch, styles: Library, beside: Beside) -> tuple[Show | None, tuple[Problem, ...]]:
    """The show of a root file (a song or a set), without its bytes, and all problems in order. ``styles``: those it may name."""
    desk = Desk(root, styles, beside=partial(beside, root))
    show: Show | None = None
    others: list[Problem] = []
    match root.root, _kind(root.root):
        case None, _:
            pass
        case node, "set":
            show = _set(desk, node, fetch, beside, others)
        case node, "song":
            song = _read(desk, node, others)
            show = Show(name=song.name, title=song.title, songs=(song,), fingerprint="", waits_for_go=_waits(song)) if song else None
        case Pairs() as node, kind:
            hint = "give it with --rig" if kind == "rig" else "begin with 'song: Its Title' or 'set: Its Title'"
            if root.whole:
                desk.problem(node, "", "this is a rig, not a show" if kind == "rig" else "this is neither a song nor a set", hint)
        case node, _:
            if root.whole:
                desk.problem(node, "", "this is not a song", "begin with 'song: Its Title'")
    problems = in_order((*root.problems, *desk.problems, *others))
    return (None if problems else show), problems


def _kind(node: Node | None) -> str:
    """What a file is, by its own word for it."""
    keys = {key.text for key, _ in node.pairs} if isinstance(node, Pairs) else set()
    named = next((kind for kind in ("set", "song", "rig") if kind in keys), "")
    if named:
        return named
    if "songs" in keys:
        return "set"
    return "song" if keys & {"sections", "form", "parts", "hook"} else "rig" if "outputs" in keys else ""


def _waits(song: Song) -> bool:
    return bool(song.form) and song.section(song.form[0]).waits_for_go


def _set(desk: Desk, node: Node, fetch: Fetch, beside: Beside, others: list[Problem]) -> Show | None:
    taken, entries = sets.read_set(desk, node)
    if taken is None:
        return None
    songs: list[Song] = []
    files: dict[str, Song | None] = {}
    for entry in entries:
        if entry.song not in files:
            files[entry.song] = _fetched(desk, entry, fetch, beside, others)
        song = files[entry.song]
        way = via(desk, entry.via, entry.via_path, song.key if song else Key(0, "major"))
        if song is not None:
            song = replace(song, via=way)
            songs.append(_waiting(song) if entry.waits_for_go else song)
    title = taken.get(sets.TITLE) or "Untitled"
    _names(desk, entries, files)
    if not songs:
        return None
    waits = taken.get(sets.SET_START) is not None or _waits(songs[0])
    return Show(name=slug(title), title=title, songs=tuple(songs), fingerprint="", waits_for_go=waits)


def _fetched(desk: Desk, entry: sets.Entry, fetch: Fetch, beside: Beside, others: list[Problem]) -> Song | None:
    document = fetch(entry.song)
    if isinstance(document, Refused):
        desk.problem(entry.mark, entry.path, document.what, document.hint)
        return None
    inner = Desk(document, desk.styles, beside=partial(beside, document))
    song = None
    if document.root is not None:
        if _kind(document.root) == "set":
            inner.problem(document.root, "", "this is a set, and stands inside a set", "name its songs one by one")
        else:
            song = _read(inner, document.root, others)
    others += [*document.problems, *inner.problems]
    return song


def _read(desk: Desk, node: Node, others: list[Problem]) -> Song | None:
    """A song with what was kept of it; it is told its file as problems name it."""
    folder, name = os.path.split(desk.document.file)
    try:
        side = read(os.path.join(folder, side_of(name)), desk.beside(side_of(name)))
    except Wrong:
        song = read_song(desk, node)
    else:
        kept = Desk(side, desk.styles)
        song = read_song(desk, node, kept)
        others += [*side.problems, *kept.problems]
    return replace(song, file=desk.document.file) if song else None


def _names(desk: Desk, entries: tuple[sets.Entry, ...], files: dict[str, Song | None]) -> None:
    """Two files may not hold songs of one name: chance and reports go by it."""
    seen: dict[str, str] = {}
    for entry in entries:
        song = files.get(entry.song)
        if song is not None and seen.setdefault(song.name, entry.song) != entry.song:
            desk.problem(
                entry.mark, entry.path, f"{seen[song.name]} is called '{song.title}' too", f"give one of them another '{TITLE.key}:'"
            )


def _waiting(song: Song) -> Song:
    """The song, its first section waiting for GO."""

    def first(section: Section) -> Section:
        return replace(section, waits_for_go=True) if song.form and section.name == song.form[0] else section

    return replace(song, sections=tuple(first(section) for section in song.sections))


def fingerprint(files: tuple[tuple[str, bytes], ...]) -> str:
    """A hash of names and bytes, 32 hexadecimal digits (BLAKE2b, RFC 7693)."""
    digest = blake2b(digest_size=16, person=b"performer show")
    for name, data in files:
        digest.update(b"%d:%b%d:" % (len(name.encode()), name.encode(), len(data)))
        digest.update(data)
    return digest.hexdigest()
