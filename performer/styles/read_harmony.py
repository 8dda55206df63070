"""The harmony of a style file.

Law of this file: every chord word is read when the style is, so that an impossible one never reaches a stage. ``table``
names a table of moves (``styles.measured``), derived from a body of songs.
"""

from typing import Any

from performer.music.chain import Moves
from performer.music.chart import expanded
from performer.music.chords import parse
from performer.music.harmony import CLOSINGS, Vocabulary
from performer.music.pitch import Key
from performer.music.reharmony import Spice
from performer.styles import measured
from performer.styles.definition import Harmony
from performer.styles.tables import StyleError, Table, chosen, many, pair, whole, words

_SHARE = whole(0, 1000)
_closing = chosen(CLOSINGS, "a close")


def harmony(value: Any, path: str) -> Harmony:
    """Both vocabularies, the harmonic rhythm, the closes and what tension does."""
    table = Table(value, path)
    moves = table.take("table", _moves, {})
    said = table.fields(
        Harmony, minor=lambda v, p: _vocabulary(v, p, moves.get("minor", ())), major=lambda v, p: _vocabulary(v, p, moves.get("major", ())),
        rate=whole(1, 16), slow=whole(0, 1001), fast=whole(0, 1001), split=_SHARE, closing=_closing, inner=_closing, grammar=_SHARE,
        tension=pair(0, 1000), spice=_spice,
    )  # fmt: skip
    table.done()
    return Harmony(**said)


def _spice(value: Any, path: str) -> Spice:
    table = Table(value, path)
    out = Spice(**table.fields(Spice, applied=_SHARE, related=_SHARE, tritone=_SHARE, borrowed=_SHARE))
    table.done()
    return out


def _vocabulary(value: Any, path: str, moves: Moves) -> Vocabulary:
    table = Table(value, path)
    line, lines = many(_chord), many(_cycle)
    said = table.fields(Vocabulary, tonic=line, sub=line, dom=line, cycles=lines, full=lines, half=lines, borrowed=line)
    out = Vocabulary(moves=moves, **said)
    table.done()
    if not (out.tonic and out.sub and out.dom):
        raise StyleError(path, "tonic, sub and dom need one chord each at least")
    for name, ends in (("full", out.tonic), ("half", out.dom)):
        if wrong := next((c for c in getattr(out, name) if not c or c[-1] not in ends), None):
            raise StyleError(f"{path}.{name}", f"{'-'.join(wrong)!r} does not end on {' or '.join(ends)}")
    return out


def _moves(value: Any, path: str) -> dict[str, Moves]:
    """The moves by mode of a table; those that lead nowhere are left out by whoever made it."""
    modes = measured.table("moves", measured.named("moves", value, path))
    return {mode: tuple((chord, tuple(row.items())) for chord, row in rows.items()) for mode, rows in modes.items()}


def _chord(value: Any, path: str) -> str:
    text = words(value, path)
    try:
        parse(text, Key(0, "minor"))
    except ValueError as error:
        what, _, hint = str(error).partition(": ")
        raise StyleError(path, what, hint) from error
    return text


def _cycle(value: Any, path: str) -> tuple[str, ...]:
    return tuple(_chord(chord, path) for word in words(value, path).split() for chord in expanded(word))
