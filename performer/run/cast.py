"""Who plays what: the seats of the players that a rig needs, one a failure domain.

Law of this file: an output has one seat (and perhaps its warm spare), so that a port that blocks holds
nobody else.
"""

from typing import NamedTuple

from performer.show.definition import Output, Rig

SPARE = "+"
"""A warm spare sits in the seat of the same name with this sign."""


class Seat(NamedTuple):
    """One player process: ``kind`` is udp, midi, slow or page."""

    name: str
    kind: str
    outputs: tuple[Output, ...]
    spare_of: str = ""


def cast_of(rig: Rig) -> tuple[Seat, ...]:
    """The seats of a rig: every UDP output in one player with a warm spare, every MIDI port in its own, slow ones together."""
    kinds: dict[str, list[Output]] = {}
    for output in rig.outputs:
        kinds.setdefault(output.kind, []).append(output)
    seats = []
    if udp := tuple(kinds.get("osc", ())):
        seats += [Seat("udp", "udp", udp), Seat("udp" + SPARE, "udp", udp, "udp")]
    seats += [Seat(f"midi-{output.name}", "midi", (output,)) for output in kinds.get("midi", ())]
    if slow := tuple(kinds.get("mqtt", ())):
        seats.append(Seat("slow", "slow", slow))
    if page := tuple(kinds.get("page", ())):
        seats.append(Seat("page", "page", page))
    return tuple(seats)


def seats_by_output(cast: tuple[Seat, ...]) -> dict[str, tuple[str, ...]]:
    """For every output the seats that are sent its records."""
    found: dict[str, tuple[str, ...]] = {}
    for seat in cast:
        for output in seat.outputs:
            found[output.name] = (*found.get(output.name, ()), seat.name)
    return found
