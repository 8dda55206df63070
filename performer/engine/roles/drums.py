"""Drums: the kit's grids layered by energy, a turn at the end of four bars, fills before boundaries, the crash after them.

Law of this file: louder adds, never reshuffles: a stroke that sounds at some energy sounds at every higher one (fills and
rolls belong to the bar, not to the energy). The frame is the song's; colours and turns are tonight's, and come back when
the section comes back. Complexity makes ghosts and turns rarer or more frequent (``engine.kitwork``).
"""

from performer.engine.anew import counted, reworked
from performer.engine.arrangement import BLOCK
from performer.engine.decide import decide
from performer.engine.fills import fill, rolling
from performer.engine.identity import THEMES
from performer.engine.kitwork import ghosts, haunted, opened, plainer, shone
from performer.engine.likeness import turns
from performer.engine.pen import Pen
from performer.engine.skeleton import variant
from performer.engine.view import View, length_of
from performer.events import Event
from performer.music.chance import Chance
from performer.music.curve import between
from performer.music.rhythm import lay, nth_bar
from performer.styles.definition import FRAME, Piece, Turn, drum_of
from performer.ticks import SIXTEENTH

Strokes = dict[tuple[int, int, int], tuple[int, str]]
"""By slot, ticks after the slot and note: velocity, and the piece whose touch it has."""

