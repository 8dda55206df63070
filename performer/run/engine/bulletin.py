"""What the engine tells the operator: the outputs' health as the players report it, and what went wrong.

Law of this file: a trouble is told once while it lasts; only the newest are kept.
"""

from collections.abc import Mapping

from performer.records import Report
from performer.ticks import QUARTER
from performer.wire.feedback import Snapshot

KEPT = 20
SHOWN = 5
_POSITION = ("section", "next", "bar", "bar_in_section", "bars", "beat", "phase", "pending")


class Bulletin:
    """Reports by output, troubles newest last, and how often a part fell back (``falls``: the count and the newest)."""

    def __init__(self) -> None:
        self._reports: dict[str, tuple[str, Report]] = {}
        self._troubles: list[str] = []
        self.falls: tuple[int, str] = (0, "")

    def report(self, seat: str, report: Report) -> None:
        """What a player says of one output; a new trouble of it is one of ours."""
        before = self._reports.get(report.output)
        if report.trouble and (before is None or before[1].trouble != report.trouble):
            self.trouble(f"{report.output}: {report.trouble}")
        self._reports[report.output] = (seat, report)

    def fell(self, part: str, bar: int, rung: str, why: str) -> tuple[int, str]:
        """A part played something else than was planned: how many bars of parts did so until now, and the newest."""
        self.falls = (self.falls[0] + 1, f"{part}: {rung}")
        self.trouble(f"{part} fell back to {rung} in bar {bar + 1}: {why}")
        return self.falls

    def stored(self, where: str, why: str) -> str:
        """A section that was kept lies in the file ``where``: said back; why it lies elsewhere is a trouble."""
        if why:
            self.trouble(why)
        return where

    def trouble(self, what: str) -> None:
        """Remember it; the same one is not said twice in a row."""
        if not self._troubles or self._troubles[-1] != what:
            self._troubles.append(what)
        del self._troubles[:-KEPT]

    def told(self, show: str, now: Snapshot) -> dict[str, object]:
        """For the status: where the music is, outputs, the newest troubles."""
        tempo = round(60_000_000 * QUARTER / (now.per_quarter * now.pulse), 2)
        position: Mapping[str, object] = {name: getattr(now, name) for name in _POSITION}
        outputs = {name: _row(seat, report) for name, (seat, report) in self._reports.items()}
        told = {"show": show, **position, "tempo": tempo, "chord": now.chord[0], "outputs": outputs, "errors": self._troubles[-SHOWN:]}
        return told | ({"falls": list(self.falls)} if self.falls[0] else {})


def _row(seat: str, report: Report) -> dict[str, object]:
    told = report._asdict()
    return {**told, "player": seat}
