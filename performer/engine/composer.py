"""One bar of one part: the plan, the role, and the ladder that a failing role falls down.

Law of this file: ``compose`` is a pure function of its arguments and never raises. The ladder is pure too: what a part
would have played in earlier bars of this section, then its safe bar, then nothing; every fall is told.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from performer.controls import MACROS
from performer.engine import lanes
from performer.engine.arrangement import BLOCK, COLOURS, plays
from performer.engine.conductor import section_of
from performer.engine.decide import decide
from performer.engine.finish import finished
from performer.engine.fusion import style_of
from performer.engine.identity import idea_of
from performer.engine.keeping import whence
from performer.engine.leading import after, upcoming
from performer.engine.level import faded
from performer.engine.roles import arp, bass, chords, drums, effects, external, lead, light, pulse, texture, visual
from performer.engine.same import Same
from performer.engine.seen import bar_of
from performer.engine.shaped import bar_for
from performer.engine.state import Phase, State
from performer.engine.view import Bar, View, part_identity
from performer.events import ChordMark, Controller, Cue, Event, order
from performer.show.definition import CueAt, CueRule, Part, Show
from performer.styles import Style
from performer.styles.definition import SILENT
from performer.tempo import Micros
from performer.ticks import Tick

ROLES: dict[str, Callable[[View], list[Event]]] = {
    "drums": drums.play,
    "bass": bass.play,
    "chords": chords.play,
    "arp": arp.play,
    "lead": lead.play,
    "texture": texture.play,
    "effects": effects.play,
    "light": light.play,
    "visual": visual.play,
    "external": external.play,
}


@dataclass(frozen=True, slots=True)
class Fell:
    """A part's role failed in a bar. ``rung``: what was played instead (earlier bar, safe bar, silence); ``why``: the error."""

    part: str
    bar: int
    rung: str
    why: str


@dataclass(frozen=True, slots=True)
class Composed:
    """The events of a part in a bar, sorted, and how it fell, if it did."""

    events: tuple[Event, ...]
    fell: Fell | None = None


def compose(show: Show, state: State, part: Part) -> tuple[Event, ...]:
    """Everything ``part`` plays in the whole bar that ``state`` describes, in ``events.order``; it never raises."""
    return attempt(show, state, part).events


def safe_bar(show: Show, state: State, part: Part) -> tuple[Event, ...]:
    """The same bar for looping: no fill, no crash, no ending, every note inside the bar; it never raises."""
    return attempt(show, state, part, safe=True).events


def attempt(show: Show, state: State, part: Part, *, safe: bool = False) -> Composed:
    """``compose`` together with what went wrong."""
    try:
        return Composed(_remembered(Same(show), state, part, safe))
    except Exception as error:  # noqa: BLE001 - the ladder: one part's fault must not stop the others
        why = f"{type(error).__name__}: {error}"
    rungs = (("earlier bar", state.bar_in_section - 1), ("earlier bar", 0), ("safe bar", state.bar_in_section))
    for rung, index in rungs:
        if index < 0:
            continue
        try:
            events = _written(show, replace(state, bar_in_section=index), part, True)
            return Composed(events, Fell(part.name, state.bar, rung, why))
        except Exception:  # noqa: BLE001 - the next rung
            continue
    return Composed((), Fell(part.name, state.bar, "silence", why))


class Composer:
    """``compose`` with a memory of what fell, for whoever counts and reports: the same events, always."""

    def __init__(self) -> None:
        self.fell: list[Fell] = []
        self._told: dict[str, int] = {}

    def chords(self, show: Show, state: State) -> tuple[ChordMark, ...]:
        """As ``chords_of``."""
        return chords_of(show, state)

    def cues(self, show: Show, state: State) -> tuple[Cue, ...]:
        """As ``cues_of``."""
        return cues_of(show, state)

    def safe_bar(self, show: Show, state: State, part: Part) -> tuple[Event, ...]:
        """As ``safe_bar``."""
        return safe_bar(show, state, part)

    def take_fallen(self) -> list[Fell]:
        """What fell since the last call."""
        fallen, self.fell = self.fell, []
        return fallen

    def compose(self, show: Show, state: State, part: Part) -> tuple[Event, ...]:
        """As ``compose``; a fall is noted once for each part and bar, however often the bar is asked for."""
        composed = attempt(show, state, part)
        if composed.fell is not None and self._told.get(part.name, -1) < state.bar:
            self._told[part.name] = state.bar
            self.fell.append(composed.fell)
        return composed.events


@lru_cache(maxsize=512)
def _remembered(same: Same[Show], state: State, part: Part, safe: bool) -> tuple[Event, ...]:
    """A bar is asked for again when it is foreseen, committed and regenerated; an error is not remembered."""
    return _written(same.value, state, part, safe)


