"""What was kept on stage, written beside the song's file, so that next week has it too.

Law of this file: the author's file is never opened for writing; the file beside it is replaced whole or not at all, and only by a
text with which the show still loads. Where that cannot be (a show that came with the program, a disk that refuses), the whole
show is copied to the state folder with what was kept, a show of one's own from then on, and it is said where. Writing is done
in a thread of its own: nobody waits for a disk.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from performer.records import Stored
from performer.show.definition import Show
from performer.show.kept import HEAD, SIDE, side_of, written
from performer.show.load import load_bytes
from performer.show.song import slug
from performer.styles.reader import shipped
from performer.takes import Kept

COPIES = 99
"""Copies of one show in the state folder, each of another version of it."""
Run = Callable[[Callable[[], None]], None]


def in_a_thread(work: Callable[[], None]) -> None:
    """Do it beside everything else; it does not hold up the end of the process."""
    Thread(target=work, daemon=True).start()


class Keeper:
    """Writes the kept sections of a night. ``folder``: the show's, None where there is none to write to; ``spare``: for copies."""

    def __init__(self, folder: Path | None, spare: Path, run: Run = in_a_thread) -> None:
        self._folder, self._spare, self._run = folder, spare, run
        self._known: tuple[Kept, ...] = ()
        self._news: SimpleQueue[Stored] = SimpleQueue()

    def look(self, show: Show, kept: tuple[Kept, ...]) -> None:
        """Write what is new in ``kept``; ``show`` is the one that plays."""
        fresh, self._known = [one for one in kept if one not in self._known], kept
        if fresh:
            self._run(lambda: self._write(show, fresh))

    def news(self) -> Stored | None:
        """What was written since the last call, one at a time."""
        try:
            return self._news.get_nowait()
        except Empty:
            return None

    def _write(self, show: Show, fresh: list[Kept]) -> None:
        for one in fresh:
            name, why = side_of(show.songs[one.song].file or "show.yaml"), ""
            try:
                place = self._beside(show, name, one) if self._folder is not None else None
                why = "" if place else "its folder belongs to the program" if self._folder is None else f"{name} was changed by hand"
            except OSError as error:
                place, why = None, error.strerror or str(error)
            self._news.put(self._said(show, one, place, why, name))

    def _said(self, show: Show, one: Kept, place: Path | None, why: str, name: str) -> Stored:
        if place is not None:
            return Stored(one.name, str(place), "")
        try:
            root, copy = self._copied(show, one, name)
        except OSError as error:
            return Stored(one.name, "", f"{one.name} could not be written: {error.strerror or error}")
        return Stored(one.name, str(copy), f"{one.name} could not be written beside the song ({why}); a copy of the show has it: {root}")

    def _beside(self, show: Show, name: str, one: Kept) -> Path | None:
        """Into the file beside the song's; None when the show would not load with it."""
        assert self._folder is not None
        path = self._folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        text = _with(before, one)
        if text == before:
            return path
        files = {**dict(show.files), name: text.encode()}
        if load_bytes(files, show.files[0][0]).show is None:
            return None
        _replaced(path, text.encode())
        return path

    def _copied(self, show: Show, one: Kept, name: str) -> tuple[Path, Path]:
        """The root of a copy of the show, and its file with what was kept: the first copy that is this show still. Raises OSError."""
        files = {file: data for file, data in show.files if shipped(Path(file).stem) != data}
        written_by_hand = {file: data for file, data in files.items() if not file.endswith(SIDE)}
        for number in range(1, COPIES + 1):
            folder = self._spare / f"{slug(show.title)}{f'-{number}' if number > 1 else ''}"
            there = {file: (folder / file).read_bytes() for file in {**files, name: b""} if (folder / file).exists()}
            before = there.get(name, files.get(name, b"")).decode(errors="replace")
            wanted = {**files, **there, name: _with(before, one).encode()}
            same = not there or all(there.get(file) == data for file, data in written_by_hand.items())
            if same and load_bytes({**dict(show.files), **wanted}, show.files[0][0]).show is not None:
                for file in sorted(file for file, data in wanted.items() if there.get(file) != data):
                    (folder / file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    _replaced(folder / file, wanted[file])
                return folder / show.files[0][0], folder / name
        raise OSError(f"there are {COPIES} other copies in {self._spare}")


def _with(text: str, one: Kept) -> str:
    """The text with the section at its end, unless it has it."""
    if f"\n  {one.name}:\n" in text:
        return text
    return (text.rstrip("\n") + "\n" if text.strip() else HEAD) + written(one)


def _replaced(path: Path, data: bytes) -> None:
    """Atomically: a reader sees the old file or the new one. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
