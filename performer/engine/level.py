"""How loud a part may be in a bar: the band's dynamics over a piece, fades, and cross-fades between sections.

Law of this file: a level is per mille of what the style plays, the same all through the bar, and never more than that.
"""

from performer.engine.arrangement import plays
from performer.engine.transitions import emerging, way_between
from performer.engine.view import Bar, View
from performer.music.curve import between, value_at
from performer.show.definition import Part, Section
from performer.styles import Style

SOFTEST = 800
"""Per mille of a style's velocity that is left at no energy at all: a band's dynamics over a piece, beside each part's own."""


def level_of(view: View) -> int:
    """What is left of the part's velocities; effects follow the fades alone."""
    return view.fade * between(1000 if view.part.role == "effects" else SOFTEST, 1000, view.bar.live.loud) // 1000


def faded(bar: Bar, part: Part, style: Style) -> int:
    """What fades leave of a part: all parts where it is a fade, those that come or go where it is a cross-fade."""

    def plays_in(section: Section, place: int) -> bool:
        return plays(bar.song, section, part, style, value_at(section.energy, place))

    left, following, before = 1000, bar.change.following, _before(bar)
    if bar.change.says("fade") or (bar.change.says("cross-fade") and following is not None and not plays_in(following, 0)):
        left = bar.fading
    if bar.section.entry == "fade" or (before is not None and not plays_in(before, 1000)):
        left = min(left, emerging(bar.index))
    return left


def _before(bar: Bar) -> Section | None:
    """The section from which this one is cross-faded, while that lasts."""
    before = bar.before
    if bar.index >= 4 or bar.state.stay or before is None or before.name == bar.section.name:
        return None
    return before if "cross-fade" in way_between(bar.song, before, bar.section, bar.phrase.style) else None
