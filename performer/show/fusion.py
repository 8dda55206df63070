"""Which styles weigh how much at a place of a song.

Law of this file: what is written for a moment stands above what is written for a player, and that above what is written for
the song; an aspect (groove, bass ...) stands above the style as a whole, at each of the three.
"""

from performer.show.definition import Part, Section, Song, Styles

FALLBACK: Styles = (("house", 1000),)
"""The style of a song that says none."""


def weights(song: Song, section: Section | None, part: Part | None, aspect: str) -> Styles:
    """The styles of an aspect with their weights, per mille, in the order in which they are written."""
    for place in (section, part, song):
        if place is not None:
            found = next((styles for name, styles in place.aspects if name == aspect), ()) if place.aspects else ()
            if found or place.style:
                return found or place.style
    return FALLBACK


def heaviest(styles: Styles) -> str:
    """The name of the style that weighs most; of equals the first by name."""
    return min(styles, key=lambda row: (-row[1], row[0]))[0]


def leaning(styles: Styles, fusion: int) -> Styles:
    """The weights under the fader: 0 is all of the first style that is written, 1000 all of the second, 500 as written."""
    if fusion == 500 or len(styles) < 2:
        return styles
    toward = 0 if fusion < 500 else 1
    kept = 500 - abs(fusion - 500)
    rows = [(name, weight * kept // 500) for name, weight in styles]
    left = 1000 - sum(weight for _, weight in rows)
    return tuple((name, weight + left if index == toward else weight) for index, (name, weight) in enumerate(rows))
