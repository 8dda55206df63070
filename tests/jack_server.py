"""One JACK server without a sound card, for every test that needs one.

JACK keeps eight servers in one registry and reclaims a dead one's place only for the same name: so the names are few and
always the same, and a server is asked to end before it is killed. When the registry is full of the dead nobody can
start a server any more: then it is replaced.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

NAMES = ("performer-tests-1", "performer-tests-2", "performer-tests-3")
PATIENCE = 20.0


@contextlib.contextmanager
def jack_server(folder: Path, frames: int = 64) -> Iterator[dict[str, str]]:
    """The environment in which the server is found and MIDI goes there; a skip where JACK is not installed."""
    for program in ("jackd", "jack_lsp"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    printed = folder / "jackd.log"
    server, name = _started(printed, frames)
    try:
        yield _environment(name)
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(5)
        server.kill()
        server.wait()


def _environment(name: str) -> dict[str, str]:
    return {"JACK_DEFAULT_SERVER": name, "JACK_NO_START_SERVER": "1", "MIDO_BACKEND": "mido.backends.rtmidi/UNIX_JACK"}


def _started(printed: Path, frames: int) -> tuple[subprocess.Popen[bytes], str]:
    said = ""
    for name in NAMES:
        for fresh in ((), ("-r",)):
            server = _begun(printed, name, fresh, frames)
            if server is not None:
                return server, name
            said = printed.read_text(errors="replace")
            if "Too many servers" not in said:
                break
    raise AssertionError(f"jackd did not start: {said}")


def _begun(printed: Path, name: str, fresh: tuple[str, ...], frames: int) -> subprocess.Popen[bytes] | None:
    """The server once it answers; None when it gave up."""
    argv = ["jackd", "-n", name, *fresh, "-d", "dummy", "-r", "48000", "-p", str(frames)]
    with printed.open("wb") as log:
        server = subprocess.Popen(argv, stdout=log, stderr=log)
    environ = {**os.environ, **_environment(name)}
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        if subprocess.run(["jack_lsp"], env=environ, capture_output=True, check=False).returncode == 0:
            return server
        time.sleep(0.02)
    server.kill()
    server.wait()
    return None
