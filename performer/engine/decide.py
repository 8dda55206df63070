"""Every choice that a musician could name: the show's written value, else the drawn one.

Law of this file: a written decision replaces exactly its own draw; no other draw moves, since chance is
addressed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from performer.engine.same import Same
from performer.show.definition import Song

Note = Callable[[Song, str, str], object]
Rows = tuple[tuple[str, str], ...]
"""Addresses and values: a resolved song has hundreds, and they are asked for in every bar."""
_notes: list[Note] = []


@lru_cache(maxsize=64)
def _written(same: Same[Rows]) -> dict[str, str]:
    return dict(same.value)


def decide(song: Song, address: str, draw: Callable[[], str]) -> str:
    """The value that ``song`` writes at ``address`` (``show.decisions.KINDS``), else what ``draw`` gives."""
    written = _written(Same(song.decisions)).get(address) if song.decisions else None
    value = draw() if written is None else written
    for note in _notes:
        note(song, address, value)
    return value


@contextmanager
def noting(note: Note) -> Iterator[None]:
    """While it lasts, ``note`` is told every decision that is taken: the song, the address and the value.

    It hears what is asked, so it needs a song that no memo knows yet (``dataclasses.replace``); it changes nothing.
    """
    _notes.append(note)
    try:
        yield
    finally:
        _notes.remove(note)
