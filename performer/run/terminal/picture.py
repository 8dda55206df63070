"""The terminal's picture: where we are and what comes, readable from two metres.

Law of this file: ``draw`` is pure and gives exactly ``height`` lines of at most ``width`` columns; what matters most
is biggest, and a smaller terminal loses what matters least first. Colour only repeats what signs and words say.
"""

from typing import NamedTuple

from performer.run.terminal.letters import big, medium, width
from performer.run.terminal.view import Light, Machine, View

LEAST = (40, 10)
"""Columns and rows below which only plain lines are drawn."""

_STYLES = {
    "bold": "1", "dim": "2", "green": "32", "amber": "33", "red": "1;31", "now": "1;97", "next": "1;36", "beat": "1;93", "alert": "1;97;41",
    "held": "1;30;43",
}  # fmt: skip
_PLAIN = {"bold": "1", "now": "1", "next": "1", "beat": "1", "alert": "1;7", "held": "1;7", "red": "1"}
_SIGNS = {Light.GREEN: ("●", "green"), Light.AMBER: ("▲", "amber"), Light.RED: ("✖", "red")}


class Frame(NamedTuple):
    """What is drawn besides the view: ``elapsed`` seconds since GO, a note to the operator, who is silent, whether quitting is asked."""

    elapsed: int | None = None
    note: str = ""
    silent: bool = False
    asks: str = ""


class Ink(NamedTuple):
    """What the terminal can show: colours, and signs beyond ASCII."""

    colour: bool = True
    signs: bool = True


class _Text(NamedTuple):
    """Text with a style; its length is what it takes on the screen."""

    text: str
    style: str = ""

    def shown(self, ink: Ink) -> str:
        code = (_STYLES if ink.colour else _PLAIN).get(self.style, "")
        text = self.text if ink.signs else self.text.translate(_ASCII)
        return f"\x1b[{code}m{text}\x1b[0m" if code else text


_ASCII = {ord(sign): plain for sign, plain in zip("●▲✖─·→█▮▯♭♯’–…", "*!x-|>##.b#'-.", strict=True)}


def draw(view: View, machine: Machine, frame: Frame, size: tuple[int, int], ink: Ink) -> list[str]:
    """The lines of the screen for ``size`` (columns, rows)."""
    columns, rows = size
    if columns < LEAST[0] or rows < LEAST[1]:
        lines = [[_Text(line)] for line in (summary(view), *_troubles(view, machine, frame)[:1])]
    else:
        lines = _screen(view, machine, frame, columns, rows, ink)
    shown = [_fit(line, columns, ink) for line in lines[:rows]]
    return shown + [""] * (rows - len(shown))


def summary(view: View) -> str:
    """One line for logs and tiny terminals."""
    if not view.heard:
        return "waiting for the engine"
    if not view.playing:
        return view.phase
    go = view.to_go
    then = (
        f", {view.coming or 'the end'} in {go[0]} {go[1] if go[0] > 1 else go[1][:-1]}" if go else f", {_stays(view)}" if view.stays else ""
    )
    chord = f", {view.chord[0]}" if view.chord[0] else ""
    return f"{view.bar + 1}.{view.beat} {view.section} {view.bar_in_section}/{view.bars}{then}, {_bpm(view)}{chord}"


def _screen(view: View, machine: Machine, frame: Frame, columns: int, rows: int, ink: Ink) -> list[list[_Text]]:
    head = [_header(view, machine, frame, columns), [_Text("─" * columns, "dim")]]
    foot = [[_Text(line, style)] for line, style in _foot(view, machine, frame)]
    middle = [*_now(view, columns, ink), [], *_next(view, columns, ink)]
    facts = [[], *_facts(view)]
    outputs = _outputs(machine, columns)
    spare = rows - len(head) - len(middle) - len(foot)
    if spare < 0:  # small: what comes in plain letters, then all of it
        middle = _small(view, columns, ink, rows - len(head) - len(foot) >= 5)
        spare = rows - len(head) - len(middle) - len(foot)
    body = middle + facts[: max(0, spare)]
    spare -= len(facts)
    if spare > 1:
        body += [[], *outputs[: spare - 1]]
    fill = max(0, rows - len(head) - len(body) - len(foot))
    return head + body + [[]] * fill + foot


