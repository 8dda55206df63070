"""Trouble from outside while a show plays: nonsense, floods, full disks, a composer that crashes. The sound goes on, and it is said."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from performer.music.chance import Chance
from performer.wire.osc import encode
from tests.counterparts import need, until
from tests.live.hall import PERFORMER, Hall, compare, ons, performing, stuck

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]


def nonsense() -> Iterator[bytes]:
    """Packets that no tablet sends."""
    chance = Chance.of(7).at("nonsense")
    energy = encode("/performer/energy", (0.5,))
    yield from (b"", b"\0", b"/", b"/performer", b"#bundle\0", b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xff", b"/a\0\0,i\0\0")
    yield from (energy[:size] for size in range(len(energy)))
    yield b"/" * 60_000
    yield b"#bundle\0" + bytes(8) + struct.pack(">i", len(energy)) * 500
    nested = energy
    for _ in range(60):
        nested = b"#bundle\0" + bytes(8) + struct.pack(">i", len(nested)) + nested
    yield nested
    for value in (float("nan"), float("inf"), -1e30):
        yield encode("/performer/energy", (0.5,))[:-4] + struct.pack(">f", value)
    yield encode("/performer/section", ("no such section",))
    yield encode("/performer/tempo", ("fast",))
    yield encode("/performer/part/nobody/level", (1.0,))
    yield encode("/performer/" + "x" * 2000, ())
    yield from (bytes(chance.below(256, "byte", n, i) for i in range(chance.below(300, "size", n))) for n in range(200))


def send(port: int, packets: Iterator[bytes]) -> int:
    """From a source of its own; how many."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        count = 0
        for packet in packets:
            out.sendto(packet, ("127.0.0.1", port))
            count += 1
        return count


def control(hall: Hall) -> dict[str, int]:
    """The counts of the control port."""
    counts: dict[str, int] = hall.status().get("control", {})
    return counts


def test_nonsense_and_a_flood_are_counted_and_neither_heard_nor_in_the_way(tmp_path: Path) -> None:
    with performing(tmp_path, "night-drive", "--seed", "9") as hall:
        hall.wait_for_music()
        send(hall.control, nonsense())
        until(lambda: control(hall).get("malformed", 0) > 100, "nonsense is not counted")
        assert control(hall)["refused"] >= 3
        flood = encode("/performer/energy", (0.9,))
        send(hall.control, (flood for _ in range(10_000)))
        until(lambda: control(hall).get("flooded", 0) > 1000, "the flood is not counted")
        hall.ask("/performer/section", "drop", "now")
        hall.wait_for_section("drop")
        assert hall.status().get("restarts", {}) == {}, "somebody died of it"
        hall.wait_for_notes(40)
        hall.leave()
        hall.judge()


SMALL = 'mount -t tmpfs -o size=1m tmpfs "$0" && mount -t tmpfs -o size=1m tmpfs /dev/shm && exec "$@"'


def own_storage(disk: Path) -> tuple[str, ...]:
    """Words before a command, so that it sees a disk and a /dev/shm of one megabyte each that nobody else sees."""
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", str(disk)]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        pytest.skip("this user may not mount a small disk in a namespace (unshare -m)")
    return ("unshare", "-m", "sh", "-c", SMALL, str(disk))


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as out:
        while out.write(bytes(4096)):
            pass
    return filler


def told(hall: Hall, what: str) -> bool:
    return any(what in error for error in hall.status().get("errors", ()))


def test_full_storage_is_not_heard_is_told_and_nothing_is_lost_when_there_is_room_again(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    prefix = own_storage(disk)
    with performing(tmp_path, "night-drive", "--seed", "10", "--journal", str(disk / "night.journal"), prefix=prefix) as hall:
        hall.wait_for_music()
        inside = Path(f"/proc/{hall.process.pid}/root")
        seen = inside / disk.relative_to("/")
        until((seen / "night.journal").exists, "there is no copy of the journal")
        fillers = [fill(seen), fill(inside / "dev/shm")]
        hall.ask("/performer/section", "drop", "now")
        hall.wait_for_section("drop")
        send(hall.control, (encode("/performer/cue", (f"{n:060}",)) for n in range(60)))  # more than the last page of the file takes
        until(lambda: told(hall, "the journal cannot be written"), "the journal's trouble is not told")
        hall.wait_for_notes(60)
        fillers[1].unlink()
        until(lambda: told(hall, "nothing is lost"), "nobody says that the journal is written again")
        until(lambda: told(hall, "is not copied"), "the disk's trouble is not told")
        fillers[0].unlink()
        until(lambda: not told(hall, "is not copied"), "the copy does not go on")
        copy = os.open(seen / "night.journal", os.O_RDONLY)
        hall.leave()
        (tmp_path / "saved.journal").write_bytes(os.pread(copy, 1 << 22, 0))
        os.close(copy)
        compare(hall.heard(), hall.replayed(tmp_path / "saved.journal"))
        assert not stuck(hall.heard())


SLOW = """#include <unistd.h>
int fsync(int fd) { (void)fd; sleep(3); return 0; }
int fdatasync(int fd) { return fsync(fd); }
"""


def test_a_disk_that_takes_seconds_to_sync_is_told_and_not_heard_and_the_journal_is_whole(tmp_path: Path) -> None:
    need("cc")
    (tmp_path / "slow.c").write_text(SLOW)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(tmp_path / "slow.so"), str(tmp_path / "slow.c")], check=True)
    with performing(tmp_path, "night-drive", "--seed", "11", environ={"LD_PRELOAD": str(tmp_path / "slow.so")}) as hall:
        hall.wait_for_music()
        until(lambda: told(hall, "is slow"), "the slow disk is not told")
        hall.ask("/performer/section", "drop", "now")
        hall.wait_for_section("drop")
        before = hall.strike("engine")
        until(lambda: hall.pid("engine") not in (0, before), "no new engine")
        hall.wait_for_notes(60)
        hall.leave()
        hall.judge()


def test_a_composer_that_crashes_three_times_plays_its_safe_bar_until_a_jump_leads_out(tmp_path: Path) -> None:
    with performing(tmp_path, "night-drive", "--seed", "12") as hall:
        hall.wait_for_music()
        for _ in range(3):
            before = hall.strike("composer", signal.SIGSEGV)
            until(lambda before=before: hall.pid("composer") not in (0, before), "no new composer")  # type: ignore[misc]
        until(lambda: "composer" in hall.status().get("safe", ()), "it is not in safe mode")
        text = subprocess.run([*PERFORMER, "status"], env=hall.environ, capture_output=True, text=True, check=False).stdout
        assert "SAFE MODE" in text
        hall.wait_for_notes(60)
        hall.ask("/performer/section", "drop", "bar")
        hall.wait_for_section("drop")
        hall.wait_for_notes(60)
        parts = {note.args[0] for note in ons(hall.heard())[-60:]}
        assert {"drums", "bass"} <= parts
        hall.leave()
        hall.judge()
