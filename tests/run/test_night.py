"""A night from its journal: whole, resumed, damaged anywhere, and of another version."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import GoTo, Macro, Mute, Remark
from performer.engine.composer import Composer
from performer.events import Digest
from performer.records import Sealed, pack
from performer.run.journal.format import LISTENER, SEALED, Entered, Header, Reported, Snapshot, frame, read
from performer.run.night import (
    ANEW,
    UNKNOWN,
    UNSEALED,
    NightError,
    begin,
    entry_of,
    follow,
    rig_bytes,
    rig_of,
    seals,
    show_of,
)
from performer.show.definition import Output, Rig
from performer.show.load import load
from performer.ticks import Tick
from performer.wire.osc import encode
from tests.run.stand import DAMAGES, RIG, SONG, Stand, damaged, standing

BAR = 80_640


def a_night(folder: Path) -> bytes:
    """The bytes of a journal with entries, seals and snapshots."""
    with standing(folder) as stand:
        stand.start()
        for number in range(12):
            stand.say("energy", number / 12)
            stand.bars(5.3)
            stand.tap("section", ("verse", "drop", "end", "break")[number % 4], "bar")
            stand.engine.heard("composer", pack(Sealed(stand.engine.night.performance.committed, bytes([number]) * 16)))
        return (folder / "night.journal").read_bytes()


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return a_night(tmp_path_factory.mktemp("night"))


def header(files: tuple[tuple[str, bytes], ...] = (("show.yaml", SONG),), rig: bytes = rig_bytes(RIG)) -> Header:
    return Header(files, rig, 7, "0.0", "3", 0, 0, (("armed", ""), ("start", ""), ("leave", "")))


def written(*records: object) -> bytes:
    return b"".join(frame(record, number) for number, record in enumerate(records))  # type: ignore[arg-type]


def said(seq: int, tick: int, address: str, *args: object) -> Entered:
    return Entered(seq, tick, tick, "h:1", 5, encode(f"/performer/{address}", args))  # type: ignore[arg-type]


def test_every_shipped_rig_comes_back_from_a_header() -> None:
    for name in ("night-drive", "grid16", "friday"):
        rig = load(name).rig
        assert rig is not None
        assert rig_of(rig_bytes(rig)) == rig


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"outputs": 3}', b'{"outputs": [{"nom": 1}]}', b"\xff"])
def test_a_rig_of_another_version_is_said_and_not_raised_through(data: bytes) -> None:
    with pytest.raises(NightError, match="another version"):
        rig_of(data)


def test_a_night_goes_on_from_its_last_snapshot_as_if_it_had_been_followed_from_the_beginning(journal: bytes) -> None:
    found = read(journal)
    assert any(isinstance(record, Snapshot) for record in found.records)
    short = begin(found)
    long = begin(found._replace(records=tuple(r for r in found.records if not isinstance(r, Snapshot))))
    assert short.performance.committed == long.performance.committed == seals(found)[-1].tick
    assert short.performance.seq == long.performance.seq == len(found.entries)
    ahead = Tick(short.performance.committed + 40 * BAR)
    assert short.performance.commit(ahead) == long.performance.commit(ahead)


def test_a_snapshot_beyond_the_last_seal_is_not_used_for_the_digest_is_not_so_far(journal: bytes) -> None:
    found = read(journal)
    first = seals(found)[0]
    records = tuple(r for r in found.records if not (isinstance(r, Reported) and r.kind == SEALED and r.values[0] != first.tick))
    night = begin(found._replace(records=records))
    assert any(isinstance(r, Snapshot) and r.tick > first.tick for r in records)
    assert (night.performance.committed, night.digest.link) == (first.tick, first.link)


def test_after_bars_that_nobody_composed_the_digest_begins_anew_at_the_edge_and_the_music_is_the_same(journal: bytes) -> None:
    found = read(journal)
    last = seals(found)[-1].tick
    near, far = begin(found, edge=last + UNSEALED), begin(found, edge=last + UNSEALED + 1)
    assert (near.performance.committed, near.digest.link) == (last, bytes([11]) * 16)
    assert (far.performance.committed, far.digest.link) == (last + UNSEALED + 1, ANEW)
    near.performance.commit(far.performance.committed)
    ahead = Tick(far.performance.committed + 8 * BAR)
    assert near.performance.commit(ahead) == far.performance.commit(ahead)


def test_the_digest_goes_on_where_it_was_sealed(journal: bytes) -> None:
    assert begin(read(journal)).digest.link == bytes([11]) * 16
    assert begin(read(written(header()))).digest.link == Digest().link


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_journal_damaged_anywhere_after_its_header_still_begins_a_night(journal: bytes, data: st.DataObject) -> None:
    first = len(frame(read(journal).header, 0))  # type: ignore[arg-type]
    at = data.draw(st.integers(first, len(journal) - 1))
    broken = damaged(journal, first, at, data.draw(st.sampled_from(DAMAGES)))
    found = read(broken)
    night = begin(found)
    whole = read(journal)
    assert found.records == whole.records[: len(found.records)]
    assert night.performance.seq == len(found.entries)
    assert night.notes == ([found.lost] if found.lost else [])
    night.performance.commit(Tick(night.performance.committed + 4 * BAR))


@pytest.mark.parametrize("size", [0, 1, 40])
def test_a_journal_without_its_beginning_is_said(journal: bytes, size: int) -> None:
    with pytest.raises(NightError, match="no beginning"):
        begin(read(journal[:size]))


def test_a_show_that_this_version_cannot_read_is_said() -> None:
    with pytest.raises(NightError, match=r"performer 0\.0\) cannot be read"):
        show_of(read(written(header((("show.yaml", b"song: X\nnonsense: [1"),)))))


def test_an_entry_of_another_version_keeps_its_number_and_does_nothing() -> None:
    strange = Entered(2, 20, 20, "h:1", 5, encode("/performer/sorcery", (3,)))
    night = begin(read(written(header(), said(1, 10, "energy", 0.5), strange, said(3, 30, "energy", 0.9))))
    assert night.performance.seq == 3
    assert night.entries[1].control is UNKNOWN
    assert night.notes == ["entry 2 means nothing to this version"]
    assert night.performance.bar_at(Tick(40)).last.energy == 900


@pytest.mark.parametrize("data", [b"", b"/x", encode("/performer/ping", (1,)), encode("/performer/section", ())])
def test_what_is_no_control_is_unknown(data: bytes) -> None:
    assert entry_of(Entered(1, 5, 6, "", 0, data)).control is UNKNOWN


def test_a_remark_of_a_question_mark_is_a_remark() -> None:
    assert entry_of(said(1, 2, "mark", "?")).control == Remark("?")


def test_an_entry_that_comes_too_late_or_twice_is_noted() -> None:
    night = begin(read(written(header(), said(1, 10, "section", "drop", "bar"))))
    follow(night, said(1, 10, "section", "drop", "bar"))
    assert not night.notes
    night.performance.commit(Tick(BAR))
    follow(night, said(2, 10, "energy", 0.1))
    assert "entry 2" in night.notes[0]
    assert night.performance.seq == 1


def test_what_a_night_follows_it_need_not_keep() -> None:
    night = begin(read(written(header(), said(1, 10, "section", "drop", "bar"))))
    for seq in range(2, 40):
        follow(night, said(seq, 10, "energy", seq / 100))
    assert [entry.seq for entry in night.entries] == [1]
    assert night.performance.seq == 39


def test_a_snapshot_that_cannot_be_read_gives_way_to_the_one_before(journal: bytes) -> None:
    found = read(journal)
    last = next(r for r in reversed(found.records) if isinstance(r, Snapshot))
    for spoilt in (b"{}", b"nonsense", last.data.replace(b'"show":"', b'"show":"x')):
        records = tuple(r._replace(data=spoilt) if r is last else r for r in found.records)
        night = begin(found._replace(records=records))
        assert night.performance.seq == len(found.entries)


def test_the_options_of_the_start_hold() -> None:
    armed = header()._replace(options=(("armed", "1"), ("start", "drop"), ("leave", "")))
    state = begin(read(written(armed))).performance.bar_at(Tick(0)).state
    assert (state.phase.value, state.section) == ("armed", "drop")


def test_who_listens_is_known_newest_last() -> None:
    rows = [("a", 1, 5, 1), ("b", 2, 2, 1), ("a", 1, 5, 0), ("c", 3, 3, 1), ("b", 2, 9, 1)]
    night = begin(read(written(header(), *(Reported(0, LISTENER, row) for row in rows), Reported(0, LISTENER, ("odd",)))))
    assert night.listeners == (("c", 3, 3), ("b", 2, 9))


def test_a_composers_night_and_an_engines_agree_on_every_bar(journal: bytes) -> None:
    engine, composer = begin(read(journal)), begin(read(journal), score=Composer())
    far = Tick(engine.performance.committed + 20 * BAR)
    assert [b.state for b in engine.performance.bars(Tick(0), far)] == [b.state for b in composer.performance.bars(Tick(0), far)]


def test_seals_are_read_in_order_and_others_left_alone() -> None:
    found = read(written(header(), Reported(0, "late", ("a", 1)), Reported(0, SEALED, (5, "01" * 16)), Reported(0, SEALED, (9, "02" * 16))))
    assert seals(found) == [Sealed(5, b"\1" * 16), Sealed(9, b"\2" * 16)]


def test_entries_are_what_was_asked(tmp_path: Path) -> None:
    with standing(
        tmp_path, rig=Rig(name="q", outputs=(Output(name="a", kind="osc", port=1, lead=100_000, profile="supercollider"),))
    ) as stand:
        assert isinstance(stand, Stand)
        stand.start()
        stand.say("energy", 0.25)
        stand.say("section", "drop", "now")
        assert [entry.control for entry in begin(stand.read()).entries] == [Macro("energy", 250), *[e.control for e in stand.entries[1:]]]
        assert isinstance(stand.entries[1].control, GoTo)
        first = stand.entries[0]
        assert first.reach - first.tick == 5241  # 100 ms of lead and 30 of early feel, at 40,320 ticks a second


def test_what_a_snapshot_holds_is_not_read_again_but_the_mix_is(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        stand.start()
        stand.say("part/bass/mute", 1)
        for number in range(30):
            stand.bars(1.2)
            stand.say("energy", number / 30)
        stand.bars(1)
        stand.engine.heard("composer", pack(Sealed(stand.engine.night.performance.committed, bytes(16))))
        stand.say("brightness", 0.1)
        night = begin(stand.read())
        assert [entry.control for entry in night.entries if not isinstance(entry.control, Macro)] == [Mute("bass", True)]
        assert Macro("brightness", 100) in [entry.control for entry in night.entries]
        assert len(night.entries) < 8
        assert night.performance.seq == 32