_SPLIT = {"r": (0, SIXTEENTH // 2), "t": (0, SIXTEENTH // 3, 2 * SIXTEENTH // 3)}
"""Ticks after its slot at which a sign strikes; once, at the slot, where nothing is said."""


def play(view: View) -> list[Event]:
    """The drum part's notes in this bar."""
    bar, strokes, said = view.bar, Strokes(), Strokes()  # a fill has accents of its own
    if bar.ending:
        strokes = _crash(view)
    else:
        night, kit = _night(view), view.style.pieces
        turn, changed, others = _turn(view, night), _changed(view, night), _otherwise(view)
        sounding = [piece for piece in kit if _sounds(view, piece)]
        ghost = haunted(view, sounding)
        for piece in sounding:
            grid = _grid(view, piece, night, turn, changed)
            grid = reworked(view, grid, "Xxo", "x") if piece.name in others else grid
            _groove(view, piece, grid, night, strokes)
            if piece is ghost:
                for slot, velocity in ghosts(bar, piece, grid, night, between(*piece.velocity, bar.live.loud)):
                    _put(strokes, slot, piece.note, velocity, piece.name)
        notes = dict(view.style.fills.letters)
        names = {piece.note: piece.name for piece in reversed(kit)}
        for slot, after, letter, velocity in fill(view):
            strokes.pop((slot, after, notes[letter]), None)
            _put(said, slot, notes[letter], velocity, names.get(notes[letter], drum_of(notes[letter])), after)
        if view.style.fills.roll is not None:
            for slot, after, velocity in rolling(view):
                _put(strokes, slot, view.style.fills.roll, velocity, "roll", after)
        if bar.crash:
            strokes |= _crash(view)
    pen, once, split = Pen(view), length_of(1, 500), length_of(1, 300)
    return [
        write(piece, slot * SIXTEENTH + after, note, split if after else once, velocity)
        for write, struck in ((pen.note, strokes), (pen.even, said))
        for (slot, after, note), (velocity, piece) in struck.items()
    ]


# --- which pattern


def _night(view: View) -> Chance:
    """Tonight's chance for colours and turns: one for the song's themes and one for all that is round them.

    So a drummer has two grooves a song, and whatever is chosen comes back when the section comes back.
    """
    anew = view.varied or view.take.number
    return view.night("kit", view.idea if anew else "theme" if view.bar.role in THEMES else "song")


def _grid(view: View, piece: Piece, night: Chance, turn: dict[str, str], changed: str) -> str:
    """The signs of a piece in this bar."""
    bar, half = view.bar, view.style.kit.half
    text = lay(piece.grids[_which(view, piece, night, changed)], bar.state.meter, flowing=piece.time, half=half)
    row = nth_bar(text, bar.index, bar.slots)
    if piece.name not in turn:
        return row
    return "".join(old if new == "." else "." if new == "-" else new for old, new in zip(row, _over(view, turn[piece.name]), strict=True))


def _over(view: View, text: str) -> str:
    """What a turn lays over a bar: in a meter of two pulses how its pattern ends."""
    bar = view.bar
    return text if len(text) == bar.slots else lay(text, bar.state.meter, half=view.style.kit.half)[-bar.slots :]


def _changed(view: View, night: Chance) -> str:
    """The colour that plays another variant than before: one in the last quarter, another one at every second return; none in a build."""
    bar = view.bar
    if view.returns < 2 or 4 * bar.index < 3 * bar.bars or bar.rising:
        return ""
    colours = [piece.name for piece in view.style.pieces if piece.name not in FRAME and len(piece.grids) > 1]
    return colours[night.below(len(colours), "return", view.returns // 2)] if colours else ""


def _which(view: View, piece: Piece, night: Chance, changed: str) -> int:
    """The variant of a piece: the song's in the frame, tonight's in a colour."""
    count = len(piece.grids)
    if count == 1:
        return 0
    if piece.name in FRAME:
        return variant(view.bar.song, view.bar.section, piece)
    song, address = view.bar.song, f"{view.idea}/drums/{piece.name}"
    drawn = night.below(count, "variant", piece.name)
    which = _number(decide(song, address, lambda: str(drawn)), drawn)
    if piece.name == changed:
        other = (which + 1 + night.below(count - 1, "variant", piece.name, view.returns // 2)) % count
        which = _number(decide(song, f"{view.idea}/drums/again/{view.returns + 1}/{piece.name}", lambda: str(other)), other)
    return which % count


def _otherwise(view: View) -> tuple[str, ...]:
    """The pieces that a hand hears otherwise in this bar: a reroll all colours, a variation one in turn; the frame if none sounds."""
    count = sum(counted(view))
    if not count:
        return ()
    sounding = [piece.name for piece in view.style.pieces if _sounds(view, piece)]
    colours = [name for name in sounding if name not in FRAME] or sounding
    return tuple(colours if view.take.number else colours[count % len(colours) :][:1])


def _number(text: str, drawn: int) -> int:
    return int(text) if text.isdecimal() else drawn


def _turn(view: View, night: Chance) -> dict[str, str]:
    """What changes in this bar, by piece: in the last of four bars something small does, unless it has a fill."""
    bar, kit = view.bar, view.style.kit
    if kit.loop or bar.fill or bar.thin or not turns(bar.index):
        return {}
    known = kit.turns or _own(view)

    def draw() -> str:
        turned = night.hits(kit.vary * bar.live.complexity // 500, "turns", bar.like)
        first = night.below(len(known), "turn", bar.like)
        ways = (*range(first, len(known)), *range(first))
        return str(next((way for way in ways if _tells(view, known[way], night)), first)) if turned else "none"

    which = decide(bar.song, f"{view.idea}/drums/turn/{bar.like + 1}", draw)
    return dict(known[int(which) % len(known)]) if which.isdecimal() else {}


def _tells(view: View, turn: Turn, night: Chance) -> bool:
    """Whether a turn is heard at the energy that is drawn here: some piece that plays there gains or loses a stroke."""
    bar = view.bar
    for piece in view.style.pieces:
        text = dict(turn).get(piece.name, "")
        if text and piece.start <= bar.terrace < piece.until:
            row = _grid(view, piece, night, {}, "")
            if any(new not in (".", old) and (new != "-" or old != ".") for old, new in zip(row, _over(view, text), strict=True)):
                return True
    return False


def _own(view: View) -> tuple[Turn, ...]:
    """Turns for a style that writes none: the kick goes on to the next bar line, or leaves its last stroke out."""
    bar = view.bar
    free = [slot for slot in range(bar.slots // 2, bar.slots) if slot not in bar.kick]
    out = [_marked(bar.slots, "x", free[-2:-1]), _marked(bar.slots, "x", free[-1:]), _marked(bar.slots, "x", free[-4:-3] + free[-2:-1])]
    if len(bar.kick) > 1:
        out.append(_marked(bar.slots, "-", list(bar.kick[-1:])))
    return tuple((("kick", text),) for text in out)


def _marked(slots: int, sign: str, where: list[int]) -> str:
    return "".join(sign if slot in where else "." for slot in range(slots))


# --- strokes


def _groove(view: View, piece: Piece, grid: str, night: Chance, strokes: Strokes) -> None:
    bar, busy = view.bar, view.bar.busy
    end = bar.slots if piece.name in view.style.fills.keep else bar.fill_from
    row: tuple[int, ...] = ()
    if grid.strip("Xxort.") or bar.live.complexity < 500:  # the frame is a groove of two bars
        frame = piece.name in FRAME
        row = view.chance.row(bar.slots, "groove", piece.name, bar.index % 2) if frame else night.row(bar.slots, "groove", piece.name)
        grid = plainer(bar, piece, grid, row)
    low = shone(bar, piece, between(*piece.velocity, bar.live.loud))
    for slot in range(end):
        sign = grid[slot]
        if sign == ".":
            continue
        if sign == "g":
            if row[slot] < (350 + busy * 65 // 100) * bar.live.complexity // 500:
                _put(strokes, slot, piece.note, low * 55 // 100, piece.name)
        elif sign.isdigit():
            if row[slot] < int(sign) * (40 + busy * 8 // 100) * (500 + bar.live.complexity) // 1000:
                _put(strokes, slot, piece.note, low * 85 // 100, piece.name)
        else:
            note = opened(bar, piece, slot, sign)
            for number, after in enumerate(_SPLIT.get(sign, (0,))):
                _put(strokes, slot, note, low + (6 if sign == "X" else -4) - 8 * number, piece.name, after)


def _sounds(view: View, piece: Piece) -> bool:
    """Whether a piece plays in this bar: by energy, by section, and a colour may rest for a block of sixteen bars.

    Frame and time-keepers never rest, nor does the last block, nor the first of a theme.
    """
    bar = view.bar
    if bar.busy < piece.start or bar.terrace >= piece.until or (bar.thin and piece.name == "kick"):
        return False
    if piece.sections and bar.role not in piece.sections:
        return False
    block, blocks = bar.index // BLOCK, -(-bar.bars // BLOCK)
    if piece.name in FRAME or piece.time or block == blocks - 1 or (block == 0 and bar.role in THEMES):
        return True
    return not view.chance.hits(view.style.kit.rest, "rest", piece.name, block)


def _crash(view: View) -> Strokes:
    """The crash with the kick under it: after a fill, on a drop, and as the last stroke of a song."""
    strokes: Strokes = {}
    kick = next((p for p in view.style.pieces if p.name == "kick"), None)
    if kick is not None:
        _put(strokes, 0, kick.note, between(*kick.velocity, view.bar.live.loud), "kick")
    if view.style.fills.crash is not None:
        _put(strokes, 0, view.style.fills.crash, between(84, 114, view.bar.live.loud), "crash")
    return strokes


def _put(strokes: Strokes, slot: int, note: int, velocity: int, piece: str, after: int = 0) -> None:
    held = strokes.get((slot, after, note))
    if held is None or held[0] < velocity:
        strokes[(slot, after, note)] = (velocity, piece)
