"""Every choice that a musician could name: the show's written value, else the drawn one.

Law of this file: a written decision replaces exactly its own draw; no other draw moves, since chance is
addressed.
"""

from collections.abc import Callable
from functools import lru_cache

from performer.show.definition import Song


@lru_cache(maxsize=64)
def _written(decisions: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(decisions)


def decide(song: Song, address: str, draw: Callable[[], str]) -> str:
    """The value that ``song`` writes at ``address`` (``section/visit/what``), else what ``draw`` gives."""
    written = _written(song.decisions).get(address) if song.decisions else None
    return draw() if written is None else written
