"""The way that a performance took as a linear form: sections in order, each as long as it was played.

Law of this file: what nobody pressed keeps its name and its length. A stay that hands made longer or shorter says so; where a
section was played in several lengths, the later ones are sections of their own (``verse-2: {as: verse, bars: 12}``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from performer.controls import Back, Cancel, Entry, Go, GoTo, Hand, Hold, Lock, Macro, MixAct, Next, Remark, SetTempo, Shape
from performer.rehearse.decided import Decided, Stint
from performer.show.definition import Section, Song

Length = tuple[int, int]
"""Bars of a visit and, where it waits until next, bars after which it gives up; 0 where nothing has to be said."""
PLAIN: Length = (0, 0)
_WAYS = (Back, Cancel, Go, GoTo, Hold, Next, MixAct, Remark)


@dataclass(frozen=True, slots=True)
class Place:
    """A stint and the name under which it stands in the form; ``visit``: of that name, from 0."""

    stint: Stint
    name: str
    visit: int
    length: Length


def places(song: Song, stints: Sequence[Stint], pressed: bool) -> tuple[Place, ...]:
    """The form. ``pressed``: whether hands could have changed a length."""
    first: dict[str, Length] = {}
    known = {section.name for section in song.sections}
    copies: dict[tuple[str, Length], str] = {}
    visits: dict[str, int] = {}
    out = []
    for number, stint in enumerate(stints):
        section = song.section(stint.section)
        following = song.section(stints[number + 1].section) if number + 1 < len(stints) else None
        length = _length(section, following, stint) if pressed else PLAIN
        name = stint.section
        if first.setdefault(name, length) != length:
            name = copies.setdefault((stint.section, length), _free(stint.section, known))
            known.add(name)
        out.append(Place(stint, name, visits.get(name, 0), length))
        visits[name] = visits.get(name, 0) + stint.repeats
    return tuple(out)


def _length(section: Section, following: Section | None, stint: Stint) -> Length:
    patience = section.give_up or section.bars
    own = -(-patience // section.bars) * section.bars if section.until_next else section.bars
    waited = following is not None and following.waits_for_go
    if stint.bars == own or section.kept or (waited and stint.bars % section.bars == 0):
        return PLAIN
    return (0, stint.bars) if section.until_next and stint.bars % section.bars == 0 else (stint.bars, 0)


def _free(name: str, known: set[str]) -> str:
    number = 2
    while f"{name}-{number}" in known:
        number += 1
    return f"{name}-{number}"


def form_of(song: Song, way: Sequence[Place], decisions: Mapping[str, str], *, round_again: bool) -> str:
    """The form in words. ``round_again``: the performance was left where it would have begun again."""
    words: list[str] = []
    for name, run in groupby(place.name for place in way):
        count = len(list(run))
        words += [name, f"x{count}"] if count > 1 else [name]
    if round_again and way:
        last = way[-1].stint
        loop = song.form[song.loop_to] if song.loop_to is not None else ""
        target = decisions.get(f"{last.section}/then/{last.visit + last.repeats}", "") if song.section(last.section).then else loop
        words += ["loop", "from", target] if target in words else []
    return " ".join(words)


def renamed(decisions: Mapping[str, str], way: Sequence[Place]) -> dict[str, str]:
    """The decisions under the names that stand in the form; those that a linear form leaves no choice for are left out."""
    out: dict[str, str] = {}
    for address, value in decisions.items():
        steps = address.split("/")
        if len(steps) == 3 and steps[1] == "then":
            continue
        for names in _under(steps, way):
            out["/".join(names)] = value
    return out


def _under(steps: list[str], way: Sequence[Place]) -> list[list[str]]:
    section = steps[0]
    called = dict.fromkeys(place.name for place in way if place.stint.section == section)
    if steps[1:2] == ["plays"]:
        return [[name, *steps[1:]] for name in called] or [steps]
    if steps[1:2] == ["way"]:
        pairs = {(a.name, b.name) for a, b in pairwise(way) if (a.stint.section, b.stint.section) == (section, steps[2])}
        return [[one, "way", other] for one, other in sorted(pairs)]
    at = 2 if steps[1:2] == ["fills"] else 3 if len(steps) == 5 and steps[2] in ("fill", "riff", "strokes") else 0
    if not at:
        return [steps]
    visit = int(steps[at]) - 1
    place = next((p for p in way if p.stint.section == section and p.stint.visit <= visit < p.stint.visit + p.stint.repeats), None)
    return [] if place is None else [[place.name, *steps[1:at], str(place.visit + visit - place.stint.visit + 1), *steps[at + 1 :]]]


# --- what hands did besides


def moves(got: Decided, song: int, way: Sequence[Place]) -> tuple[dict[str, dict[str, tuple[int, int]]], list[str]]:
    """Macros as cues by section: (bar from 1, per mille) by macro; and in words what a show cannot say and is pressed still."""
    cues: dict[str, dict[str, tuple[int, int]]] = {}
    left: list[str] = []
    bars = got.rendering.bars
    for entry in got.rendering.pressed:
        number = next((n for n, bar in enumerate(bars) if bar.at <= entry.tick < bar.end), len(bars) - 1)
        if number < 0 or bars[number].song != song or isinstance(entry.control, _WAYS):
            continue
        place = next(p for p in way if p.stint.first <= number < p.stint.first + p.stint.bars)
        alone = sum(p.name == place.name for p in way) == 1 and place.stint.repeats == 1
        mine = cues.setdefault(place.name, {})
        control = entry.control
        if isinstance(control, Macro) and alone and bars[number].at == entry.tick and control.name not in mine:
            mine[control.name] = bars[number].index + 1, control.value
        else:
            left.append(f"{number + 1}: {_said(entry)}")
    return {name: mine for name, mine in cues.items() if mine}, left


def _said(entry: Entry) -> str:
    match entry.control:
        case Shape(part=part, act=act):
            return f"{act} {part}"
        case Lock(part=part, on=on):
            return f"{'lock' if on else 'unlock'} {part}"
        case Hand(part=part, on=on):
            return f"hand {'on' if on else 'off'} {part}"
        case Macro(name=name, value=value):
            return f"{name} {value / 1000:g}"
        case SetTempo():
            return "tempo"
        case control:
            return type(control).__name__.lower()