def _written(show: Show, state: State, part: Part, safe: bool) -> tuple[Event, ...]:
    if state.phase is not Phase.PLAYING:
        return ()
    bar = bar_for(show, state, part, safe=safe)
    style = style_of(bar.song, bar.section, part, bar.live.fusion)
    if not style.pulse and part.role not in SILENT and not _plays(bar, part, style):
        return ()
    view = view_of(bar, part, style)
    if state.ringing:  # nobody strikes anything; what lasts still follows a hand
        moving = ROLES[part.role](view) if part.role in SILENT else lanes.play(view)
        return tuple(event for event in moving if isinstance(event, Controller))
    if style.pulse:
        return tuple(pulse.play(view))
    events = ROLES[part.role](view)
    if part.role not in SILENT:
        events += lanes.play(view)
    return finished(events, view, safe=safe, rings=section_of(show, state).ring)


def view_of(bar: Bar, part: Part, style: Style) -> View:
    """What ``part`` sees of a bar that it plays in this style."""
    return View(bar, part, style, part_identity(bar, part), faded(bar, part, style))


def _plays(bar: Bar, part: Part, style: Style) -> bool:
    """Whether a part plays: as a hand says, else by its energy, and in a long section by the slow plan."""
    shaping = bar.state.shaping
    if part.name in shaping.absent or part.name in shaping.brought:
        return part.name in shaping.brought
    if not plays(bar.song, bar.section, part, style, bar.gate):
        return False
    if part.role not in COLOURS:
        return True
    rest = "rest" if part.role in bar.turns else "play"
    block = (bar.state.stay + bar.index) // BLOCK
    return decide(bar.song, f"{idea_of(bar.section)}/{part.name}/block/{block + 1}", lambda: rest) != "rest"


# --- what the conductor publishes


@lru_cache(maxsize=1024)
def _mark(at: Tick, now: str, following: str, key: str, next_key: str) -> ChordMark:
    return ChordMark(at=at, now=now, next=following, key=key, next_key=next_key)


def chords_of(show: Show, state: State) -> tuple[ChordMark, ...]:
    """The chords of the bar that ``state`` describes, each with the one after it and the keys of both; () when nothing plays."""
    if state.phase is not Phase.PLAYING:
        return ()
    here = bar_of(show, state)
    bar = bar_of(show, whence(here.section, state))
    coming, home = bar.upcoming, bar.upcoming_key
    if here.section.kept:  # what followed these bars when they were played need not follow them here
        coming, home = upcoming(show, bar.phrase, bar.place, after(show, state), True)
    sounding = [placed for placed in bar.chords if not placed.slot or placed.slot < here.until]
    symbols = [placed.chord.symbol for placed in sounding] + [coming.symbol]
    keys = [str(bar.phrase.key)] * len(sounding) + [str(home)]
    rows = zip(sounding, pairwise(symbols), pairwise(keys), strict=True)
    return tuple(_mark(bar.tick(placed.slot), *chords, *homes) for placed, chords, homes in rows)


def cues_of(show: Show, state: State) -> tuple[Cue, ...]:
    """What cue rules fire in this bar: at a section's start or end, at a bar and beat, every n bars, on drops and fills.

    The end of a section is the first tick of what comes after it; the end of the song is the last tick of its last bar.
    """
    if state.phase is not Phase.PLAYING or state.ringing:
        return ()
    bar = bar_of(show, state)
    over = bar.ending and not bar.following
    rules = [rule for rule in bar.section.cues if rule.name not in MACROS]
    out = [_cue(rule, bar.at) for rule in _left(bar) if rule.at is CueAt.END and rule.name not in MACROS]
    for rule in rules:
        beat = Tick(bar.at + state.meter.pulses[min(rule.beat, len(state.meter.pulses) - 1)])
        fires = {
            CueAt.START: (bar.begins, bar.at),
            CueAt.END: (over, Tick(state.end - 1)),
            CueAt.BAR: (bar.index == rule.bar, beat),
            CueAt.EVERY: (rule.bar > 0 and bar.index % rule.bar == 0, beat),
            CueAt.DROP: (bar.drop, bar.at),
            CueAt.FILL: (bool(bar.fill), bar.tick(bar.fill_from)),
        }
        due, at = fires[rule.at]
        if due:
            out.append(_cue(rule, at))
    return tuple(sorted(out, key=order))


def _left(bar: Bar) -> tuple[CueRule, ...]:
    """The rules of the section that ended where this bar begins; none when a section repeats itself or a song begins."""
    return bar.before.cues if bar.begins and bar.before is not None else ()


def _cue(rule: CueRule, at: Tick) -> Cue:
    return Cue(at=at, part="", name=rule.name, args=rule.args, lead=Micros(rule.lead), fade=Micros(rule.fade))
