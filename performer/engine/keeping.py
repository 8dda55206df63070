"""*Keep that*: the last bars become a section of the song, which plays them again from where it stands.

Law of this file: what is kept is where the bars stood, not their notes: the section, visit and bar, the seed of the night and
how hands had shaped the parts. Composed from there they are the same notes, tonight and in any later night; the macros are set
where the section begins and follow the hand from there. Light and visuals see the kept section itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from performer.controls import MACROS, Keep
from performer.engine.identity import idea_of
from performer.engine.state import Phase, State
from performer.show.definition import Section, Show, Song
from performer.show.kept import section_of
from performer.show.parts import NAME
from performer.takes import Excerpt, Kept, Pass, Take
from performer.ticks import Tick

_FIRST = "kept1"


def whence(section: Section, state: State) -> State:
    """The State whose bar is played where ``section`` is a kept one, else ``state``. Drop out and bring in still hold."""
    if not section.kept:
        return state
    index = max(state.bar_in_section, 0) % sum(excerpt.where.bars for excerpt in section.kept)
    for excerpt in section.kept:
        if index < excerpt.where.bars:
            return _there(state, excerpt, index)
        index -= excerpt.where.bars
    raise AssertionError("unreachable")


def _there(state: State, excerpt: Excerpt, index: int) -> State:
    where, live = excerpt.where, state.shaping
    shaping = replace(
        live, takes=tuple(replace(take, song=state.song) for take in excerpt.takes), moves=(),
        absent=_both((p for p in excerpt.absent if p not in live.brought), live.absent),
        brought=_both((p for p in excerpt.brought if p not in live.absent), live.brought),
    )  # fmt: skip
    return replace(
        state, bar=where.bar + index, section=where.section, visit=where.visit, stay=where.stay, bars=where.of,
        bar_in_section=where.start + index, tonight=excerpt.night, step=excerpt.step, bent=excerpt.bent, previous=excerpt.before,
        visits=((where.section, 2 if excerpt.before else 1),), pending=None, queue=(), go=False, hold=False, shaping=shaping,
    )  # fmt: skip


def _both(then: Iterable[str], now: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*then, *now)))


def found(states: Sequence[tuple[State, Song]], control: Keep, at: Tick) -> Keep:
    """The control with what it keeps: ``states`` are the bars played up to ``at``, oldest first, each with its song.

    The bar at ``at`` counts when half of it is over. Bars of another song or another meter end the reach backwards.
    """
    played = [(state, song) for state, song in states if state.phase is Phase.PLAYING and not state.ringing]
    heard = [(state, song) for state, song in played if 2 * at >= 2 * state.at + state.meter.bar]
    if not heard:
        return control
    last, song = heard[-1]
    run: list[Excerpt] = []
    for state, other in reversed(heard[-control.bars :]):
        if (other is not song and other.name != song.name) or state.meter != last.meter:
            break
        run.insert(0, _excerpt(song, state))
    macros = tuple((name, value) for name in MACROS if (value := getattr(last, name)) != 500)
    kept = Kept(song=last.song, name=_free(song, control.name), excerpts=tuple(_joined(run)), macros=macros)
    return replace(control, found=kept)


def _excerpt(song: Song, state: State) -> Excerpt:
    """One bar, as it stood; what a kept section plays is kept from where it came."""
    state = whence(song.section(state.section), state)
    section = song.section(state.section)
    where = Pass(
        section=state.section,
        visit=state.visit,
        stay=state.stay,
        start=max(state.bar_in_section, 0),
        bars=1,
        of=max(state.bars, 1),
        bar=state.bar,
    )
    ideas = {idea_of(section), section.name, state.section}
    takes = tuple(replace(take, song=0) for take in state.shaping.takes if take.song == state.song and take.idea in ideas)
    return Excerpt(
        where=where, night=state.tonight, step=state.step, bent=state.bent,
        before=state.previous, takes=_sorted(takes),
        absent=state.shaping.absent, brought=state.shaping.brought,
    )  # fmt: skip


def _sorted(takes: Iterable[Take]) -> tuple[Take, ...]:
    return tuple(sorted(takes, key=lambda take: (take.part, take.idea)))


def _joined(run: Iterable[Excerpt]) -> list[Excerpt]:
    """Neighbouring bars of one visit as one passage."""
    out: list[Excerpt] = []
    for one in run:
        before = out[-1] if out else None
        if before is not None:
            longer = replace(before, where=replace(before.where, bars=before.where.bars + 1))
            next_one = replace(one, where=replace(one.where, start=before.where.start, bars=longer.where.bars, bar=before.where.bar))
            if longer == next_one and one.where.start == before.where.start + before.where.bars:
                out[-1] = longer
                continue
        out.append(one)
    return out


def _free(song: Song, asked: str) -> str:
    """The name that was asked for, or a number more, so that no section loses its own."""
    names = {section.name for section in song.sections}
    name = asked if NAME.fullmatch(asked) else _FIRST
    stem, number = name.rstrip("0123456789"), int(name[len(name.rstrip("0123456789")) :] or 1)
    while name in names:
        number += 1
        name = f"{stem}{number}"
    return name


def with_kept(show: Show, kept: Iterable[Kept]) -> Show:
    """The show with the sections that were kept tonight; what it holds already, or can no longer hold, is left out."""
    songs = list(show.songs)
    for one in kept:
        if one.song >= len(songs):
            continue
        song = songs[one.song]
        names = {section.name for section in song.sections}
        if one.name not in names and {excerpt.where.section for excerpt in one.excerpts} <= names:
            songs[one.song] = replace(song, sections=(*song.sections, section_of(one, song.sections)))
    return replace(show, songs=tuple(songs)) if songs != list(show.songs) else show
