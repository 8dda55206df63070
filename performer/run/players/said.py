"""What lasts at a device: the values that were said to it last, to be said again when it needs them.

Law of this file: a value said for a place that music has since been replaced at gives way to the value before it; a device
that comes back is told every value that holds.
"""

from collections.abc import Iterator

from performer.records import Replace, Send, Setting

KEPT = 8
"""Values remembered an address, for going back."""


class Said:
    """The lasting values of every output."""

    __slots__ = ("_lasting", "_settings")

    def __init__(self) -> None:
        self._settings: dict[tuple[int, str], dict[str, list[Setting]]] = {}
        self._lasting: dict[int, dict[str, tuple[bytes, ...]]] = {}

    def setting(self, output: int, part: str, setting: Setting) -> None:
        """A value was sent."""
        said = self._settings.setdefault((output, part), {}).setdefault(setting.address, [])
        said.append(setting)
        del said[:-KEPT]

    def act(self, output: int, send: Send) -> None:
        """A mix act was sent that lasts."""
        self._lasting.setdefault(output, {})[send.target] = send.data

    def undone(self, output: int, parcel: Replace) -> Iterator[bytes]:
        """What must be said again, because ``parcel`` replaces the place of what was said since."""
        for said in self._settings.get((output, parcel.part), {}).values():
            newest = said[-1]
            if not parcel.t0 <= newest.at < parcel.t1:
                continue
            while len(said) > 1 and said[-1].at >= parcel.t0 and said[-1] not in parcel.settings:
                said.pop()
            if said[-1].data != newest.data:
                yield said[-1].data

    def all(self, output: int) -> Iterator[bytes]:
        """Every value that holds at an output."""
        for (place, _), settings in self._settings.items():
            if place == output:
                yield from (said[-1].data for said in settings.values())
        for data in self._lasting.get(output, {}).values():
            yield from data
