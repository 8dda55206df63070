"""Bass lines as rows of signs: what the style's rule or grid says in a bar, and what tonight changes in it.

Law of this file: a row has a sign a slot; the riff depends on the song and the section's idea alone, tonight's changes on
the night and the bar that this one is like, so that a change comes back when its section comes back; nothing depends on energy
as it is played.
"""

from collections.abc import Callable

from performer.engine.anew import pattern, reworked
from performer.engine.decide import decide
from performer.engine.edits import applied, edited
from performer.engine.view import Bar, View
from performer.music.chance import Chance
from performer.music.rhythm import lay, nth_bar
from performer.show.decisions import BASS_SIGNS
from performer.styles.definition import BASS_RULES
from performer.styles.signs import LONG


def chosen(view: View) -> tuple[str, str]:
    """The rule of the section's bass and its grid ("" where the rule makes the rhythm): the show's word, else the style's."""
    bar, voice = view.bar, view.style.voice("bass")
    walks = voice.rule == "walking"
    drawn = voice.rule if walks else pattern(view, voice.grids, "bass") or voice.rule
    word = decide(bar.song, f"{view.idea}/{view.part.name}/bass", lambda: drawn)
    if word in BASS_RULES:
        return word, ""
    text = word.replace(" ", "").replace("|", "")
    if len(text) in LONG and not set(text) - BASS_SIGNS:
        return "grid" if walks else voice.rule, text
    return voice.rule, "" if walks else drawn


def row(view: View, rule: str, text: str) -> str:
    """The signs of this bar, tonight's change made."""
    bar = view.bar
    if bar.ending:
        return "R" + "-" * (bar.slots - 1)
    if text:
        laid = lay(text, bar.state.meter, "." if "-" not in text else "-", half=view.style.kit.half)
        plain = nth_bar(laid, bar.index, bar.slots)
    else:
        plain = _RULES[rule](view)
    changed = decide(bar.song, view.address("riff"), lambda: edited(plain, _tonight(view, reworked(view, plain, "Rr58", "5R8"))))
    return applied(plain, changed, BASS_SIGNS)


# --- the rules that make a rhythm of their own


def _grid(view: View) -> str:
    return "R" + "-" * (view.bar.slots - 1)


def _filled(bar: Bar, signs: dict[int, str], rest: str = ".") -> str:
    return "".join(signs.get(slot, rest) for slot in range(bar.slots))


def _spans(bar: Bar) -> list[tuple[int, int]]:
    """Each felt pulse: first slot and length."""
    ends = (*bar.pulses[1:], bar.slots)
    return [(first, end - first) for first, end in zip(bar.pulses, ends, strict=True)]


