"""What a figure of the scoreboard is: a name, a human range or a target, and a function of the material.

Law of this file: a figure gives a value for each piece of each style; nothing is dropped in silence: a piece that has nothing to
measure gives no value, and the count beside the figure says how many had.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean, median

from bench.figures import Row
from bench.music.material import Material, Piece

Values = dict[str, list[float]]
"""By style (or show), a value for each piece that has one."""

NOISE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """``low`` and ``high``: the range to be inside, None where open; both None: reported only.

    ``every``: each style's median has to be inside, otherwise the median of all. ``only``: the styles that are judged (None: all).
    """

    name: str
    says: str
    of: Callable[[Material], Values]
    low: float | None = None
    high: float | None = None
    every: bool = True
    only: frozenset[str] | None = None

    @property
    def target(self) -> str:
        """The range as text."""
        if self.low is None:
            return "" if self.high is None else f"<= {self.high:g}"
        return f">= {self.low:g}" if self.high is None else f"{self.low:g}..{self.high:g}"

    def inside(self, value: float) -> bool:
        """Whether a value is in the range."""
        return (self.low is None or value >= self.low - NOISE) and (self.high is None or value <= self.high + NOISE)

    def judged(self, style: str) -> bool:
        """Whether a style is held to the range."""
        return (self.low is not None or self.high is not None) and (self.only is None or style in self.only)


def each(measure: Callable[[Piece], float | None], *, shows: bool = False) -> Callable[[Material], Values]:
    """A figure's function out of a measure of one piece; ``shows``: the shipped shows are measured too."""

    def of(material: Material) -> Values:
        out: Values = {}
        for piece in [*material.pieces(), *(map(material.shipped, material.shows) if shows else ())]:
            value = measure(piece)
            if value is not None:
                out.setdefault(piece.style, []).append(value)
        return out

    return of


def centre(values: list[float]) -> float:
    """The median; of yes and no (1 and 0) the share of yes."""
    return fmean(values) if set(values) <= {0.0, 1.0} else median(values)


def row(figure: Figure, values: Values) -> Row:
    """One line of the table: the median of all, the range of the styles' medians, and the worst value of a single piece."""
    middles = {style: centre(found) for style, found in values.items() if found}
    judged = {style: value for style, value in middles.items() if figure.judged(style)}
    everything = [value for style, found in values.items() for value in found if not judged or style in judged]
    if not everything:
        return Row(figure=f"{figure.name}: {figure.says}", here="nothing to measure", target=figure.target, count="0")
    whole = centre(everything)
    met = (all(map(figure.inside, judged.values())) if figure.every else figure.inside(whole)) if judged else None
    low, high = min(middles.items(), key=lambda pair: pair[1]), max(middles.items(), key=lambda pair: pair[1])
    return Row(
        figure=f"{figure.name}: {figure.says}",
        here=f"{whole:.3g}",
        ratio=f"{low[0]} {low[1]:.2f} - {high[0]} {high[1]:.2f}",
        target=figure.target,
        met=met,
        worst=f"{min(everything):.2f} .. {max(everything):.2f}",
        count=str(len(everything)),
    )
