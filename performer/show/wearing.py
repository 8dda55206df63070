"""The styles that a song names, each in the version that it asks for.

Law of this file: a style is looked up once, where it is named; a file that is wrong is every problem of that file, and a song
with a problem is no song.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from performer.show.blends import Worn
from performer.show.definition import Part, Song
from performer.show.desk import Desk
from performer.show.fields import under
from performer.show.fusion import FALLBACK, heaviest, weights
from performer.source.nodes import Mark, Node, Pairs, Scalar
from performer.styles import Style, read


@dataclass(frozen=True, slots=True)
class Fitted:
    """``styles``: every one that the song names. ``ground``: the one that says what its sections are like."""

    styles: tuple[Style, ...]
    ground: Style


def wear(
    desk: Desk, pins: Iterable[tuple[Scalar, int]], path: str, song: Worn, parts: Iterable[Part], sections: Iterable[Worn | None]
) -> Fitted:
    """Every style that song, parts and sections name; what cannot be had is a problem."""
    versions = dict[str, tuple[int | None, Mark]]()
    for key, pin in pins:
        if key.text in desk.styles.names():
            versions[key.text] = pin, key.mark
        else:
            desk.unknown(key, under(path, key.text), "style", desk.styles.names())
    base = song.style or FALLBACK
    places = (Worn(base, song.aspects), *(Worn(part.style, part.aspects) for part in parts), *(worn for worn in sections if worn))
    named = dict.fromkeys(name for place in places for styles in (place.style, *(s for _, s in place.aspects)) for name, _ in styles)
    found: dict[str, Style] = {}
    for name in named:
        version, mark = versions.get(name, (None, Mark(1, 1)))
        before = len(desk.styles.problems)
        style = desk.typed(mark, under(path, name), name, lambda wanted, v=version: desk.styles.style(wanted, v))  # type: ignore[misc]
        desk.problems += desk.styles.problems[before:]
        if style is not None:
            found[name] = style
    ground = dict(song.aspects).get("groove", base)
    return Fitted(tuple(found.values()), found.get(heaviest(ground)) or read(FALLBACK[0][0]))


def check_kits(desk: Desk, song: Song, parts: Node, path: str) -> None:
    """Drums need a style that has some. ``parts``: where they are written."""
    marks = {key.text: key.mark for key, _ in parts.pairs} if isinstance(parts, Pairs) else {}
    known = {style.name: style for style in song.styles}
    for part in song.parts:
        names = [name for name, weight in weights(song, None, part, "groove") if weight and part.role == "drums"]
        if names and all(name in known and not known[name].pieces and not known[name].pulse for name in names):
            what = f"the style {names[0]} has no drums" if len(names) == 1 else f"none of {', '.join(names)} has drums"
            desk.problem(marks.get(part.name, parts.mark), under(path, part.name), what, "give this part another style, or leave it out")
