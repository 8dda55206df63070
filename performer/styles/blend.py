"""A blend is a style: one Style out of weighted ones, so that no role ever asks what was blended.

Law of this file: alone, a style is itself, exactly. As a weight grows, each thing that cannot be divided (a slot of a grid,
a beat of a pattern, a piece of a kit, a word) changes hands once, at a place that the song's identity fixes; places are
spread evenly, so that a small move changes little. Numbers lie between. The frame of the kit, the phrase and the rate of the
harmony are the heaviest style's: one downbeat, one harmonic rhythm. The order of the weights does not matter.
"""

from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from performer.music.chain import Moves
from performer.music.chance import Chance
from performer.music.groove import Touch
from performer.music.harmony import Vocabulary
from performer.styles.cells import spread
from performer.styles.definition import FRAME, VOICE_ASPECTS, Feel, Fills, Harmony, Kit, Piece, Style
from performer.styles.mixer import Mixer, Path

Weights = tuple[tuple[Style, int], ...]
"""Styles and their weights, per mille, which sum to 1000. A style may weigh nothing: it keeps the places as they are."""

BASS_DRUM = (35, 36)
"""General MIDI's bass drums: whatever piece strikes them belongs to the downbeat."""


@lru_cache(maxsize=512)
def blend(weights: Weights, chance: Chance) -> Style:
    """The style that ``weights`` make together; ``chance`` fixes the places at which things change hands.

    Raises ValueError when the weights do not sum to 1000 or one is negative.
    """
    if sum(weight for _, weight in weights) != 1000 or any(weight < 0 for _, weight in weights):
        raise ValueError(f"weights sum to 1000 and none is negative, not {[weight for _, weight in weights]}")
    alone = next((style for style, weight in weights if weight == 1000), None)
    if alone is not None:
        return alone
    rows = sorted(weights, key=lambda row: row[0].name)
    styles = tuple(style for style, _ in rows)
    mixer = Mixer(chance.at("blend"), [weight for _, weight in rows])
    pieces = _kit(mixer, styles)
    loudest = sorted(rows, key=lambda row: (-row[1], row[0].name))
    return Style(
        **mixer.fields(styles, (), ("name", "title", "pieces", "fills", "harmony", "feel", "kit")),
        name=" + ".join(f"{style.name} {weight}" for style, weight in loudest if weight),
        title=" and ".join(style.title for style, weight in loudest if weight),
        pieces=pieces,
        kit=_turns(mixer.value([style.kit for style in styles], ("kit",)), pieces),
        fills=_fills(mixer, [style.fills for style in styles]),
        harmony=_harmony(mixer, styles),
        feel=_feel(mixer, styles),
    )


@lru_cache(maxsize=512)
def compound(aspects: tuple[tuple[str, Style], ...]) -> Style:
    """One style whose aspects (all of ``definition.ASPECTS``) come from several."""
    by = dict(aspects)
    ground = by["groove"]
    if all(style is ground for style in by.values()):
        return ground
    own = {row.name: getattr(by[row.metadata["aspect"]], row.name) for row in fields(Style) if "aspect" in row.metadata}
    own["feel"] = by["feel"].feel.dressed(ground.pieces)
    voices = tuple((role, by[VOICE_ASPECTS[role]].voice(role)) for role, _ in ground.voices)
    starts = tuple((role, by[VOICE_ASPECTS.get(role, "groove")].start(role)) for role in dict((*ground.starts, *ground.voices)))
    return replace(ground, **own, voices=voices, starts=starts, name=" / ".join(dict.fromkeys(style.name for style in by.values())))


def _kit(mixer: Mixer, styles: tuple[Style, ...]) -> tuple[Piece, ...]:
    """The frame as the heaviest style has it; of the other pieces the shared ones mixed, the others from a weight on."""
    heaviest = styles[mixer.heaviest]
    owners: dict[str, list[int]] = {}
    frame = {piece.name for style in styles for piece in style.pieces if _in_frame(piece)}
    for index, style in enumerate(styles):
        for piece in style.pieces:
            if piece.name not in frame:
                owners.setdefault(piece.name, []).append(index)
    out = [piece for piece in heaviest.pieces if piece.name in frame]
    kits = [{piece.name: piece for piece in style.pieces} for style in styles]
    for name in mixer.present(owners, ("kit",)):
        rows = [kits[index][name] for index in owners[name]]
        mixed: Piece = mixer.part(owners[name]).value(rows, ("kit", name))
        opened = next((row.open for row in rows if row.open is not None), None)
        out.append(replace(mixed, open=opened) if mixed.open is None else mixed)
    return _timed(tuple(out), [style.pieces for style in styles], heaviest.pieces)