def _header(view: View, machine: Machine, frame: Frame, columns: int) -> list[_Text]:
    title = " · ".join(part for part in (view.song or machine.show, machine.show if view.song != machine.show else "") if part)
    state = _Text(f" {view.phase.upper() or 'STARTING'} ", "green" if view.playing else "held")
    if frame.silent:
        state = _Text(" ENGINE SILENT: what is held plays on ", "alert")
    elif machine.safe:
        state = _Text(f" SAFE MODE: {', '.join(machine.safe)} ", "alert")
    clock = "" if frame.elapsed is None else f"{frame.elapsed // 3600}:{frame.elapsed // 60 % 60:02}:{frame.elapsed % 60:02}"
    room = columns - len(state.text) - len(clock) - 3
    title = title if len(title) <= room else title[: max(0, room - 1)] + "…"
    return [_Text(f" {title}".ljust(room + 1), "bold"), state, _Text(f" {clock} ", "bold")]


def _now_name(view: View) -> str:
    if not view.heard:
        return "starting"
    return view.section if view.playing else view.phase


def _place(view: View) -> str:
    return f"{view.bar + 1}.{view.beat}" if view.playing else ""


def _now(view: View, columns: int, ink: Ink) -> list[list[_Text]]:
    place = _place(view)
    room = columns - width(place) - 4
    label = [_Text(" NOW".ljust(columns - 9), "dim"), _Text("BAR.BEAT" if place else "", "dim")]
    name = _letters(_now_name(view), room, ink)
    where = big(place, "█" if ink.signs else "#") if place else [""] * 5
    return [
        label,
        *([_Text(f" {left.ljust(room + 1)}", "now"), _Text(f" {right}", "beat")] for left, right in zip(name, where, strict=True)),
    ]


def _next(view: View, columns: int, ink: Ink) -> list[list[_Text]]:
    go = view.to_go if view.playing else None
    count, unit = (str(go[0]), go[1] if go[0] != 1 else go[1][:-1]) if go else ("", "")
    style = "beat" if go and go[1] == "beats" else "next"
    room = columns - max(width(count), 5) - 4
    if not view.playing:
        label = "SPACE = GO" if view.phase == "armed" else ""
    elif view.pending is not None:
        label = f"PENDING at the next {view.pending[1]}" if view.pending[1] not in ("now", "end") else f"PENDING {view.pending[1]}"
    else:
        label = f"{_stays(view).upper()}: NEXT LEADS TO" if view.stays else "NEXT"
    right = big(count, "█" if ink.signs else "#") if count else [""] * 5
    left = [*_letters(_then(view), room, ink, small=True), "", ""] if view.playing or view.phase == "armed" else [""] * 5
    rows = [[_Text(f" {one.ljust(room + 1)}", "next"), _Text(f" {two}", style)] for one, two in zip(left, right, strict=True)]
    label_style = "held" if view.stays or view.pending is not None else "dim"
    head = [_Text(" "), _Text(label, label_style), _Text(" " * max(0, columns - 10 - len(label))), _Text(unit.upper(), "dim")]
    return [head, *rows]


def _small(view: View, columns: int, ink: Ink, medium_letters: bool) -> list[list[_Text]]:
    go = view.to_go if view.playing else None
    then = _Text(f" next {_then(view)}" + (f" in {go[0]} {go[1]}" if go else f" ({_stays(view)})" if view.stays else ""), "next")
    if not medium_letters or not ink.signs:
        return [[_Text(f" {_now_name(view)}   ", "now"), _Text(_place(view), "beat")], [then]]
    where = medium(_place(view)) if _place(view) else [""] * 3
    room = columns - len(where[0]) - 3
    name = _letters(_now_name(view), room, ink, small=True)
    return [*([_Text(f" {left.ljust(room)}", "now"), _Text(f" {right}", "beat")] for left, right in zip(name, where, strict=True)), [then]]


