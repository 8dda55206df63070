"""What each process says about itself, and all of it put together.

Law of this file: a status is written by rename, so a reader sees a whole one or the one before; writing and
reading never raise; what is not known is absent, never invented.
"""

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from performer.run.folders import runs_folder
from performer.run.supervisor.process import born

Values = Mapping[str, Any]

STALE = 5.0
"""Seconds after which what a process said is told with a warning."""

_REGULAR = ("engine", "composer")
"""Who publishes all the time; the others do when something changes."""

_POSITION = (
    "show",
    "song",
    "section",
    "next",
    "bar",
    "bar_in_section",
    "bars",
    "beat",
    "tempo",
    "phase",
    "pending",
    "chord",
    "control",
    "seed",
)


def publish(folder: Path, seat: str, values: Values) -> bool:
    """Write what ``seat`` says about itself; False when the storage refuses (the show does not mind)."""
    target = folder / f"{seat}.json"
    draft = folder / f".{seat}.{os.getpid()}"
    try:
        draft.write_text(json.dumps({"pid": os.getpid(), **values}))
        os.replace(draft, target)
    except (OSError, TypeError, ValueError):
        with contextlib.suppress(OSError):
            draft.unlink()
        return False
    return True


def read(folder: Path) -> dict[str, Any]:
    """Everything that was published in a run's folder, by seat; broken files are left out."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            told = json.loads(path.read_text())
            age = time.time_ns() / 1e9 - path.stat().st_mtime
        except (OSError, ValueError):
            continue
        if isinstance(told, dict):
            found[path.stem] = {**told, "age": round(max(0.0, age), 1)}
    return found


def collect(environ: Mapping[str, str] = os.environ) -> dict[str, Any] | None:
    """The newest run of this user that is alive, merged; None when nothing runs."""
    folders = sorted(runs_folder(environ).glob("*/"), key=_when, reverse=True)
    for folder in folders:
        told = read(folder)
        if alive(told):
            return {"run": folder.name, "folder": str(folder), **merge(told)}
    return None


def alive(told: Mapping[str, Values]) -> bool:
    """True when the owner or the supervisor of the run that said this lives."""
    return any(_lives(told.get(seat, {})) for seat in ("supervisor", "owner"))


def merge(told: Mapping[str, Values]) -> dict[str, Any]:
    """One picture of a run from what its processes say.

    Keys: ``pids`` {supervisor, engine, composer, page, players: {seat: pid}, understudies: {seat: pid}}, where the music is,
    ``scheduling`` by seat, ``outputs`` with lateness in microseconds, ``spares``, ``safe`` (seats in safe mode), ``restarts``,
    ``journal``, ``page``, ``falls`` (bars in which a part fell back, and the newest), ``errors`` (newest last). What is unknown is absent.
    """
    supervisor, engine = told.get("supervisor", {}), told.get("engine", {})
    seats: Mapping[str, Values] = supervisor.get("seats", {})
    singles = ("engine", "composer", "page", "controllers")
    pids: dict[str, Any] = {"supervisor": supervisor.get("pid"), "owner": told.get("owner", {}).get("pid")}
    pids |= {seat: seats[seat].get("pid") for seat in singles if seat in seats}
    pids["players"] = {seat: row.get("pid") for seat, row in seats.items() if seat not in singles}
    if waiting := supervisor.get("understudies"):
        pids["understudies"] = dict(waiting)
    merged: dict[str, Any] = {"pids": pids}
    merged |= {key: engine[key] for key in _POSITION if engine.get(key) is not None}
    merged["scheduling"] = {seat: told.get(seat, {}).get("rung") or row.get("rung", "") for seat, row in seats.items()}
    merged["outputs"] = dict(engine.get("outputs", {}))
    merged["spares"] = [seat for seat, row in seats.items() if row.get("spare")]
    merged["safe"] = [seat for seat, row in seats.items() if row.get("safe")]
    merged["restarts"] = {seat: row["restarts"] for seat, row in seats.items() if row.get("restarts")}
    if "journal" in supervisor:
        merged["journal"] = supervisor["journal"]
    if page := told.get("page", {}).get("page"):
        merged["page"] = page
    if "falls" in engine:
        merged["falls"] = engine["falls"]
    merged["errors"] = _errors(told, seats)
    return merged


def _errors(told: Mapping[str, Values], seats: Mapping[str, Values]) -> list[str]:
    errors = []
    for seat, values in told.items():
        errors += [str(error) if seat == "supervisor" else f"{seat}: {error}" for error in values.get("errors", ())]
        if seat in _REGULAR and values.get("age", 0) > STALE and seats.get(seat, {}).get("pid"):
            errors.append(f"{seat}: it has stopped to say how it is")
    troubles = (f"{name}: {row['trouble']}" for name, row in told.get("engine", {}).get("outputs", {}).items() if row.get("trouble"))
    return errors + [trouble for trouble in troubles if not any(error.endswith(trouble) for error in errors)]


def text(merged: Values) -> str:
    """A merged status for a person: some ten lines."""
    lines = [f"{merged.get('show', 'performer')}: {merged.get('phase', 'starting')}"]
    if merged.get("section"):
        lines.append(
            f"section   {merged['section']}, bar {merged.get('bar_in_section', 0)} of {merged.get('bars', 0)}, "
            f"then {merged.get('next') or 'the end'}"
        )
        lines.append(f"position  bar {merged.get('bar', 0) + 1}, beat {merged.get('beat', 1)}, {merged.get('tempo', 0):g} bpm")
    for name, row in merged.get("outputs", {}).items():
        state = "up" if row.get("up") else f"down: {row.get('trouble', '')}"
        figures = ", ".join(f"{key} {row[key] / 1000:.2f} ms" for key in ("p50", "p99", "worst") if key in row)
        lines.append(
            f"output    {name}: {state}; sent {row.get('sent', 0)}, late {row.get('late', 0)}, dropped {row.get('dropped', 0)}; {figures}"
        )
    pids = merged.get("pids", {})
    waiting = pids.get("understudies", {})
    seats = {name: pid for name, pid in pids.items() if name not in ("players", "understudies")} | dict(pids.get("players", {}))
    for name, pid in seats.items():
        rung = str(merged.get("scheduling", {}).get(name, ""))
        notes = [rung, "spare" if name in merged.get("spares", ()) and "spare" not in rung else ""]
        notes += [
            "SAFE MODE" if name in merged.get("safe", ()) else "",
            f"restarted {count}x" if (count := _restarts(merged, name)) else "",
            f"understudy {waiting[name]}" if name in waiting else "",
        ]
        lines.append(f"process   {name}: {pid or 'not running'}" + "".join(f", {note}" for note in notes if note))
    if journal := merged.get("journal"):
        lines.append(f"journal   {journal['path']} ({journal['behind']} bytes behind)")
    lines += [f"page      {merged['page']}"] if merged.get("page") else []
    if falls := merged.get("falls"):
        lines.append(f"fell back {falls[0]}x, newest {falls[1]}")
    lines += [f"trouble   {error}" for error in merged.get("errors", ())]
    return "\n".join("".join(sign if sign.isprintable() else "?" for sign in line) for line in lines)


def _restarts(merged: Values, seat: str) -> int:
    return int(merged.get("restarts", {}).get(seat, 0))


def _lives(values: Values) -> bool:
    """True when the process that said this is still that process."""
    pid, birth = values.get("pid"), values.get("born", "")
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not birth or born(pid) == birth


def _when(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
