"""From what a person types to a show: a file, a folder, or the name of a shipped show.

Law of this file: ``load`` never raises for anything a file holds or a disk does; it returns a show without a
problem, or every problem without a show.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import performer
from performer.show.build import Refused, build, fingerprint
from performer.show.definition import Rig, Show
from performer.show.desk import Desk
from performer.show.rig import default_rig, read_rig
from performer.show.shelf import Folder, Kept, Shelf, candidates, leaves, pick, read_file, yaml_files
from performer.source.nodes import Document
from performer.source.problems import Problem, Wrong, in_order, quoted, suggestion
from performer.source.reader import read
from performer.styles.library import Library

ROOTS = ("show.yaml", "set.yaml", "show.yml", "set.yml")
RIG = "rig.yaml"
MOST_BYTES = 3_000_000
"""Bytes of all files of a show together: a set of a hundred long songs has a tenth of this."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A show and a rig, or the problems. ``sources``: the bytes that were read, by the name that problems give.

    ``rig_file`` is the rig's name and bytes, None for the embedded one. ``folder``: where an author's show lies.
    """

    show: Show | None
    rig: Rig | None
    problems: tuple[Problem, ...]
    sources: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    rig_file: tuple[str, bytes] | None = field(default=None, repr=False)
    folder: Path | None = None


def load(path_or_name: str, *, rig: str | None = None) -> Loaded:
    """Load a show: a file, a folder (its show.yaml or set.yaml, or its one YAML file) or the name of a shipped show, also with
    one of its songs (``friday/undertow``).

    ``rig`` is a rig's file, or its name in the show's folder; without it a ``rig.yaml`` beside the show holds, else the
    embedded rig.
    """
    found = _root(path_or_name)
    if isinstance(found, Problem):
        return Loaded(None, None, (found,))
    data = read_file(found)
    if isinstance(data, Refused):
        return Loaded(None, None, (Problem(str(found), 1, 1, "", data.what or "there is no such file", data.hint),))
    shown = os.path.dirname(found) if os.path.dirname(path_or_name) or os.path.isdir(path_or_name) else ""
    loaded = _load(Folder(found.parent), found.name, data, shown)
    folder, ours = found.parent.resolve(), shipped()
    mine = ours is None or ours.resolve() not in folder.parents
    return replace(_with_rig(loaded, found.parent, shown, rig), folder=folder if mine else None)


def load_bytes(files: Mapping[str, bytes], root: str, *, rig: tuple[str, bytes] | None = None) -> Loaded:
    """The show that ``files`` (by name, such as ``Show.files``) hold, ``root`` being the song or set to begin with.

    ``rig``: a rig file's name and bytes, None for the embedded one. KeyError when ``root`` is not among the files.
    """
    loaded = _load(Kept(files), root, files[root], "")
    if rig is None:
        return replace(loaded, rig=default_rig())
    return _rig_of(loaded, rig[0], rig[0], rig[1])


def shipped() -> Path | None:
    """The folder of the shows that come with the program: in the package (a wheel), else beside it (a checkout)."""
    package = Path(performer.__file__).parent
    if (package / "shows").is_dir():
        return package / "shows"
    beside = package.parent / "shows"
    return beside if beside.is_dir() and (package.parent / "pyproject.toml").is_file() else None


def shipped_names() -> tuple[str, ...]:
    """The names of the shipped shows, in order."""
    folder = shipped()
    try:
        return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir())) if folder else ()
    except OSError:
        return ()


def styles_of(typed: str) -> Library | Problem:
    """The styles that a show can use; only the shipped ones without a show."""
    if not typed:
        return Library()
    found = _root(typed)
    if isinstance(found, Problem):
        return found
    shelf = Folder(found.parent)
    return _library(shelf, os.path.dirname(found))


def _library(shelf: Shelf, shown: str) -> Library:
    def own(name: str) -> bytes | None:
        got = shelf.take(name)
        return got if isinstance(got, bytes) else None

    return Library(own, shelf.styles(), lambda name: os.path.join(shown, name))


def _root(typed: str) -> Path | Problem:
    """The file that a person means."""
    path = Path(typed)
    try:
        if path.is_dir():
            return _in_folder(path, typed)
        if path.exists() or path.is_symlink():
            return path
        if path.with_name(path.name + ".yaml").is_file():
            return path.with_name(path.name + ".yaml")
    except (OSError, ValueError) as error:
        return Problem(typed, 1, 1, "", f"cannot be read: {getattr(error, 'strerror', None) or error}")
    name, _, song = typed.partition("/")
    folder = shipped()
    if folder and name in shipped_names():
        if not song:
            return _in_folder(folder / name, typed)
        if not leaves(song) and (file := next((f for f in candidates(song) if (folder / name / f).is_file()), None)):
            return folder / name / file
    hint = suggestion(typed, shipped_names()) if "/" not in typed else "a file, a folder or the name of a shipped show"
    return Problem(typed, 1, 1, "", "there is no such show", hint)


def _in_folder(folder: Path, typed: str) -> Path | Problem:
    names = yaml_files(folder)
    for name in (*ROOTS, f"{folder.resolve().name}.yaml"):
        if name in names:
            return folder / name
    if len(names) == 1:
        return folder / names[0]
    if not names:
        return Problem(typed, 1, 1, "", "there is no show in this folder", "a show is called show.yaml")
    return Problem(typed, 1, 1, "", f"there are {len(names)} files in this folder", "name one, or call the set show.yaml")


def _load(shelf: Shelf, root: str, data: bytes, shown: str) -> Loaded:
    files: dict[str, bytes] = {root: data}
    sources: dict[str, bytes] = {os.path.join(shown, root): data}

    def fetch(song: str) -> Document | Refused:
        got = pick(shelf, song)
        if isinstance(got, Refused):
            return got
        if sum(map(len, files.values())) + len(got[1]) > MOST_BYTES:
            return Refused(f"the files of this show have more than {MOST_BYTES:,} bytes together")
        files[got[0]] = got[1]
        sources[os.path.join(shown, got[0])] = got[1]
        return read(os.path.join(shown, got[0]), got[1])

    def beside(document: Document, name: str) -> bytes:
        if leaves(name):
            raise Wrong(f"{quoted(name)} leaves the show's folder", "it lies beside the song")
        place = os.path.join(os.path.dirname(os.path.relpath(document.file, shown) if shown else document.file), name)
        got = shelf.take(place)
        if isinstance(got, Refused):
            raise Wrong(got.what or f"there is no file called {quoted(name)}", got.hint or "it lies in the folder of its song")
        if sum(map(len, files.values())) + len(got) > MOST_BYTES:
            raise Wrong(f"the files of this show have more than {MOST_BYTES:,} bytes together")
        files[place] = got
        return got

    styles = _library(shelf, shown)
    show, problems = build(read(os.path.join(shown, root), data), fetch, styles, beside)
    sources |= styles.sources
    if show is not None:
        kept = (*files.items(), *styles.used.items())
        songs = tuple(replace(song, file=os.path.relpath(song.file, shown) if shown else song.file) for song in show.songs)
        show = replace(show, songs=songs, files=kept, fingerprint=fingerprint(kept))
    return Loaded(show, None, problems, sources)


def _with_rig(loaded: Loaded, folder: Path, shown: str, rig: str | None) -> Loaded:
    if rig is None:
        data = Folder(folder).take(RIG)
        if isinstance(data, bytes):
            return _rig_of(loaded, os.path.join(shown, RIG), RIG, data)
        if not data.what:
            return replace(loaded, rig=default_rig())
        return _refused(loaded, os.path.join(shown, RIG), data)
    for path in (Path(rig), folder / rig, folder / f"{rig}.yaml", folder / f"{rig}.rig.yaml"):
        got = read_file(path)
        if isinstance(got, bytes):
            return _rig_of(loaded, str(path), path.name, got)
        if got.what and not path.is_dir():
            return _refused(loaded, str(path), got)
    return _refused(loaded, rig, Refused("there is no such rig", "a rig is a YAML file that begins with 'rig: Its Name'"))


def _refused(loaded: Loaded, name: str, refused: Refused) -> Loaded:
    problem = Problem(name, 1, 1, "", refused.what, refused.hint)
    return replace(loaded, show=None, problems=in_order((*loaded.problems, problem)))


def _rig_of(loaded: Loaded, shown: str, name: str, data: bytes) -> Loaded:
    document = read(shown, data)
    desk = Desk(document)
    rig = read_rig(desk, document.root) if document.root is not None else None
    problems = in_order((*loaded.problems, *document.problems, *desk.problems))
    sources = {**loaded.sources, shown: data}
    if problems:
        return Loaded(None, None, problems, sources)
    return Loaded(loaded.show, rig, (), sources, (name, data))