def _bpm(view: View) -> str:
    return f"{round(view.tempo, 1):g} bpm"


def _stays(view: View) -> str:
    return "held" if view.hold else "repeats"


def _then(view: View) -> str:
    return view.coming or ("end" if view.playing else view.section)


def _letters(text: str, room: int, ink: Ink, *, small: bool = False) -> list[str]:
    """The text as big as the room allows: five lines, or three when ``small``."""
    lines = 3 if small else 5
    if not small and width(text) <= room:
        return big(text, "█" if ink.signs else "#")
    if ink.signs and (width(text) + 1) // 2 <= room:
        return [""] * (lines // 4) + medium(text) + [""] * (lines // 4)
    spaced = " ".join(text.upper())
    shown = spaced if len(spaced) <= room else text[:room]
    return [""] * (lines // 2) + [shown] + [""] * (lines // 2)


def _facts(view: View) -> list[list[_Text]]:
    if not view.heard:
        return [[]]
    level = round(view.energy * 10)
    chord = f"{view.chord[0]} → {view.chord[1]}" if view.chord[1] else view.chord[0]
    key = f"{view.key} → {view.next_key}" if view.next_key not in ("", view.key) else view.key
    facts = [
        _Text(f" {_bpm(view)}", "bold"), _Text("   "), _Text(chord, "bold"),
        _Text(f"   {key}", "dim"), _Text("   energy "), _Text("▮" * level + "▯" * (10 - level), "bold"),
    ]  # fmt: skip
    if view.muted:
        facts += [_Text("   "), _Text(f" MUTED {' '.join(sorted(view.muted))} ", "held")]
    if view.falls[0]:
        facts += [_Text("   "), _Text(f"FELL BACK {view.falls[0]}x ({view.falls[1]})", "amber")]
    if view.out:
        facts += [_Text("   "), _Text(f" OUT {' '.join(sorted(view.out))} ", "held")]
    return [facts]


def _outputs(machine: Machine, columns: int) -> list[list[_Text]]:
    rows = []
    for output in machine.outputs:
        sign, style = _SIGNS[output.light]
        late = f"late {output.late}" + (f", dropped {output.dropped}" if output.dropped else "")
        figures = output.trouble if output.light is Light.RED else f"{late}   p99 {output.p99 / 1000:.1f} ms"
        text = f" {sign} {output.name[:16]:<16} {output.light.value.upper():<5} {figures}"
        rows.append([_Text(text[: columns - 1], style)])
    return rows


def _troubles(view: View, machine: Machine, frame: Frame) -> list[str]:
    return [line for line in (frame.asks, frame.note, machine.trouble, view.answer) if line]


def _foot(view: View, machine: Machine, frame: Frame) -> list[tuple[str, str]]:
    lines = []
    if frame.asks:
        lines.append((f" {frame.asks} ", "alert"))
    elif frame.note:
        lines.append((f" {frame.note}", "amber"))
    elif machine.trouble:
        lines.append((f" ! {machine.trouble}", "amber"))
    else:
        lines.append((f" {view.answer}" if view.answer else "", "dim"))
    first = "go" if not view.playing else "next"
    keys = f"space {first}", f"h {'let go' if view.hold else 'hold'}", "c cancel", "k keep", "p PANIC", "q quit", machine.page
    lines.append((f" {'  '.join(filter(None, keys))}", "dim"))
    return lines


def _fit(line: list[_Text], columns: int, ink: Ink) -> str:
    out, left = [], columns
    for piece in line:
        text = piece.text.rstrip() if piece is line[-1] and not piece.style else piece.text
        clean = "".join(sign if sign.isprintable() else "?" for sign in text)[:left]
        left -= len(clean)
        if clean:
            out.append(_Text(clean, piece.style).shown(ink))
    return "".join(out)
