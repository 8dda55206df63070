"""Rhythm on a grid of sixteenths: patterns as text, Euclid, and any meter from cells of a 4/4 pattern.

Law of this file: a pattern laid into a meter has exactly as many slots as the bar has sixteenths (two bars of them where a bar
has two pulses), and the strength of a slot depends on the meter alone.
"""

from functools import lru_cache

from performer.ticks import SIXTEENTH, Meter


def slots(meter: Meter) -> int:
    """Sixteenths in a bar."""
    return meter.bar // SIXTEENTH


@lru_cache(maxsize=256)
def pulses(meter: Meter) -> tuple[int, ...]:
    """The slots on which the felt pulses fall."""
    return tuple(p // SIXTEENTH for p in meter.pulses)


def euclid(hits: int, steps: int, turn: int = 0) -> tuple[bool, ...]:
    """``hits`` onsets spread over ``steps`` as evenly as can be, the first on step ``turn``.

    Bresenham form of Bjorklund's rhythms (Toussaint 2005): E(3, 8) is the tresillo ``x..x..x.``.
    """
    if not 0 <= hits <= steps or steps < 1:
        raise ValueError(f"no rhythm of {hits} hits in {steps} steps")
    return tuple((step - turn) % steps * hits % steps < hits for step in range(steps))


@lru_cache(maxsize=256)
def strengths(meter: Meter) -> tuple[int, ...]:
    """How strong each slot is, 0..1000: the bar line, the pulses (the middle one first), eighths, sixteenths."""
    count, beats = slots(meter), pulses(meter)
    out = [150 if slot % 2 else 400 for slot in range(count)]
    for index, slot in enumerate(beats):
        out[slot] = 650 if index % 2 else 750
    middle = beats[len(beats) // 2] if len(beats) % 2 == 0 else beats[0]
    out[middle] = 850
    out[0] = 1000
    return tuple(out)


_ORDER = {1: (0,), 2: (0, 1), 3: (0, 2, 3), 4: (0, 1, 2, 3), 5: (0, 2, 1, 2, 3), 6: (0, 1, 2, 0, 2, 3), 7: (0, 1, 2, 1, 0, 2, 3)}
"""Which quarter of a 4/4 pattern each felt pulse takes, by the number of pulses: the last is always the back beat."""

_HALF = {1: (0,), 2: (0, 2), 3: (0, 1, 2), 4: (0, 1, 2, 3), 5: (0, 1, 2, 1, 3), 6: (0, 1, 1, 2, 3, 3), 7: (0, 1, 1, 2, 3, 1, 3)}
"""The same for a pattern in half time, whose back beat stands on three: the third quarter is always there, once."""


@lru_cache(maxsize=4096)
def lay(pattern: str, meter: Meter, rest: str = ".", *, flowing: bool = False, half: bool = False) -> str:
    """A 4/4 pattern (16 slots, or 32 and more for several bars: then so many come back) laid into ``meter``.

    The pattern is cut into quarters of four slots; every felt pulse takes one of them, shortened or padded with
    ``rest`` to its own length. In a meter of two pulses it goes on through a second bar, and begins again there where it has
    nothing more to say. ``flowing``: a pattern that keeps time (a hat) goes on through a longer pulse. ``half``: the
    back beat of the pattern stands on three, and in two pulses a bar has all of it.
    """
    whole = pattern.replace(" ", "").replace("|", "")
    whole = (whole * (16 // max(len(whole), 1) + 1))[:16] if len(whole) < 16 else whole
    order = _HALF if half else _ORDER
    bars = [whole[i : i + 16].ljust(16, rest) for i in range(0, len(whole), 16)]
    if len(beats(meter)) == 2 and not half:
        halves = [(bar[:8], bar[8:]) for bar in bars]
        bars = [row.ljust(16, rest) for first, second in halves for row in (first, second if set(second) - set(".-") else first)]
    return "".join(_bar(bar, meter, rest, flowing, order) for bar in bars)


def nth_bar(laid: str, index: int, size: int) -> str:
    """Bar ``index`` (from 0), ``size`` slots long, of a laid pattern that goes round."""
    first = index * size % len(laid)
    return laid[first : first + size]


@lru_cache(maxsize=256)
def beats(meter: Meter) -> tuple[int, ...]:
    """The lengths, in slots, of the beats into which a pattern is laid: the felt pulses, one of two quarters counting as two."""
    out: list[int] = []
    for group in meter.groups:
        length = group * meter.unit_span // SIXTEENTH
        out += [4] * (length // 4) if length % 4 == 0 and length > 4 else [length]
    return tuple(out)


def _bar(pattern: str, meter: Meter, rest: str, flowing: bool, orders: dict[int, tuple[int, ...]]) -> str:
    cells, quarters = [pattern[i : i + 4] for i in range(0, 16, 4)], beats(meter)
    order = orders.get(len(quarters)) or tuple(i % 4 for i in range(len(quarters)))
    return "".join(cell(cells[which], length, rest, flowing=flowing) for which, length in zip(order, quarters, strict=True))


def cell(text: str, length: int, rest: str = ".", *, flowing: bool = False) -> str:
    """A quarter of four slots shortened or padded to a beat of ``length`` slots."""
    if length == 4:
        return text
    if length < 4:
        return (text[0] + text[2] + text[3])[:length] if length != 2 else text[0] + text[2]
    middle = text[2] if flowing else rest
    stretched = text[0] + text[1] + middle + (text[3] if flowing else rest) + text[2] + text[3]
    return (stretched + (text[2] + text[3] if flowing else rest * 2) * length)[:length]
