"""An evening into Pure Data and SuperCollider: what a patch gets, and time tags that are never too late."""

import re
import socket
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from performer.wire.osc import decode, encode
from tests.counterparts import HOST, free_port, pure_data, scsynth, until
from tests.jack_server import jack_server
from tests.live.hall import compare, ons, performing
from tests.wire.test_counterparts import pstring, synthdef

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]
RIG = """  patch: osc:127.0.0.1:{patch}
  server: {{to: osc:127.0.0.1:{server}, profile: supercollider, lead: 100 ms}}
  page: page
routes:
  main: ears patch server
"""
NOTE = re.compile(r"OSCIN: list note on (\S+) (\d+) (\d+) ")


BEGUN = re.compile(r'"/s_new", "\w+", (\d+)')
ENDED = re.compile(r'"/n_set", (\d+), "gate", 0')


def hanging(dumped: str) -> set[str]:
    """The synths that were begun and not ended."""
    return set(BEGUN.findall(dumped)) - set(ENDED.findall(dumped))


def asked(line: socket.socket, port: int, address: str, *args: int) -> bytes:
    """What scsynth answers."""
    line.settimeout(60)
    line.sendto(encode(address, args), (HOST, port))
    return line.recv(8192)


def synths(port: int) -> int:
    """How many synths play there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        count = decode(asked(asking, port, "/status"))[0].args[2]
    assert isinstance(count, int)
    return count


def test_a_patch_hears_each_note_and_scsynth_gets_every_bundle_before_its_time(tmp_path: Path) -> None:
    patch, server = free_port(), free_port()
    with (
        jack_server(tmp_path, 256) as sound,
        scsynth(tmp_path, server, sound) as synth,
        pure_data(tmp_path, patch) as pd,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loader,
        ExitStack() as stack,
    ):
        for part in ("drums", "bass", "keys"):
            loader.sendto(encode("/d_recv", (synthdef().replace(pstring("keys"), pstring(part)),)), (HOST, server))
        loader.sendto(encode("/dumpOSC", (1,)), (HOST, server))
        until(lambda: b"/synced" in asked(loader, server, "/sync", 7), "scsynth does not take its instruments")
        rig = RIG.format(patch=patch, server=server)
        hall = stack.enter_context(performing(tmp_path, "night-drive", "--seed", "6", rig=rig, environ=sound))
        until(lambda: synths(server), "scsynth plays nothing")
        hall.wait_for_notes(60)
        until(lambda: len(NOTE.findall(pd.text)) >= 60, "the patch hears less than the audience")
        hall.leave()
        heard = Counter(h.args[:3] for h in ons(hall.heard()))
        until(lambda: Counter(NOTE.findall(pd.text)) == heard, "the patch did not hear what the audience heard")
        until(lambda: BEGUN.search(synth.text) and not hanging(synth.text), "synths hang after the end")
        text = synth.text
        assert not re.findall(r"^late|SynthDef", text, re.MULTILINE), text
        compare(hall.heard(), hall.replayed())
