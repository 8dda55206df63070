"""The harmony of a style file."""

from typing import Any

from performer.music.chords import parse
from performer.music.harmony import CLOSINGS, Vocabulary
from performer.music.pitch import Key
from performer.styles.definition import Harmony
from performer.styles.tables import StyleError, Table, many, whole, words


def harmony(value: Any, path: str) -> Harmony:
    """Both vocabularies, the rate and the close."""
    table = Table(value, path)
    closing = table.take("closing", words, "loop")
    if closing not in CLOSINGS:
        raise StyleError(f"{path}.closing", f"one of {', '.join(CLOSINGS)}")
    out = Harmony(
        minor=table.take("minor", _vocabulary), major=table.take("major", _vocabulary), closing=closing,
        rate=table.take("rate", whole(1, 16), 1), grammar=table.take("grammar", whole(0, 1000), 500),
    )  # fmt: skip
    table.done()
    return out


def _vocabulary(value: Any, path: str) -> Vocabulary:
    table = Table(value, path)
    line = many(_chord)
    out = Vocabulary(table.take("tonic", line), table.take("sub", line), table.take("dom", line), table.take("cycles", many(_cycle), ()))
    table.done()
    if not (out.tonic and out.sub and out.dom):
        raise StyleError(path, "tonic, sub and dom need one chord each at least")
    return out


def _chord(value: Any, path: str) -> str:
    text = words(value, path)
    try:
        parse(text, Key(0, "minor"))
    except ValueError as error:
        raise StyleError(path, f"{error}") from error
    return text


def _cycle(value: Any, path: str) -> tuple[str, ...]:
    return tuple(_chord(word, path) for word in words(value, path).split())
