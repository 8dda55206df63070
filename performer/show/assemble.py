"""Rows of sections to Sections: ``as`` resolved, every name looked up, lengths and cues checked against each other.

Law of this file: a Section comes out for every section that was written, whatever is wrong with it, so that the
form and the follow rules can still be checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from performer.controls import MACROS
from performer.music.chords import parse as parse_chord
from performer.music.pitch import Key
from performer.show import sections as rows
from performer.show.blends import Worn
from performer.show.cues import Rules, named
from performer.show.definition import CueAt, CueRule, Curve, Part, Section
from performer.show.desk import Desk, Word
from performer.show.fields import Field, Taken, under
from performer.show.sections import over, role_of
from performer.show.values import UNITY, tempo
from performer.styles import Style
from performer.styles.scenes import Scene
from performer.ticks import Meter


@dataclass(frozen=True, slots=True)
class Around:
    """What the sections of a song refer to. ``cues``: the song's own, which hold in every section."""

    style: Style
    key: Key
    meter: Meter
    parts: Mapping[str, Part]
    motifs: Sequence[str]
    cues: Rules


def assemble(desk: Desk, written: Mapping[str, Taken], around: Around) -> tuple[Section, ...]:
    """Every section, in the order of the file."""
    resolved = {name: _resolved(desk, written, name) for name in written}
    featured = {word.text for taken in written.values() for word in taken.get(rows.ADD) or ()}
    guests = tuple(name for name in around.parts if name in featured)
    return tuple(_section(desk, name, taken, idea, around, guests, tuple(written)) for name, (taken, idea) in resolved.items())


def usual(style: Style) -> tuple[Section, ...]:
    """The sections of a song that names none: those of its style's form, each as the style means it."""
    names = tuple(dict.fromkeys(style.form.split()))
    return tuple(_usual(name, style.scene(role_of(name)), names) for name in names)


def _usual(name: str, scene: Scene, names: tuple[str, ...]) -> Section:
    plain = name.rstrip("0123456789")
    theme = "hook" if role_of(name) in ("drop", "chorus") else None
    idea = plain if plain != name and plain in names else ""
    return Section(name=name, role=role_of(name), bars=scene.bars, energy=energy_of(scene), theme=theme, idea=idea)