def _offbeat(view: View) -> str:
    """Between the pulses; the last of two bars may be another tone."""
    bar = view.bar
    signs = {first + length // 2: "R" for first, length in _spans(bar)}
    if bar.index % 2 and len(signs) > 1:
        signs[max(signs)] = "R8b5"[view.chance.below(4, "offbeat")]
    return _filled(bar, signs)


def _rolling(view: View) -> str:
    """The three slots after each kick (every slot between the pulses where there is none), an octave at the end."""
    bar = view.bar
    kicks = bar.kick or bar.pulses
    signs = {kick + step: "R" for kick in kicks for step in (1, 2, 3) if kick + step < bar.slots and kick + step not in kicks}
    if signs and view.chance.hits(600, "rolling", bar.index % 2):
        signs[max(signs)] = "8"
    return _filled(bar, signs)


def _808(view: View) -> str:
    """The kick's rhythm, each note held to the next; where one is long, it may slide half-way."""
    bar, voice = view.bar, view.style.voice("bass")
    kicks = bar.kick or (0,)
    signs = dict.fromkeys(kicks, "R")
    for number, kick in enumerate(kicks):
        end = kicks[number + 1] if number + 1 < len(kicks) else bar.slots
        if end - kick >= 4 and view.chance.hits(voice.glide, "glide", bar.index % 2, number):
            signs[kick + (end - kick + 1) // 2] = "s"
    return "." * kicks[0] + _filled(bar, signs, "-")[kicks[0] :]


def _dub(view: View) -> str:
    """Two bars of root, third and fifth that leave out the one, in eighths with a breath."""
    bar = view.bar
    row = view.chance.row(2 * bar.slots, "dub", bar.index % 2)
    signs: dict[int, str] = {}
    for slot in range(2, bar.slots, 2):
        strong = slot in bar.pulses
        if row[slot] < (620 if strong else 380):
            signs[slot] = "R" if not signs or row[bar.slots + slot] < 520 else "35R5"[row[bar.slots + slot] % 4]
    if not signs:
        signs[bar.pulses[-1]] = "R"
    return _filled(bar, signs)


def _pedal(view: View) -> str:
    """Held by the bar; on each pulse where the phrase is loud."""
    bar = view.bar
    return _filled(bar, dict.fromkeys(bar.pulses if bar.phrase.energy >= 600 else (0,), "R"), "-")


def _octaves(view: View) -> str:
    """By eighths: low on the pulse, high after it."""
    bar = view.bar
    return _filled(bar, {slot: "R" if slot in bar.pulses else "8" for slot in range(0, bar.slots, 2)})


def _root8(view: View) -> str:
    """The root by eighths, and a step towards the next one where the harmony changes."""
    bar = view.bar
    signs = {slot: "R" if slot in bar.pulses else "r" for slot in range(0, bar.slots, 2)}
    signs[max(signs)] = "a"
    return _filled(bar, signs)


_RULES: dict[str, Callable[[View], str]] = {
    "grid": _grid, "walking": _grid, "offbeat": _offbeat, "rolling": _rolling, "808": _808, "dub": _dub, "pedal": _pedal,
    "octaves": _octaves, "root8": _root8,
}  # fmt: skip


# --- what tonight changes


def _tonight(view: View, plain: str) -> str:
    """The riff with tonight's change: none in the first bar of four, more often in every second one; less complexity makes it rarer
    (``engine.ornaments`` says what else it does).
    """
    bar, vary = view.bar, view.style.voice("bass").vary
    second = bar.index % 2
    often = (min(1000, 2 * vary) if second else vary // 2) * min(500, bar.live.complexity) // 500
    night = view.night("riff", view.riff).at(bar.like)
    if bar.like == 0 or not night.hits(often, "vary"):
        return plain
    for kind in ("first", "second") if second else ("first",):
        plain = _changed(bar, plain, night.at(kind))
    return plain


def _changed(bar: Bar, plain: str, night: Chance) -> str:
    """One change to a row; the strongest stroke, on which the bar stands, is left alone."""
    anchor = bar.anchor(plain)
    weak = [slot for slot in range(bar.slots) if plain[slot] not in ".-s" and slot != anchor]
    free = [slot for slot in range(1, bar.slots) if plain[slot] in ".-" and plain[slot - 1] in ".-"]
    which = night.below(max(1, len(weak)), "where")
    kind = _CHANGES[night.below(len(_CHANGES), "kind")]
    if kind == "pick up" or not weak:
        where, tone = free[night.below(len(free), "free")] if free else 0, "5ar5a"[night.below(5, "tone")]
        return _with(plain, where, _leading(bar, where) if tone == "a" else tone) if free else plain
    slot = weak[which]
    if kind == "rest":
        return _with(plain, slot, "-" if plain[slot - 1] != "." and "-" in plain else ".")
    if kind == "push":
        return _with(_with(plain, slot - 1, plain[slot]), slot, "-" if "-" in plain else ".") if plain[slot - 1] in ".-" else plain
    if kind == "lead":
        return _with(plain, weak[-1], _leading(bar, weak[-1]))
    return _with(plain, slot, "8" if kind == "leap" else "5") if plain[slot] in "Rr" else _with(plain, slot, "r")


def _leading(bar: Bar, slot: int) -> str:
    """An approach where it leads on at once, on the last quarter behind the strong places; before that it would lie over them: a fifth."""
    return "a" if bar.slots - slot <= 4 and bar.strengths[slot] < 850 else "5"


_CHANGES = ("pick up", "rest", "push", "leap", "lead", "fifth", "pick up")
"""An added stroke, one left out, one earlier, an octave, an approach, a fifth."""


def _with(plain: str, slot: int, sign: str) -> str:
    return plain[:slot] + sign + plain[slot + 1 :]
