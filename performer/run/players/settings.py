"""What a player process is told when it is started.

``PERFORMER_PLAYER`` is JSON: ``{"outputs": [{"name", "kind", "host", "port", "device", "profile", "lead", "latency",
"bundles", "panic": [hex, ...]}, ...], "broker": [host, port], "slot": n, "spare": false, "spin_us": 250}``. Times are microseconds.
What is left out has a default; only an output's name is needed. An MQTT output without a port goes to the broker.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VARIABLE = "PERFORMER_PLAYER"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSettings:
    """One output. ``lead``: how far its time tags run ahead, 0 where it takes none. ``panic``: what silences it, after the offs."""

    name: str
    kind: str
    host: str
    port: int
    device: str
    lead: int
    latency: int
    panic: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerSettings:
    """One player process. ``slot``: its place in the shared memory, the same for a player and its spare."""

    outputs: tuple[OutputSettings, ...]
    slot: int
    spare: bool
    spin_us: int


def settings_of(environ: Mapping[str, str]) -> PlayerSettings:
    """Read PERFORMER_PLAYER. Raises ValueError, in one sentence, for anything else."""
    try:
        told = json.loads(environ[VARIABLE])
        return PlayerSettings(
            outputs=tuple(_output(row, told.get("broker")) for row in told["outputs"]),
            slot=int(told.get("slot", 0)),
            spare=bool(told.get("spare", False)),
            spin_us=int(told.get("spin_us", 0)),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{VARIABLE} does not describe a player: {error!r}") from error


def _output(row: Mapping[str, Any], broker: Sequence[Any] | None) -> OutputSettings:
    if broker and row.get("kind") == "mqtt" and not row.get("port"):
        row = {**row, "host": broker[0], "port": broker[1]}
    tagged = row.get("bundles", "none") not in ("none", "", None)
    return OutputSettings(
        name=str(row["name"]),
        kind=str(row.get("kind", "osc")),
        host=str(row.get("host", "127.0.0.1")),
        port=int(row.get("port", 0)),
        device=str(row.get("device", "")),
        lead=int(row.get("lead", 0)) if tagged else 0,
        latency=int(row.get("latency", 0)),
        panic=tuple(bytes.fromhex(data) for data in row.get("panic", ())),
    )
