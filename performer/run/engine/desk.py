"""The mixing desk of a run: what hands have done to it, and what each seat is told of that.

Law of this file: a mix act goes to the players at once and never through the composer; what lasts is told again
to whoever comes back.
"""

from collections.abc import Mapping

from performer.controls import MixAct
from performer.records import Alarm, Send, Silence, pack
from performer.show.definition import Part, Rig, Song
from performer.wire.mix import Mix
from performer.wire.routing import Router

Packets = list[tuple[str, bytes]]


class Desk:
    """Mutes and faders, and the seats that carry them out. ``seats`` maps an output to its seats."""

    def __init__(self, rig: Rig, seats: Mapping[str, tuple[str, ...]]) -> None:
        self._router = Router(rig)
        self._seats = seats
        self._everybody = tuple(dict.fromkeys(seat for names in seats.values() for seat in names))
        self.mix = Mix()

    def remember(self, act: MixAct) -> None:
        """An act of before this process began."""
        self.mix = self.mix.after(act)

    def heed(self, seq: int, act: MixAct, song: Song) -> Packets:
        """What the seats are told for an act."""
        self.mix = self.mix.after(act)
        return self._addressed(self._router.send(act, seq, song))

    def silence(self, seq: int) -> Packets:
        """Everybody stops and forgets what is held."""
        return self._addressed([Alarm(seq, True)])

    def everything(self, seat: str, song: Song, seq: int) -> list[bytes]:
        """What a seat that knows nothing is told."""
        return [data for name, data in self._addressed(self._router.opening(song, self.mix, seq)) if name == seat]

    def of(self, part: Part) -> tuple[bool, int]:
        """Whether a part is muted, and where its fader stands (per mille)."""
        return self.mix.mutes(part.name), self.mix.level(part)

    def _addressed(self, messages: list[Silence | Send | Alarm] | list[Silence | Send] | list[Alarm]) -> Packets:
        found: Packets = []
        for message in messages:
            seats = self._seats.get(message.output, ()) if isinstance(message, Send) else self._everybody
            found += [(seat, pack(message)) for seat in seats]
        return found
