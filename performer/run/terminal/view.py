"""What the terminal knows: the performance from the control port's feedback, the machine from the status files.

Law of this file: a view is the fold of the messages that came; messages that it does not know change nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NamedTuple

from performer.wire.osc import Message
from performer.wire.vocabulary import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The performance as it was said last. ``heard`` False: nothing was said yet. ``answer``: the last ack or error."""

    heard: bool = False
    phase: str = ""
    song: str = ""
    section: str = ""
    next: str = ""
    onward: str = ""
    bar: int = 0
    bar_in_section: int = 1
    bars: int = 0
    beat: int = 1
    beats: int = 4
    pending: tuple[str, str, int] | None = None
    hold: bool = False
    energy: float = 0.5
    tempo: float = 0.0
    chord: tuple[str, str] = ("", "")
    key: str = ""
    next_key: str = ""
    muted: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()
    falls: tuple[int, str] = (0, "")
    answer: str = ""

    def told(self, message: Message) -> "View":
        """The view after one more message."""
        head, _, name = message.address.removeprefix(f"{ROOT}/").partition("/")
        change = _change(self, head, name, message.args)
        return replace(self, heard=True, **change) if change else self

    @property
    def playing(self) -> bool:
        """True from the count-in to the end."""
        return self.phase in ("playing", "count-in")

    @property
    def to_go(self) -> tuple[int, str] | None:
        """What counts down to the next change: bars with the one that plays, in the last one beats; None when no end is in sight."""
        if self.pending is not None:
            bars = self.pending[2]
        elif self.stays or self.bars <= 0:
            return None
        else:
            bars = self.bars - self.bar_in_section + 1
        return (bars, "bars") if bars > 1 else (max(1, self.beats - self.beat + 1), "beats")

    @property
    def stays(self) -> bool:
        """Whether the section comes again and again until somebody presses something."""
        return self.hold or (self.playing and self.next == self.section != self.onward)

    @property
    def coming(self) -> str:
        """The section that comes at the end of the countdown, or where next leads while there is none; empty: the end."""
        return self.pending[0] if self.pending is not None else self.onward if self.stays else self.next


_PAIRS = {"key": ("key", "next_key"), "next": ("next", "onward")}
"""Fields of a view by the address that says two of them."""


def _change(view: View, head: str, name: str, args: tuple[Any, ...]) -> dict[str, Any]:
    match head, name, args:
        case (("phase" | "song" | "section"), "", (str(value),)):
            return {head: value}
        case "bar", "", (int(bar), int(in_section), int(bars)):
            return {"bar": bar, "bar_in_section": in_section, "bars": bars}
        case "beat", "", (int(beat), int(beats)):
            return {"beat": beat, "beats": beats}
        case "pending", "", (str(what), str(when), int(bars)):
            return {"pending": (what, when, bars) if what else None}
        case "hold", "", (int(on),):
            return {"hold": bool(on)}
        case (("energy" | "tempo"), "", (float(value) | int(value),)):
            return {head: float(value)}
        case (("chord" | "falls"), "", ((str(_) | int(_)), str(_))):
            return {head: args}
        case (("key" | "next"), "", (str(_), str(_))):
            return dict(zip(_PAIRS[head], args, strict=True))
        case "part", _, (float(on) | int(on), *_):
            return _of_part(view, name, on == 1)
        case "error", "", (str(address), str(what)):
            return {"answer": f"{address}: {what}"}
        case "ack", "", (int(_), str(_), str(what), int(bars), int(beats)):
            return {
                "answer": what if not bars and not beats else f"{what} in {bars} bars {beats} beats" if bars else f"{what} in {beats} beats"
            }
        case _:
            return {}


def _of_part(view: View, name: str, on: bool) -> dict[str, Any]:
    part, _, what = name.rpartition("/")
    row = {"mute": "muted", "drop": "out"}.get(what)
    if row is None:
        return {}
    names: frozenset[str] = getattr(view, row)
    return {row: names | {part} if on else names - {part}}


class Light(Enum):
    """How an output is: a colour, a sign and a word, so that nobody needs to tell the colours apart."""

    GREEN = "ok"
    AMBER = "late"
    RED = "down"


class Output(NamedTuple):
    """One output's row. Lateness in microseconds; ``late`` counts since the start."""

    name: str
    light: Light
    late: int
    dropped: int
    p99: int
    trouble: str


class Machine(NamedTuple):
    """What the processes say: outputs, what is wrong (newest last), the page's address, the seats in safe mode."""

    outputs: tuple[Output, ...] = ()
    troubles: tuple[str, ...] = ()
    page: str = ""
    safe: tuple[str, ...] = ()
    show: str = ""

    @property
    def trouble(self) -> str:
        """The newest trouble."""
        return self.troubles[-1] if self.troubles else ""


RECENT_NS = 10_000_000_000
"""How long an output stays amber after something was late."""


class Health:
    """Follows the status from look to look, so that *late* means lately and not once this evening."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int]] = {}

    def look(self, status: Mapping[str, Any], now_ns: int) -> Machine:
        """A merged status (``run.status.merge``) as rows for the eye."""
        outputs = tuple(self._output(name, row, now_ns) for name, row in sorted(status.get("outputs", {}).items()))
        known = {f"{output.name}: {output.trouble}" for output in outputs}  # their own rows say it
        errors = [error for error in status.get("errors", ()) if error not in known]
        return Machine(
            outputs,
            tuple(map(str, errors)),
            str(status.get("page", "")),
            tuple(status.get("safe", ())),
            str(status.get("show", "")),
        )

    def _output(self, name: str, row: Mapping[str, Any], now_ns: int) -> Output:
        late, dropped = int(row.get("late", 0)), int(row.get("dropped", 0))
        count, since = self._seen.get(name, (late + dropped, now_ns - RECENT_NS))
        if late + dropped > count:
            since = now_ns
        self._seen[name] = (late + dropped, since)
        light = Light.AMBER if now_ns - since < RECENT_NS else Light.GREEN
        if not row.get("up", True):
            light = Light.RED
        return Output(name, light, late, dropped, int(row.get("p99", 0)), str(row.get("trouble", "")))
