"""``roll.png``: the whole performance on a sheet, in rows like a score.

Law of this file: bars are equally wide in every row; underneath stands what the show drew (energy) beside what
came of it (onsets a second, velocity), bar by bar.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from performer.controls import Entry, Fallback
from performer.events import ChordMark, Cue, Note
from performer.rehearse.canvas import Colour, Floats, Sheet, mixed, png, width_of
from performer.rehearse.heard import Sound, heard
from performer.rehearse.lanes import FAINT, GREY, INK, PAPER, Frame, Lane, draw_lane, lane
from performer.rehearse.render import PlayedBar, Rendering
from performer.tempo import Micros
from performer.wire.surface import message_of
from performer.wire.vocabulary import ROOT

LEFT, RIGHT = 190, 40
CURVES = 120
CALM: Colour = (92, 122, 150)
HOT: Colour = (206, 62, 48)
DENSITY: Colour = (0, 134, 124)
VELOCITY: Colour = (222, 136, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Realised:
    """What came of the energy in each bar: onsets a second over their greatest, mean velocity over 127 (silence keeps the
    last); and how both follow."""

    density: tuple[float, ...]
    velocity: tuple[float, ...]
    greatest: float
    follows: float | None


def roll(rendering: Rendering, width: int = 2400) -> bytes:
    """The PNG. ``width`` in pixels; the height follows from parts and bars. ValueError for a performance without bars."""
    return png(_sheets(rendering, width))


def _sheets(rendering: Rendering, width: int) -> Iterator[Sheet]:
    if not rendering.bars:
        raise ValueError("nothing was played: there is nothing to draw")
    realised = realised_by(rendering)
    rows = rows_of(rendering.bars)
    scale = (width - LEFT - RIGHT) / max(row[-1].end - row[0].at for row in rows)
    sounds = heard(rendering.events, rendering.tempo)
    lanes: list[Lane] = []
    yield _header(rendering, realised, width)
    done = 0
    for number, row in enumerate(rows):
        if number == 0 or rows[number - 1][0].song != row[0].song:
            lanes = _lanes(rendering, sounds, [bar for bar in rendering.bars if bar.song == row[0].song])
            if len(rendering.show.songs) > 1:
                yield _title(rendering, row[0], width)
        yield _row(rendering, realised, row, done, lanes, width, scale)
        done += len(row)


def rows_of(bars: Sequence[PlayedBar]) -> list[Sequence[PlayedBar]]:
    """Bars in rows that begin with a song, and with a section where they can, so long that the least paper is wasted.

    A row holds 48 to 96 bars; of an evening of several songs up to 192, so that a song is one row where it can be.
    """
    songs = [index for index, bar in enumerate(bars) if index == 0 or bar.song != bars[index - 1].song]
    most = 96 if len(songs) == 1 else 192
    pieces = [bars[start:end] for start, end in zip(songs, [*songs[1:], len(bars)], strict=True)]
    choices = [[row for piece in pieces for row in _filled(piece, longest)] for longest in range(most // 2, most + 1)]
    wasted = 1 if len(songs) == 1 else 0
    return min(choices, key=lambda rows: (len(rows) * max(map(len, rows)) * wasted, len(rows), max(map(len, rows))))


def _filled(bars: Sequence[PlayedBar], longest: int) -> list[Sequence[PlayedBar]]:
    """Rows of at most ``longest`` bars: as many whole sections as go in, a section that is longer in fours."""
    rows: list[Sequence[PlayedBar]] = []
    first = 0
    while first < len(bars):
        end = min(first + longest, len(bars))
        if end < len(bars):
            starts = (index for index in range(end, first, -1) if bars[index].starts)
            end = next(starts, max(first + 1, first + (end - first) // 4 * 4))
        rows.append(bars[first:end])
        first = end
    return rows


def realised_by(rendering: Rendering) -> Realised:
    """Onset density and velocity of every bar, and the correlation of drawn energy with their mean (Pearson)."""
    lines = [bar.at for bar in rendering.bars]
    counts, sums = [0] * len(lines), [0] * len(lines)
    for event in rendering.events:
        if type(event) is Note:
            index = max(0, bisect_left(lines, event.at + 1) - 1)
            counts[index] += 1
            sums[index] += event.velocity
    seconds = [(rendering.tempo.micros_at(bar.end) - rendering.tempo.micros_at(bar.at)) / 1e6 for bar in rendering.bars]
    rates = [count / second if second else 0.0 for count, second in zip(counts, seconds, strict=True)]
    greatest = max(rates) or 1.0
    density = tuple(rate / greatest for rate in rates)
    velocity: list[float] = []
    for total, count in zip(sums, counts, strict=True):
        velocity.append(total / count / 127 if count else velocity[-1] if velocity else 0.0)
    both = [(d + v) / 2 for d, v in zip(density, velocity, strict=True)]
    follows = _correlation([bar.energy for bar in rendering.bars], both)
    return Realised(density=density, velocity=tuple(velocity), greatest=greatest, follows=follows)


def _correlation(a: Sequence[float], b: Sequence[float]) -> float | None:
    """None where one of them never changes."""
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    over = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    under = sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))
    return over / under if under else None


def _lanes(rendering: Rendering, sounds: Mapping[str, Sequence[Sound]], bars: Sequence[PlayedBar]) -> list[Lane]:
    """A lane for every part that sounds or fires in these bars of one song, in its order; last the cues of no part."""
    start, end = bars[0].at, bars[-1].end
    cues: dict[str, list[Cue]] = {}
    for event in rendering.events:
        if type(event) is Cue and start <= event.at < end:
            cues.setdefault(event.part, []).append(event)
    out: list[Lane] = []
    seen: dict[str, int] = {}
    for part in rendering.show.songs[bars[0].song].parts:
        mine = [sound for sound in sounds.get(part.name, ()) if sound.off > start and sound.on < end]
        if mine or part.name in cues:
            out.append(lane(part.name, part.role, mine, cues.get(part.name, ()), seen.get(part.role, 0)))
            seen[part.role] = seen.get(part.role, 0) + 1
    written = [cue for cue in cues.get("", ()) if cue.name != "count"]
    pressed = [_flag(entry) for entry in rendering.pressed if start <= entry.tick < end and not isinstance(entry.control, Fallback)]
    rest = (("cues", "visual", written), ("pressed", "external", pressed))
    return out + [lane(name, role, (), flags, 0) for name, role, flags in rest if flags]


def _flag(entry: Entry) -> Cue:
    """What was pressed, as it is written in a file of entries."""
    message = message_of(entry.control)
    return Cue(at=entry.tick, part="pressed", name=message.address.removeprefix(f"{ROOT}/"), args=tuple(map(str, message.args)))


def _header(rendering: Rendering, realised: Realised, width: int) -> Sheet:
    sheet = Sheet(width, 112, PAPER)
    sheet.text(LEFT, 24, rendering.show.title or rendering.show.name, INK, 4)
    notes = sum(type(event) is Note for event in rendering.events)
    songs = rendering.show.songs
    keys = ", ".join(dict.fromkeys(str(song.key) for song in songs))[:60]
    facts = f"{_clock(rendering.music_micros)}  ·  {len(rendering.bars)} bars  ·  {notes:,} notes  ·  {keys}  ·  tonight {rendering.seed}"
    if realised.follows is not None:
        facts += f"  ·  energy followed {realised.follows:.2f}"
    sheet.text(LEFT, 72, facts, GREY, 2)
    sheet.text(width - RIGHT, 72, rendering.digest, GREY, 2, anchor="right")
    return sheet


def _title(rendering: Rendering, first: PlayedBar, width: int) -> Sheet:
    sheet = Sheet(width, 44, PAPER)
    song = rendering.show.songs[first.song]
    x = LEFT + sheet.text(LEFT, 12, song.title or song.name, INK, 3)
    sheet.text(x + 24, 18, f"{song.key}  ·  from {_clock(rendering.tempo.micros_at(first.at))}", GREY, 2)
    return sheet


def _row(
    rendering: Rendering, realised: Realised, bars: Sequence[PlayedBar], done: int, lanes: Sequence[Lane], width: int, scale: float
) -> Sheet:
    frame = Frame(start=bars[0].at, end=bars[-1].end, left=LEFT, scale=scale)
    top = 104.0
    body = sum(one.height + 8 for one in lanes)
    sheet = Sheet(width, round(top + body + CURVES + 58), PAPER)
    _grid(sheet, frame, bars, top - 4, top + body + CURVES + 14)
    _sections(sheet, frame, rendering, bars)
    _chords(sheet, frame, rendering, 58)
    y = top
    for one in lanes:
        draw_lane(sheet, frame, y, one)
        y += one.height + 8
    here = slice(done, done + len(bars))
    _curves(sheet, frame, bars, realised.density[here], realised.velocity[here], y + 10, realised.greatest)
    return sheet


def _grid(sheet: Sheet, frame: Frame, bars: Sequence[PlayedBar], top: float, bottom: float) -> None:
    for number, bar in enumerate(bars):
        strong = 1.0 if bar.starts else 0.6 if number % 4 == 0 else 0.3
        colour = GREY if bar.starts else (198, 198, 194)
        sheet.rect(frame.x(bar.at), top, 1.2 if bar.starts else 1.0, bottom - top, colour, strong)


def _sections(sheet: Sheet, frame: Frame, rendering: Rendering, bars: Sequence[PlayedBar]) -> None:
    """A band a section, the hotter the more energy was drawn for it, with its name; bar numbers and times below."""
    starts = [index for index, bar in enumerate(bars) if bar.starts or index == 0]
    for index, after in zip(starts, [*starts[1:], len(bars)], strict=True):
        bar, last = bars[index], bars[after - 1]
        x, end = frame.x(bar.at), frame.x(last.end)
        energy = sum(b.energy for b in bars[index:after]) / (after - index) / 1000
        sheet.rect(x, 4, end - x - 2, 28, mixed(CALM, HOT, energy))
        name = bar.section if not bar.visit else f"{bar.section} {bar.visit + 1}"
        while name and width_of(name) > end - x - 14:
            name = name[:-1]
        sheet.text(x + 8, 9, name, (255, 255, 255), 2)
        free = x + sheet.text(x + 2, 36, str(bar.bar + 1), INK, 2) + 10
        time = _clock(rendering.tempo.micros_at(bar.at))
        if free + width_of(time) < end:
            free += sheet.text(free, 36, time, GREY, 2) + 10
        for other in bars[index + 1 : after]:
            at = frame.x(other.at)
            if (other.bar - bar.bar) % 4 == 0 and at > free:
                free = at + sheet.text(at + 2, 36, str(other.bar + 1), GREY, 2) + 10


def _chords(sheet: Sheet, frame: Frame, rendering: Rendering, y: float) -> None:
    """Chord symbols where they change, in two lines; a dot where neither has room."""
    ends, shown = [0.0, 0.0], ""
    for event in rendering.events:
        if type(event) is not ChordMark or not frame.start <= event.at < frame.end or event.now == shown:
            continue
        shown, x = event.now, frame.x(event.at) + 3
        wide = width_of(event.now)
        line = next((line for line, end in enumerate(ends) if x >= end and x + wide < frame.right + RIGHT), None)
        if line is None:
            sheet.rect(x, y + 36, 4, 4, GREY)
            continue
        sheet.text(x, y + 18 * line, event.now, INK, 2)
        ends[line] = x + wide + 8


def _curves(
    sheet: Sheet, frame: Frame, bars: Sequence[PlayedBar], density: Sequence[float], velocity: Sequence[float], y: float, greatest: float
) -> None:
    base = y + CURVES
    for share in (0.0, 0.5, 1.0):
        sheet.rect(frame.left, base - share * CURVES, frame.right - frame.left, 1, FAINT)
    sheet.area(frame.left, base - CURVES * _line(frame, bars, density), base, DENSITY, 0.28)
    sheet.curve(frame.left, base - CURVES * _line(frame, bars, density), DENSITY, 1.6)
    sheet.curve(frame.left, base - CURVES * _line(frame, bars, velocity), VELOCITY, 2.0)
    sheet.curve(frame.left, base - CURVES * _line(frame, bars, [bar.energy / 1000 for bar in bars]), INK, 3.2)
    legend = (("energy drawn", INK), ("onsets", DENSITY), (f"top {greatest:.0f} / s", DENSITY), ("velocity", VELOCITY))
    for number, (text, colour) in enumerate(legend):
        sheet.text(frame.left - 14, y + 6 + 26 * number, text, colour, 2, anchor="right")


def _line(frame: Frame, bars: Sequence[PlayedBar], values: Sequence[float]) -> Floats:
    """Values at the middle of their bars, joined inside a section and broken between sections, for every pixel column."""
    places: list[float] = []
    heights: list[float] = []
    for index, (bar, value) in enumerate(zip(bars, values, strict=True)):
        if bar.starts and index:
            edge = frame.x(bar.at)
            places += [edge - 0.5, edge + 0.5]
            heights += [values[index - 1], value]
        places.append((frame.x(bar.at) + frame.x(bar.end)) / 2)
        heights.append(value)
    columns = np.arange(frame.left, frame.right) + 0.5
    return np.interp(columns, places, heights).astype(np.float32)


def _clock(micros: Micros) -> str:
    seconds = micros // 1_000_000
    return f"{seconds // 60}:{seconds % 60:02d}"
