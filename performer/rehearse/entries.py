"""What to press during a rehearsal, read from a file.

Law of this file: a line is a place and an OSC message as a person would type it; every problem is said
at once, with its line and column, and a file with a problem presses nothing.

    # bar.beat counts from 1, a fraction of the beat may follow (17.2+1/2); @ is show time
    17.1     /performer/section drop bar
    @12.5s   /performer/energy 0.9
    @1:30    /performer/part/bass/mute 1
"""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from performer.controls import Control, Entry, Keep, SetTempo
from performer.rehearse.render import Press, Rendering
from performer.show.definition import Show
from performer.show.pressed import placed
from performer.source.problems import Problem, quoted
from performer.tempo import Micros
from performer.wire.osc import Message
from performer.wire.surface import Names, Release, control_of, message_of, names_of
from performer.wire.surface import Problem as Misread
from performer.wire.vocabulary import ROOT, Query, bpm

MOST_BYTES = 1_000_000
MOST_BARS = 100_000

Argument = int | float | str
Understand = Callable[[str, tuple[Argument, ...]], Control | str]
"""An address and its arguments to the control they ask for, or what is wrong with them."""

_PLACE = re.compile(r"(?P<bar>\d{1,6})(?:\.(?P<beat>\d{1,2})(?:\+(?P<over>\d{1,6})/(?P<under>\d{1,6}))?)?")
_TIME = re.compile(r"@(?:(?P<minutes>\d{1,4}):)?(?P<seconds>\d{1,6}(?:\.\d{1,6})?)s?")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_REAL = re.compile(r"[+-]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18})(?:[eE][+-]?\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Script:
    """What a file asks for: ``presses`` in the file's order (none when there are ``problems``)."""

    presses: tuple[Press, ...]
    problems: tuple[Problem, ...]


def read(name: str, data: bytes, understand: Understand) -> Script:
    """The presses in a file called ``name``. Never raises for what is in the file."""
    if len(data) > MOST_BYTES:
        return Script((), (Problem(name, 1, 1, "", f"longer than {MOST_BYTES:,} bytes"),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        return Script((), (Problem(name, line, column, "", "not UTF-8 text", "save it as UTF-8"),))
    presses: list[Press] = []
    problems: list[Problem] = []
    for number, line_text in enumerate(text.splitlines(), 1):
        found = _line(line_text, number, understand)
        if isinstance(found, Press):
            presses.append(found)
        elif found is not None:
            at, what, hint = found
            problems.append(Problem(name, number, at, "", what, hint))
    return Script(() if problems else tuple(presses), tuple(problems))


Trouble = tuple[int, str, str]


def _line(line: str, number: int, understand: Understand) -> Press | Trouble | None:
    match = re.match(r"(\s*)(\S+)(\s*)(.*)", line)
    if match is None or match[2].startswith("#"):
        return None
    place = _place(match[2])
    if isinstance(place, str):
        return match.start(2) + 1, place, "write bar.beat such as 17.1, or a show time such as @12.5s"
    rest, column = match[4], match.start(4) + 1
    try:
        address, *words = shlex.split(rest, comments=True) or [""]
    except ValueError:
        return column, "a quotation mark is not closed", ""
    if not address.startswith("/"):
        return column, "no address here" if not address else f"{quoted(address)} is not an address", "such as /performer/next"
    control = understand(address, tuple(map(_argument, words)))
    if isinstance(control, str):
        return column, control, ""
    return place(control, number)


Placed = Callable[[Control, int], Press]


def _place(word: str) -> Placed | str:
    if time := _TIME.fullmatch(word):
        whole, _, part = time["seconds"].partition(".")
        seconds = int(time["minutes"] or 0) * 60 + int(whole)
        micros = Micros(seconds * 1_000_000 + int(f"{part:0<6}"))
        return lambda control, line: Press(control=control, line=line, micros=micros)
    found = _PLACE.fullmatch(word)
    if not found:
        return f"{quoted(word)} is no place"
    bar, beat = int(found["bar"]), int(found["beat"] or 1)
    over, under = int(found["over"] or 0), int(found["under"] or 1)
    if bar < 1 or beat < 1:
        return "bars and beats count from 1"
    if bar > MOST_BARS:
        return f"bar {bar} is beyond {MOST_BARS:,}"
    if under == 0 or over >= under:
        return f"{quoted(word)}: the fraction of a beat is not below 1"
    return lambda control, line: Press(control=control, line=line, bar=bar, beat=beat, over=over, under=under)


def _argument(word: str) -> Argument:
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _REAL.fullmatch(word) else word


def understanding(show: Show) -> Understand:
    """What a message means in ``show``: its sections and parts by name, its first song's pulse for a tempo."""
    named = [names_of(song) for song in show.songs]
    sections = {spelt: name for names in named for spelt, name in names.sections.items()}
    parts = {spelt: name for names in named for spelt, name in names.parts.items()}
    known = Names(sections=sections, parts=parts, pulse=named[0].pulse)

    def understand(address: str, args: tuple[Argument, ...]) -> Control | str:
        found = control_of(Message(address, args), known)
        if isinstance(found, Misread):
            return found.what
        if isinstance(found, Release):
            return "a button let go presses nothing"
        if isinstance(found, Keep):  # from here on the section that it makes has a button
            name = found.name or next(f"kept{n}" for n in count(1) if f"kept{n}" not in sections)
            sections.setdefault(name, name)
        return "asks for an answer, and nobody is there to hear it" if isinstance(found, Query) else found

    return understand


def line_of(entry: Entry, rendering: Rendering) -> str:
    """An entry of a performance as a line of such a file: in the bar in which it came, or at its show time where none was played."""
    bar = next((bar for bar in rendering.bars if bar.at <= entry.tick < bar.end), None)
    if bar is None:
        seconds, micros = divmod(rendering.tempo.micros_at(entry.tick), 1_000_000)
        where = f"@{seconds}.{micros:06}s"
    else:
        place = placed(entry.control, entry.tick - bar.at, bar.meter)
        where = f"{bar.bar + 1}.{place.beat + 1}{f'+{place.over}/{place.under}' if place.over else ''}"
    words = message_of(entry.control)
    if isinstance(entry.control, SetTempo):  # in beats of the show's first song, as such a file is read
        words = Message(f"{ROOT}/tempo", (f"{bpm(entry.control.per_quarter, rendering.show.songs[0].meter.pulse):.9g}",))
    return " ".join([where, words.address, *(shlex.quote(str(arg)) for arg in words.args)])


def unreached(name: str, left: Sequence[Press]) -> tuple[Problem, ...]:
    """What ``Rendering.unreached`` holds, as problems of the file called ``name``."""
    return tuple(Problem(name, press.line, 1, "", "the performance was over before this") for press in left)