def energy_of(scene: Scene) -> Curve:
    """The curve of a scene: its points spread evenly from the section's beginning to its end."""
    last = max(1, len(scene.energy) - 1)
    points = scene.energy if len(scene.energy) > 1 else scene.energy * 2
    return tuple((1000 * index // last, value) for index, value in enumerate(points))


def _resolved(desk: Desk, written: Mapping[str, Taken], name: str) -> tuple[Taken, str]:
    """A section with what it takes over, and the name of the section whose idea it is (its own: empty)."""
    chain = [written[name]]
    seen = {name}
    idea = ""
    word = chain[0].get(rows.AS)
    while word is not None:
        if word.text in seen:
            desk.problem(word.mark, chain[-1].at(rows.AS), f"'{word.text}' goes round in a circle", "let one of them say its own bars")
            break
        if word.text not in written:
            desk.known((word,), chain[-1].at(rows.AS), "section", tuple(written))
            break
        seen.add(word.text)
        idea = word.text
        chain.append(written[word.text])
        word = chain[-1].get(rows.AS)
    taken = chain[-1]
    for own in reversed(chain[:-1]):
        taken = over(taken, own)
    return taken, idea


def _section(desk: Desk, name: str, taken: Taken, idea: str, around: Around, guests: tuple[str, ...], names: tuple[str, ...]) -> Section:
    meter, worn = taken.get(rows.METER), taken.get(rows.STYLE) or Worn()
    role = taken.get(rows.ROLE) or role_of(name) or role_of(idea)
    scene = around.style.scene(role)
    bars, stretch = _length(desk, taken, scene.bars)
    parts, add, without = _who(desk, taken, around, guests)
    chords, last = _chords(desk, taken, around)
    speed = taken.get(rows.TEMPO)
    pulse = (meter or around.meter).pulse
    theme = taken.get(rows.THEME)
    level = {key: around.parts[key.text].level * gain // UNITY for key, gain in taken.get(rows.MIX) or () if key.text in around.parts}
    for key, _ in taken.get(rows.MIX) or ():
        if key.text not in around.parts and desk.whole("parts"):
            desk.unknown(key, f"{taken.at(rows.MIX)}.{key.text}", "part", tuple(around.parts))
    then = [(word, amount) for word, amount in taken.get(rows.THEN) or () if desk.known((word,), taken.at(rows.THEN), "section", names)]
    return Section(
        name=name,
        bars=bars,
        role=role,
        energy=taken.get(rows.ENERGY) or energy_of(scene),
        macros=tuple((row.key, drawn) for row in rows.MACRO_ROWS if (drawn := taken.get(row)) is not None),
        tempo=desk.typed(speed.mark, taken.at(rows.TEMPO), speed.text, lambda text: tempo(text, pulse)) if speed else None,
        meter=meter,
        parts=parts,
        add=add,
        without=without,
        chords=chords,
        theme=next(iter(desk.known((theme,), taken.at(rows.THEME), "motif", ("hook", *around.motifs))), None) if theme else None,
        idea=idea,
        vary=_parts(desk, taken, rows.VARY, around),
        key_shift=taken.get(rows.KEY) or 0,
        via=rows.via(desk, taken.get(rows.VIA), taken.at(rows.VIA), around.key),
        mix=tuple((key.text, min(1000, value)) for key, value in level.items()),
        light=tuple(word.text for word in taken.get(rows.LIGHT) or ()),
        visual=tuple(word.text for word in taken.get(rows.VISUAL) or ()),
        cues=_cues(desk, taken, around, bars if stretch is None else stretch[1]),
        style=worn.style,
        aspects=worn.aspects,
        entry=taken.get(rows.IN),
        exit=taken.get(rows.OUT),
        stretch=stretch,
        until_next=taken.get(rows.UNTIL) is not None,
        give_up=taken.get(rows.GIVE_UP),
        then=tuple((word.text, amount) for word, amount in then),
        waits_for_go=taken.get(rows.START) is not None,
        count_in=taken.get(rows.COUNT) or 0,
        last_chord=last,
        ring=bool(taken.get(rows.RING)),
    )


def _length(desk: Desk, taken: Taken, usual: int) -> tuple[int, tuple[int, int] | None]:
    bars, stretch = taken.get(rows.BARS), taken.get(rows.STRETCH)
    if stretch is not None and bars is not None and not stretch[0] <= bars <= stretch[1]:
        desk.problem(taken.mark(rows.STRETCH), taken.at(rows.STRETCH), f"{bars} bars do not lie within {stretch[0]}-{stretch[1]}")
    if taken.wrote(rows.GIVE_UP) and not (taken.wrote(rows.UNTIL) or taken.wrote(rows.RING)):
        hint = "it belongs to 'until: next' or 'ring: until next'"
        desk.problem(taken.mark(rows.GIVE_UP), taken.at(rows.GIVE_UP), "there is nothing to give up", hint)
    give_up = taken.get(rows.GIVE_UP)
    if bars is None:
        bars = min(max(usual, stretch[0]), stretch[1]) if stretch else usual
    if give_up is not None and give_up < bars:
        desk.problem(taken.mark(rows.GIVE_UP), taken.at(rows.GIVE_UP), f"gives up after {give_up} bars, before its {bars} bars are over")
    return bars, stretch


def _parts(desk: Desk, taken: Taken, row: Field[tuple[Word, ...]], around: Around) -> tuple[str, ...]:
    return desk.known(taken.get(row) or (), taken.at(row), "part", tuple(around.parts))


def _who(
    desk: Desk, taken: Taken, around: Around, guests: tuple[str, ...]
) -> tuple[tuple[str, ...] | None, tuple[str, ...], tuple[str, ...]]:
    """``parts``, ``add`` and ``without`` of a section. Guests are parts that play only where a section adds them."""
    if taken.wrote(rows.ONLY) and taken.wrote(rows.PARTS):
        desk.problem(taken.mark(rows.PARTS), taken.at(rows.PARTS), "only and parts say the same thing", "keep one of them")
    add = _parts(desk, taken, rows.ADD, around)
    out = _parts(desk, taken, rows.WITHOUT, around)
    row = rows.ONLY if taken.wrote(rows.ONLY) else rows.PARTS
    if taken.get(row) is not None:
        only = (*_parts(desk, taken, row, around), *add)
        return tuple(name for name in around.parts if name in only and name not in out), (), ()
    absent = tuple(name for name in guests if name not in add)
    return None, add, tuple(dict.fromkeys((*out, *absent)))


def _chords(desk: Desk, taken: Taken, around: Around) -> tuple[tuple[tuple[str, ...], ...] | None, str | None]:
    written = taken.get(rows.CHORDS)
    chords = rows.chord_bars(desk, written, taken.at(rows.CHORDS), around.key) if written else None
    last = taken.get(rows.LAST)
    if last is not None:
        desk.typed(last.mark, taken.at(rows.LAST), last.text, lambda symbol: parse_chord(symbol, around.key))
    return chords, last.text if last is not None else None


def _cues(desk: Desk, taken: Taken, around: Around, bars: int) -> Rules:
    """The section's cues and the song's; a bar or a beat that the section does not have is a problem."""
    own = taken.get(rows.CUES) or ()
    pulses = len((taken.get(rows.METER) or around.meter).groups)
    for key, rule in ((key, rule) for key, rules in own for rule in rules if rule.at is CueAt.BAR):
        path = under(taken.at(rows.CUES), key.text)
        if rule.bar >= bars:
            desk.problem(key, path, f"there is no bar {rule.bar + 1} in {bars} bars")
        if rule.beat >= pulses:
            desk.problem(key, path, f"there is no beat {rule.beat + 1} in this meter, which has {pulses}")
    for key, rules in own:
        if key.text in MACROS and any(not _moves(rule) for rule in rules):
            path = under(taken.at(rows.CUES), key.text)
            desk.problem(key, path, "is a macro: it moves to one value, at start, a bar or every n bars", "{at: bar 5, args: 0.8}")
    return named(own) + around.cues


def _moves(rule: CueRule) -> bool:
    """Whether a cue can move a fader: one value from 0 to 1, at a bar line."""
    value = rule.args[0] if len(rule.args) == 1 else None
    return rule.at in (CueAt.START, CueAt.BAR, CueAt.EVERY) and not rule.beat and isinstance(value, int | float) and 0 <= value <= 1
