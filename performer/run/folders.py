"""Where a run keeps what it writes: memory-backed while it plays, the platform's state folder for good.

Law of this file: no folder is ever shared with another user, and asking for one never raises: when nothing
better can be written to, the system's temporary folder is taken.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

_SHM = Path("/dev/shm")


def state_folder(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The folder that outlives a reboot: ``$XDG_STATE_HOME/performer``, ``~/.local/state/performer``, on macOS in ``~/Library``."""
    if said := environ.get("XDG_STATE_HOME", ""):
        return Path(said) / "performer"
    home = Path(environ.get("HOME") or Path.home())
    return home / "Library/Application Support/performer" if platform == "darwin" else home / ".local/state/performer"


def journals_folder(environ: Mapping[str, str]) -> Path:
    """Where journals stay, one file a run; made when missing. Raises OSError when it cannot be made."""
    return _own(state_folder(environ) / "journals")


def runs_folder(environ: Mapping[str, str]) -> Path:
    """Where the living runs are found, one folder each: ``$XDG_RUNTIME_DIR``, ``/run/user/UID``, else the state folder."""
    for place in (environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{os.getuid()}"):
        if place and os.access(place, os.W_OK | os.X_OK):
            return Path(place) / "performer"
    return state_folder(environ) / "run"


def run_folder(environ: Mapping[str, str], run: str) -> Path:
    """The folder of one run, made now. Never raises: the last resort is a new temporary folder."""
    try:
        return _own(runs_folder(environ) / run)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="performer-"))


def memory_backed(fallback: Path) -> Path:
    """The folder for the journal while it is written: ``/dev/shm`` where there is one, else ``fallback``."""
    return _SHM if _SHM.is_dir() and os.access(_SHM, os.W_OK) else fallback


def _own(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
