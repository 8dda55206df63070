"""What the records of an MQTT output say to a broker.

Law of this file: an OSC message becomes one topic below ``performer/`` and a JSON payload: the only argument itself, or the
list of all. What describes where the music is (section, bar, chord, key, values) is retained, so that whoever subscribes later
knows it; a cue goes to ``performer/cue/NAME``, surely (QoS 1) and never retained, since it must not fire again by itself.
"""

import json
from collections.abc import Iterator

from performer.ports.mqtt import Publication
from performer.wire.osc import Arg, Message, decode

ROOT = "performer"
RETAINED = frozenset(("/section", "/bar", "/chord", "/key"))


def words(data: bytes) -> Iterator[Publication]:
    """The publications of one record. Raises ValueError for bytes that are no OSC."""
    for message in decode(data):
        yield _publication(message)


def _publication(message: Message) -> Publication:
    address, args = message.address, list(message.args)
    if address == "/cue" and args and isinstance(args[0], str):
        return Publication(f"{ROOT}/cue/{_level(args[0])}", _payload(args[1:]), sure=True)
    if address == "/control" and len(args) == 2 and isinstance(args[0], str):
        return Publication(f"{ROOT}/control/{args[0].strip('/')}", _payload(args[1:]), retained=True)
    return Publication(f"{ROOT}/{address.strip('/')}", _payload(args), retained=address in RETAINED)


def _payload(args: list[Arg]) -> bytes:
    plain = [arg if isinstance(arg, bool | int | float | str | None) else str(arg) for arg in args]
    return json.dumps(plain[0] if len(plain) == 1 else plain, ensure_ascii=False).encode()


def _level(name: str) -> str:
    """A name as one level of a topic: the signs that topics give a meaning are replaced."""
    return "".join("_" if sign in "+#/\0" else sign for sign in name) or "_"