def _timed(kit: tuple[Piece, ...], kits: list[tuple[Piece, ...]], heaviest: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The kit with somebody who keeps time wherever every style has somebody: a piece gives way only to one that is there."""
    for energy in range(0, 1001, 10):
        if _keeper(kit, energy) or not all(_keeper(own, energy) for own in kits):
            continue
        before = [piece for piece in kit if piece.time and piece.until <= energy]
        if before:
            last = max(before, key=lambda piece: (piece.until, piece.name))
            kit = tuple(replace(piece, until=1001) if piece is last else piece for piece in kit)
        else:
            keeper = _keeper(heaviest, energy)
            names = {piece.name for piece in kit}
            kit = tuple(replace(piece, start=energy) if keeper and piece.name == keeper.name else piece for piece in kit)
            kit += (keeper,) if keeper and keeper.name not in names else ()
    return kit


def _keeper(kit: tuple[Piece, ...], energy: int) -> Piece | None:
    return next((piece for piece in kit if piece.time and piece.start <= energy < piece.until), None)


def _turns(kit: Kit, pieces: tuple[Piece, ...]) -> Kit:
    """The kit, its turns without the pieces that are not there."""
    names = {piece.name for piece in pieces}
    turns = tuple(tuple(row for row in turn if row[0] in names) for turn in kit.turns)
    return replace(kit, turns=tuple(turn for turn in turns if turn))


def _in_frame(piece: Piece) -> bool:
    return piece.name in FRAME or piece.note in BASS_DRUM


# --- fills


def _fills(mixer: Mixer, fills: list[Fills]) -> Fills:
    """Every fill whole from one style, in letters that mean the same in all of them; a style without fills makes them rarer."""
    spelt, letters = respelt(fills)
    quiet = [said if said.small or said.half or said.whole or said.cells else replace(said, often=(0, 0)) for said in spelt]
    keepers = {name: [i for i, said in enumerate(fills) if name in said.keep] for said in fills for name in said.keep}
    lined = [i for i, said in enumerate(spelt) if said.line]
    line = spelt[lined[mixer.part(lined).taken(("fills", "line"))]].line if lined else ""
    rest = mixer.fields(quiet, ("fills",), ("letters", "keep", "line"))
    return Fills(**rest, line=line, letters=letters, keep=tuple(mixer.present(keepers, ("fills", "keep"))))


def respelt(fills: list[Fills]) -> tuple[list[Fills], tuple[tuple[str, int], ...]]:
    """The fills of each style in one spelling, and that spelling: a letter that means two drums becomes another for the second."""
    spelling: dict[str, int] = {}
    taken = {letter for said in fills for letter, _ in said.letters} | {"x"}
    free = [letter for letter in map(chr, range(ord("A"), ord("z") + 1)) if letter.isalpha() and letter not in taken]
    out = []
    for said in fills:
        new: dict[int, str] = {}
        for letter, note in said.letters:
            known = letter
            if spelling.get(letter, note) != note:
                known = next((k for k, n in spelling.items() if n == note), None) or free.pop()
            spelling[known] = note
            new[ord(letter)] = known
        sizes = (said.small, said.half, said.whole, said.cells)
        small, half, whole, cells = (tuple(text.translate(new) for text in texts) for texts in sizes)
        out.append(replace(said, small=small, half=half, whole=whole, cells=cells, line=said.line.translate(new)))
    return out, tuple(spelling.items())


# --- harmony and feel


def _harmony(mixer: Mixer, styles: tuple[Style, ...]) -> Harmony:
    said = [style.harmony for style in styles]
    minor, major = (_vocabulary(mixer, [getattr(one, mode) for one in said], ("harmony", mode)) for mode in ("minor", "major"))
    return replace(said[0], **mixer.fields(said, ("harmony",), ("minor", "major")), minor=minor, major=major)


def _vocabulary(mixer: Mixer, words: list[Vocabulary], path: Path) -> Vocabulary:
    """Each function's chords as a ladder, the plainest first, of which each rung belongs to one style; cycles stay whole.

    A cadence stays where the chord on which it ends is one of the blend's.
    """
    ladders = ("tonic", "sub", "dom")
    said: dict[str, Any] = {name: _ladder(mixer, [getattr(one, name) for one in words], (*path, name)) for name in ladders}
    out = replace(
        words[0], **mixer.fields(words, path, (*ladders, "moves")), **said, moves=_moves(mixer, [one.moves for one in words], path)
    )
    full = tuple(cadence for cadence in out.full if cadence[-1] in out.tonic)
    return replace(out, full=full, half=tuple(cadence for cadence in out.half if cadence[-1] in out.dom))


def _moves(mixer: Mixer, moves: list[Moves], path: Path) -> Moves:
    """The moves of all styles that have some, each by its weight; those are there from a weight on."""
    who = [index for index, rows in enumerate(moves) if rows]
    if not who or not mixer.present({"moves": who}, (*path, "moves")):
        return ()
    among, tables = mixer.part(who), [{chord: dict(row) for chord, row in moves[index]} for index in who]
    out = []
    for chord in dict.fromkeys(chord for table in tables for chord in table):
        rows = [table.get(chord, {}) for table in tables]
        to = {after: among.mean([row.get(after, 0) for row in rows]) for row in rows for after in row}
        out.append((chord, tuple((after, weight) for after, weight in to.items() if weight)))
    return tuple(out)


def _ladder(mixer: Mixer, values: list[tuple[str, ...]], path: Path) -> tuple[str, ...]:
    count = max(1, mixer.mean([len(value) for value in values]))
    most = max(len(value) for value in values)
    places = spread(mixer.chance, most, *path)
    chosen = [values[mixer.owner(place)] for place in places[:count]]
    return tuple(dict.fromkeys(value[k * len(value) // count] for k, value in enumerate(chosen)))


def _feel(mixer: Mixer, styles: tuple[Style, ...]) -> Feel:
    return Feel(**mixer.fields([style.feel for style in styles], ("feel",), ("touches",)), touches=_touches(mixer, styles))


def _touches(mixer: Mixer, styles: tuple[Style, ...]) -> tuple[tuple[str, Touch], ...]:
    """Slot by slot. A style that has the instrument and does not say how it is played plays it still."""
    names = dict.fromkeys(name for style in styles for name, _ in style.feel.touches)
    out = []
    for name in names:
        who = [i for i, style in enumerate(styles) if name in dict(style.feel.touches) or _has(style, name)]
        out.append((name, mixer.part(who).value([styles[i].feel.touch(name) for i in who], ("feel", name))))
    return tuple(out)


def _has(style: Style, name: str) -> bool:
    return any(piece.name == name for piece in style.pieces) or any(role == name for role, _ in style.voices)
