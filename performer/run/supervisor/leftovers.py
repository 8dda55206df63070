"""What a run leaves in memory and in its folder, cleared away when its journal is safe on the disk.

Law of this file: nothing of a living run is touched; a journal is removed from memory only when every sound byte of it is in
its copy.
"""

import contextlib
import os
import shutil
from pathlib import Path

from performer.run import status
from performer.run.clock import SystemClock
from performer.run.journal.copier import Copier
from performer.run.journal.format import sound_length
from performer.run.journal.writer import read_fd


def tidy(folder: Path, live: str, kept: str) -> str:
    """Finish the copy of the journal ``live`` at ``kept``, then remove it and the run's folder. What went wrong, or ""."""
    if live and kept and (trouble := _saved(Path(live), Path(kept))):
        return trouble
    if live and live != kept:
        with contextlib.suppress(OSError):
            os.unlink(live)
    shutil.rmtree(folder, ignore_errors=True)
    return ""


def sweep(runs: Path, own: str) -> list[str]:
    """Clear away after runs that ended without anybody to do it (a power cut, kill -9 of all). A sentence for each journal saved."""
    said = []
    for folder in sorted(runs.glob("*/")):
        told = status.read(folder) if folder.name != own else {}
        owner = told.get("owner")
        if owner is None or status.alive(told):
            continue
        live, kept = str(owner.get("live", "")), str(owner.get("kept", ""))
        saved = os.path.exists(live) and bool(kept)
        trouble = tidy(folder, live, kept)
        if trouble:
            said.append(trouble)
        elif saved:
            said.append(f"an earlier run ended badly; its journal is saved: {kept}")
    return said


def _saved(live: Path, kept: Path) -> str:
    try:
        fd = os.open(live, os.O_RDONLY)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"the journal {live} cannot be read: {error.strerror}"
    try:
        if live.resolve() == kept.resolve():
            return ""
        copier = Copier(fd, kept, SystemClock())
        copier.stop(0)
        whole = sound_length(read_fd(fd), 0)[0]
        return "" if copier.copied >= whole and not copier.trouble else f"{copier.trouble}; it stays at {live}"
    except OSError as error:
        return f"the journal {live} is not saved: {error.strerror}"
    finally:
        os.close(fd)
