"""Laws of the journal: what was written comes back, whatever is done to the bytes; storage trouble never reaches the caller."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.run.journal import format as journal_format
from performer.run.journal.writer import BACKLOG, End, Entered, Header, Journal, Record, Reported, Snapshot, Tape, create, read, read_fd

HEADER = Header(
    (("show.yaml", b"song: x\n"), ("styles/a.toml", b"")), b"rig: home\n", 2**64 - 1, "0.1.0", "3.11.7", 17 * 10**17, 5, (("from", "drop"),)
)
NUMBER = st.integers(-(2**62), 2**62)
RECORD = st.one_of(
    st.builds(Entered, st.integers(0, 2**63), NUMBER, NUMBER, st.text(max_size=40), st.integers(0, 2**63), st.binary(max_size=200)),
    st.builds(
        Reported, st.integers(0, 2**40), st.sampled_from(["late", "fell"]), st.lists(st.one_of(NUMBER, st.text(max_size=9))).map(tuple)
    ),
    st.builds(Snapshot, st.integers(0, 2**63), NUMBER, st.binary(max_size=500)),
    st.builds(Tape, st.binary(max_size=500)),
    st.builds(End, st.text(max_size=40)),
)


def entry(seq: int, data: bytes = b"/performer/next\0,\0\0\0") -> Entered:
    return Entered(seq, seq * 20_160, seq * 20_160 + 5040, "127.0.0.1:5000", 10**9 + seq, data)


def night(entries: int = 40) -> list[Record]:
    """A small night: header, entries, a snapshot and a chunk of tape now and then, a report."""
    records: list[Record] = [HEADER]
    for seq in range(1, entries + 1):
        records.append(entry(seq))
        if seq % 10 == 0:
            records += [Snapshot(seq, seq * 20_160, bytes(range(64))), Tape(b"tape" * 20), Reported(seq, "late", ("bass", 7))]
    return records


def bytes_of(records: list[Record]) -> bytes:
    return b"".join(journal_format.frame(record, number) for number, record in enumerate(records))


@given(st.lists(RECORD, max_size=20))
@settings(max_examples=150, deadline=None)
def test_what_is_written_comes_back(records: list[Record]) -> None:
    found = journal_format.read(bytes_of([HEADER, *records]))
    assert found.header == HEADER
    assert found.records == tuple(records)
    assert found.lost == ""
    assert found.ordinal == len(records) + 1


def test_a_file_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "night.journal"
    fd = create(path)
    writer = Journal(fd)
    assert all(writer.append(record) for record in [*night(), End("the form is over")])
    os.close(fd)
    found = read(path)
    assert (found.header, [*found.records]) == (HEADER, [*night()[1:], End("the form is over")])
    assert found.ended
    assert [e.seq for e in found.entries] == list(range(1, 41))
    assert found.snapshot == Snapshot(40, 40 * 20_160, bytes(range(64)))
    assert path.stat().st_mode & 0o077 == 0, "a journal holds the show: no one else reads it"


def damages(whole: bytes) -> list[tuple[str, int, bytes]]:
    """Damage of four kinds, over 1,000 offsets in all: (what, first damaged byte, bytes)."""
    out = []
    for number in range(350):
        at = number * 7919 % len(whole)
        noise = hashlib.blake2b(bytes([number % 256, number // 256])).digest()
        flipped = bytearray(whole)
        flipped[at] ^= 1 << noise[0] % 8
        out.append(("flip", at, bytes(flipped)))
        out.append(("cut", at, whole[:at]))
        out.append(("garbage", at, whole[:at] + noise[: 1 + noise[1] % 64] + whole[at + 5 :]))
        out.append(("zeros", at, whole[:at] + bytes(len(whole) - at)))
    return out


def test_any_damage_at_any_offset_still_starts_and_says_what_is_lost() -> None:
    records = night()
    whole = bytes_of(records)
    ends = [len(bytes_of(records[: n + 1])) for n in range(len(records))]
    for what, at, data in damages(whole):
        found = journal_format.read(data)
        sound = sum(end <= at for end in ends)
        kept = (found.header, *found.records) if found.header else found.records
        assert kept == tuple(records[: len(kept)]), (what, at)
        assert len(kept) >= sound, (what, at)
        if data != whole and data != whole[: found.good]:
            assert found.lost, (what, at)
            assert len(kept) < len(records), (what, at)


def test_a_missing_a_double_and_a_swapped_record_end_the_reading() -> None:
    frames = [journal_format.frame(record, number) for number, record in enumerate(night(8))]
    for changed in (frames[:4] + frames[5:], frames[:4] + frames[3:], [*frames[:4], frames[5], frames[4], *frames[6:]]):
        found = journal_format.read(b"".join(changed))
        assert found.ordinal == 4
        assert "where 4 belongs" in found.lost


def test_another_version_says_so() -> None:
    data = bytearray(journal_format.frame(HEADER, 0))
    data[2] = 9
    body = bytes(data[:-4])
    found = journal_format.read(body + zlib.crc32(body).to_bytes(4, "big"))
    assert found.header is None
    assert "journal version 9" in found.lost


def test_an_engine_that_comes_back_cuts_the_bad_tail_keeps_it_aside_and_goes_on(tmp_path: Path) -> None:
    path, aside = tmp_path / "night.journal", tmp_path / "night.damaged"
    fd = create(path)
    os.write(fd, bytes_of(night(5)) + b"half a rec")
    writer, found = Journal.resume(fd, aside=aside)
    assert found.entries[-1].seq == 5
    assert "10 bytes are left out" in found.lost
    assert aside.read_bytes() == b"half a rec"
    assert writer.append(entry(6))
    os.close(fd)
    again = read(path)
    assert (again.entries[-1].seq, again.lost) == (6, "")


def test_a_full_disk_is_said_once_and_everything_follows_in_order_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "night.journal"
    fd, good = os.open("/dev/full", os.O_RDWR), create(path)
    writer = Journal(fd)
    assert [writer.append(record) for record in night()] == [False] * len(night())
    assert "No space" in (writer.news() or "")
    assert writer.news() is None
    assert writer.behind == len(bytes_of(night()))
    os.dup2(good, fd)
    assert writer.append(entry(41))
    assert writer.news() == "the journal is written again, nothing is lost"
    assert (writer.trouble, writer.behind) == ("", 0)
    assert list(read(path).records) == [*night()[1:], entry(41)]
    os.close(fd)
    os.close(good)


def test_memory_is_bounded_and_what_can_be_made_again_is_given_up_first(tmp_path: Path) -> None:
    path = tmp_path / "night.journal"
    fd, good = os.open("/dev/full", os.O_RDWR), create(path)
    writer = Journal(fd, backlog=4000)
    writer.append(HEADER)
    for number in range(100):
        writer.append(Tape(bytes(100)))
        assert writer.behind <= 4000 // 2, number
    for seq in range(1, 11):
        writer.append(entry(seq))
    os.dup2(good, fd)
    assert writer.append(entry(11))
    found = read(path)
    assert found.lost == ""
    assert [e.seq for e in found.entries] == list(range(1, 12))
    gaps = [r for r in found.records if isinstance(r, Reported)]
    taped = sum(isinstance(r, Tape) for r in found.records)
    assert [(r.kind, r.values) for r in gaps] == [("gap", (100 - taped,))]
    os.close(fd)
    os.close(good)


def test_entries_beyond_the_memory_leave_a_hole_that_the_reader_sees(tmp_path: Path) -> None:
    path = tmp_path / "night.journal"
    fd, good = os.open("/dev/full", os.O_RDWR), create(path)
    writer = Journal(fd, backlog=2000)
    writer.append(HEADER)
    for seq in range(1, 100):
        writer.append(entry(seq))
        assert writer.behind <= 2000
    os.dup2(good, fd)
    writer.append(entry(100))
    assert writer.lost > 0
    found = read(path)
    assert [e.seq for e in found.entries] == list(range(1, 100 - writer.lost))
    assert "belongs" in found.lost
    os.close(fd)
    os.close(good)


def test_a_record_that_fits_only_in_part_is_finished_later(tmp_path: Path) -> None:
    """The disk takes the first bytes of a record and refuses the rest."""
    path = tmp_path / "night.journal"
    fd = create(path)
    writer = Journal(fd)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, before[1]))
        for record in night():
            writer.append(record)
        assert path.stat().st_size == 700
        assert "too large" in writer.trouble
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert writer.flush()
    assert list(read(path).records) == night()[1:]
    os.close(fd)


def test_a_journal_that_is_gone_never_raises() -> None:
    fd = os.open(os.devnull, os.O_RDWR)
    os.close(fd)
    writer, found = Journal.resume(fd)
    assert found.header is None
    assert not writer.append(HEADER)
    assert writer.news()
    assert writer.behind < BACKLOG


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a process that dies in mid-write")
def test_a_killed_writer_loses_nothing_that_append_had_returned_for(tmp_path: Path) -> None:
    path = tmp_path / "night.journal"
    code = """
import sys
import zlib
from pathlib import Path
from performer.run.journal.writer import Entered, Journal, create
writer = Journal(create(Path(sys.argv[1])))
for seq in range(10**9):
    writer.append(Entered(seq, seq, seq, "x", 0, b"y" * 300))
    sys.stdout.write(f"{seq}\\n"); sys.stdout.flush()
"""
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(500)]
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    last = int([line for line in said if line.endswith("\n")][-1])
    fd = os.open(path, os.O_RDWR | os.O_APPEND)
    found = journal_format.read(read_fd(fd))
    os.close(fd)
    assert found.entries[last].seq == last
