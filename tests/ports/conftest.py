"""Counterparts for the ports: a broker and a JACK server of our own, ended by their own handles."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import counterparts
from tests.counterparts import Broker, need
from tests.jack_server import jack_server


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with counterparts.broker(tmp_path) as made:
        yield made


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A JACK server without a sound card; MIDI goes there."""
    need("jack_connect", "jack_midi_dump")
    with jack_server(tmp_path) as environ:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield environ["JACK_DEFAULT_SERVER"]
