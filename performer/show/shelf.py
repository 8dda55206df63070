"""Where a show's files lie: a folder, or bytes that were kept.

Law of this file: a show reads regular files inside its own folder and nothing else, whatever its set or a
symbolic link says, and never more of one than the reader allows.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from performer.show.build import Refused
from performer.source.problems import quoted, suggestion
from performer.source.reader import MAX_BYTES
from performer.styles.library import FOLDER


class Shelf(Protocol):
    """Gives the bytes of a file by its name inside the show."""

    def take(self, name: str) -> bytes | Refused:
        """The bytes, or why they cannot be had."""
        ...

    def names(self) -> tuple[str, ...]:
        """The files that lie there."""
        ...

    def styles(self) -> tuple[str, ...]:
        """The files in the folder of its styles."""
        ...


def candidates(song: str) -> tuple[str, ...]:
    """The files that a set may mean by a song's name."""
    if song.endswith((".yaml", ".yml")):
        return (song,)
    return (f"{song}.yaml", f"{song}.yml", f"{song}/show.yaml")


def leaves(name: str) -> bool:
    """Whether a name leads out of the folder by what it says itself."""
    return not name or os.path.isabs(name) or "\\" in name or "\0" in name or ".." in name.split("/") or len(name) > 200


def pick(shelf: Shelf, song: str) -> tuple[str, bytes] | Refused:
    """The file of a song that a set names, and its bytes."""
    if leaves(song):
        return Refused(f"{quoted(song)} leaves the show's folder", "songs lie in the folder of their set")
    refused: Refused | None = None
    for name in candidates(song):
        data = shelf.take(name)
        if isinstance(data, bytes):
            return name, data
        if data.what:
            refused = refused or data
    stems = [stem for stem in (os.path.splitext(name)[0] for name in shelf.names()) if stem not in ("show", "set")]
    return refused or Refused(
        f"there is no song called {quoted(song)}", suggestion(song, stems) or f"its file {candidates(song)[0]} lies beside the set"
    )


@dataclass(frozen=True, slots=True)
class Folder:
    """Files on a disk, below ``path``."""

    path: Path

    def take(self, name: str) -> bytes | Refused:
        """A file's bytes; Refused without words when there is no such file."""
        inside = os.path.realpath(self.path)
        try:
            real = os.path.realpath(os.path.join(inside, name))
            if os.path.commonpath((inside, real)) != inside:
                return Refused(f"{quoted(name)} is a link that leaves the show's folder", "copy the file into the folder")
        except (OSError, ValueError):
            return Refused(f"{quoted(name)} is no name of a file")
        return read_file(real)

    def names(self) -> tuple[str, ...]:
        """The YAML files of the folder that are not rigs."""
        return yaml_files(self.path)

    def styles(self) -> tuple[str, ...]:
        """The TOML files in the folder of styles."""
        try:
            names = sorted(os.listdir(self.path / FOLDER))
        except OSError:
            return ()
        return tuple(f"{FOLDER}/{name}" for name in names if name.endswith(".toml") and not name.startswith("."))


@dataclass(frozen=True, slots=True)
class Kept:
    """Files as bytes, by name: what a journal stored."""

    files: Mapping[str, bytes] = field(repr=False)

    def take(self, name: str) -> bytes | Refused:
        """A file's bytes; Refused without words when it was not kept."""
        return self.files.get(name, Refused(""))

    def names(self) -> tuple[str, ...]:
        """The files that were kept."""
        return tuple(self.files)

    def styles(self) -> tuple[str, ...]:
        """The styles that were kept."""
        return tuple(name for name in self.files if name.startswith(f"{FOLDER}/"))


def yaml_files(folder: Path) -> tuple[str, ...]:
    """The YAML files in a folder, rigs and what was kept on stage left out, in order of their names; none when it cannot be read."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return ()
    told = {name: set(name.split(".")) for name in names if name.endswith((".yaml", ".yml")) and not name.startswith(".")}
    return tuple(name for name, words in told.items() if not words & {"rig", "kept"})


def read_file(path: str | Path) -> bytes | Refused:
    """The bytes of a regular file, at most one more than the reader allows; Refused without words when there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return Refused("")
    except (OSError, ValueError) as error:
        return Refused(f"cannot be read: {getattr(error, 'strerror', None) or error}")
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return Refused("is not a regular file", "a show is read from ordinary files")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        return Refused(f"cannot be read: {error.strerror}")
    finally:
        os.close(handle)
