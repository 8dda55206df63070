"""The copy on the disk: always a sound prefix, whatever happens on either side."""

import os
import resource
import signal
from pathlib import Path

import pytest

from performer.run.clock import SystemClock
from performer.run.folders import journals_folder, memory_backed, run_folder, runs_folder, state_folder
from performer.run.journal.copier import Copier
from performer.run.journal.writer import Entered, Journal, create, read


def entry(seq: int) -> Entered:
    return Entered(seq, seq, seq, "here", 0, b"/performer/next\0,\0\0\0")


def test_the_copy_is_a_sound_prefix_at_every_step(tmp_path: Path) -> None:
    fd = create(tmp_path / "a")
    writer, copier = Journal(fd), Copier(fd, tmp_path / "deep" / "b", SystemClock())
    for seq in range(30):
        writer.append(entry(seq))
        if seq % 7 == 0:
            copier.step()
            assert len(read(tmp_path / "deep" / "b").entries) == seq + 1
            assert copier.behind == 0
    copier.stop(0)
    assert (tmp_path / "deep" / "b").read_bytes() == (tmp_path / "a").read_bytes()


def test_half_a_record_is_not_copied(tmp_path: Path) -> None:
    fd = create(tmp_path / "a")
    writer, copier = Journal(fd), Copier(fd, tmp_path / "b", SystemClock())
    writer.append(entry(0))
    os.write(fd, b"half a record")
    copier.step()
    assert read(tmp_path / "b").good == (tmp_path / "b").stat().st_size > 0
    writer, _ = Journal.resume(fd)
    writer.append(entry(1))
    copier.step()
    assert [e.seq for e in read(tmp_path / "b").entries] == [0, 1]
    assert (tmp_path / "b").read_bytes() == (tmp_path / "a").read_bytes()


@pytest.mark.parametrize("left", [b"", b"garbage", b"same", b"other"])
def test_a_new_copier_goes_on_with_what_it_finds(tmp_path: Path, left: bytes) -> None:
    fd = create(tmp_path / "a")
    writer = Journal(fd)
    for seq in range(5):
        writer.append(entry(seq))
    if left == b"same":
        first = Copier(fd, tmp_path / "b", SystemClock())
        first.step()
    elif left == b"other":
        other = create(tmp_path / "b")
        Journal(other).append(entry(77))
        os.close(other)
    else:
        (tmp_path / "b").write_bytes(left)
    writer.append(entry(5))
    copier = Copier(fd, tmp_path / "b", SystemClock())
    assert copier.step() > 0
    assert (tmp_path / "b").read_bytes() == (tmp_path / "a").read_bytes()


def test_a_disk_that_refuses_is_said_and_tried_again(tmp_path: Path) -> None:
    fd = create(tmp_path / "a")
    Journal(fd).append(entry(0))
    (tmp_path / "folder").write_text("a file where a folder should be")
    copier = Copier(fd, tmp_path / "folder" / "b", SystemClock())
    assert copier.step() == 0
    assert "not copied" in copier.trouble
    assert copier.behind > 0
    (tmp_path / "folder").unlink()
    assert copier.step() > 0
    assert copier.trouble == ""


def test_a_full_disk_is_no_error_and_the_copy_is_finished_when_there_is_room(tmp_path: Path) -> None:
    fd = create(tmp_path / "a")
    writer = Journal(fd)
    for seq in range(20):
        writer.append(entry(seq))
    copier = Copier(fd, tmp_path / "b", SystemClock())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
        assert copier.step() == 0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert "too large" in copier.trouble
    assert copier.step() > 0
    assert (tmp_path / "b").read_bytes() == (tmp_path / "a").read_bytes()


def test_the_thread_copies_and_its_end_leaves_nothing_behind(tmp_path: Path) -> None:
    fd = create(tmp_path / "a")
    writer, copier = Journal(fd), Copier(fd, tmp_path / "b", SystemClock())
    copier.start()
    for seq in range(200):
        writer.append(entry(seq))
    copier.stop(5)
    assert len(read(tmp_path / "b").entries) == 200


def test_folders(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert state_folder(home, "linux") == tmp_path / ".local/state/performer"
    assert state_folder(home, "darwin") == tmp_path / "Library/Application Support/performer"
    assert state_folder({"XDG_STATE_HOME": "/x"}) == Path("/x/performer")
    assert journals_folder(home).is_dir()
    runtime = {**home, "XDG_RUNTIME_DIR": str(tmp_path)}
    assert runs_folder(runtime) == tmp_path / "performer"
    assert run_folder(runtime, "r1").stat().st_mode & 0o077 == 0
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert run_folder({"XDG_RUNTIME_DIR": "", "XDG_STATE_HOME": str(blocked)}, "r2").is_dir()
    assert memory_backed(tmp_path).is_dir()
