"""Where who comes back begins to read: the same night as from the whole journal, after damage anywhere too."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Level, Mute
from performer.engine.composer import Composer
from performer.records import Sealed, pack
from performer.run.journal.format import Entered, Landing, Read, Snapshot, frame, read
from performer.run.journal.landing import Bearings, read_back
from performer.run.journal.writer import Journal, create, read_fd
from performer.run.night import Night, begin
from performer.ticks import Tick
from performer.wire.osc import Arg
from tests.run.stand import DAMAGES, Stand, damaged, standing
from tests.run.test_journal import HEADER, bytes_of, entry, night

BAR = 80_640


def sealed(stand: Stand) -> None:
    stand.engine.heard("composer", pack(Sealed(stand.engine.night.performance.committed, b"sixteen bytes is")))


def bars(stand: Stand, count: int) -> None:
    """Bars of an evening, a seal in each."""
    for _ in range(count):
        stand.bars(1)
        sealed(stand)


def twice(stand: Stand, *said: Arg) -> None:
    """What a surface without releases sends for something that has to be held."""
    stand.say(str(said[0]), *said[1:])
    stand.tap(str(said[0]), *said[1:])


def an_evening(stand: Stand) -> None:
    """Some 70 bars with everything that a snapshot does not hold: mutes, faders, listeners, a fade that was given back, a stop."""
    stand.start()
    stand.say("subscribe", 9100)
    stand.say("subscribe", 9101, source=("127.0.0.1", 50_007))
    stand.say("part/bass/mute", 1)
    for number in range(20):
        stand.say("energy", number / 20)
        stand.say("part/keys/level", number / 20)
        bars(stand, 1)
    stand.say("unsubscribe", 9101, source=("127.0.0.1", 50_007))
    stand.say("part/drums/level", 0.7)
    twice(stand, "fade", 4.0)
    bars(stand, 1)
    stand.tap("cancel")
    stand.tap("section", "drop", "bar")
    bars(stand, 16)
    stand.say("part/bass/mute", 0)
    stand.say("part/drums/mute", 1)
    twice(stand, "stop")
    bars(stand, 2)
    stand.tap("go")
    bars(stand, 30)
    stand.say("tempo", 121.0)
    bars(stand, 4)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("landing")
    with standing(folder) as stand:
        an_evening(stand)
        return read_fd(stand.fd)


def landings(data: bytes) -> list[Landing]:
    return [record for record in read(data).records if isinstance(record, Landing)]


def standing_of(night: Night) -> tuple[object, ...]:
    """All of a night that whoever takes a seat goes by, and the next bars."""
    performance = night.performance
    where = (performance.committed, performance.seq, performance.gen, night.digest.link, night.listeners, night.options, night.notes)
    mix = {entry.control.part: entry.control for entry in night.entries if isinstance(entry.control, Mute)}
    faders = {entry.control.part: entry.control for entry in night.entries if isinstance(entry.control, Level)}
    ahead = performance.commit(Tick(performance.committed + 6 * BAR))
    return (*where, mix, faders, night.entries[-1:], performance.snapshot(), ahead)


def agrees(back: Read, whole: Read) -> None:
    """The law, of one journal read in both ways."""
    assert (back.header, back.good, back.ordinal, back.lost) == (whole.header, whole.good, whole.ordinal, whole.lost)
    known = dict(zip(whole.places, whole.records, strict=True))
    assert [known[place] for place in back.places] == list(back.records)
    if whole.header is not None:
        assert standing_of(begin(back)) == standing_of(begin(whole))


def test_from_its_landing_on_a_journal_tells_of_the_same_night(journal: bytes) -> None:
    assert len(landings(journal)) == 2
    back, whole = read_back(journal), read(journal)
    assert len(back.records) < len(whole.records) / 2
    agrees(back, whole)
    by_back, by_whole = begin(back, score=Composer()), begin(whole, score=Composer())
    ahead = Tick(by_whole.performance.committed + 4 * BAR)
    assert by_back.performance.commit(ahead) == by_whole.performance.commit(ahead)


def test_at_every_record_of_an_evening_the_law_holds(journal: bytes) -> None:
    places = read(journal).places
    for end in places[:: len(places) // 25]:
        agrees(read_back(journal[:end]), read(journal[:end]))


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_damage_anywhere_is_told_as_by_the_reader_of_the_whole(journal: bytes, data: st.DataObject) -> None:
    first = len(frame(read(journal).header, 0))  # type: ignore[arg-type]
    near = [place for landing in landings(journal) for place in (landing.start, *landing.held)]
    far = len(journal) - 1
    close = st.sampled_from(near).flatmap(lambda place: st.integers(place, min(place + 40, far)))
    at = data.draw(st.one_of(st.integers(first, far), close))
    broken = damaged(journal, first, at, data.draw(st.sampled_from(DAMAGES)))
    agrees(read_back(broken), read(broken))


def test_the_next_engine_lands_too_and_knows_what_it_only_read_of(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        an_evening(stand)
        for _ in range(2):
            stand.restart()
            assert stand.engine.desk.mix.muted == ("drums",)
            assert dict(stand.engine.desk.mix.faders)["keys"] == 950
            bars(stand, 34)
        data = read_fd(stand.fd)
        assert len(landings(data)) >= 4
        agrees(read_back(data), read(data))


def test_nobody_lands_in_the_middle_of_a_fade(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        stand.start()
        bars(stand, 20)
        twice(stand, "fade", 60.0)
        assert stand.engine.night.performance.seq == 1
        bars(stand, 16)
        assert any(isinstance(record, Snapshot) for record in stand.read().records)
        assert landings(read_fd(stand.fd)) == []
        stand.restart()
        bars(stand, 2)
        stand.tap("cancel")
        stand.restart()
        assert {level for _, level in stand.engine.desk.mix.faders} == {800}, "given back as they stood"


def test_nobody_lands_beyond_what_is_sealed(tmp_path: Path) -> None:
    fd = create(tmp_path / "j")
    writer = Journal(fd)
    for record in (HEADER, entry(1), Snapshot(1, 500, b"{}")):
        writer.append(record)
    writer.land(499)
    assert landings(read_fd(fd)) == []
    writer.land(500)
    writer.land(501)
    assert [landing.start for landing in landings(read_fd(fd))] == [len(bytes_of([HEADER, entry(1)]))]
    os.close(fd)


def test_nobody_lands_at_a_snapshot_that_is_older_than_the_newest_entry(tmp_path: Path) -> None:
    """As while a take-back waits for its bar line: what was entered since stands before it in the file."""
    fd = create(tmp_path / "j")
    writer = Journal(fd)
    for record in (HEADER, entry(1), entry(2), Snapshot(1, 500, b"{}")):
        writer.append(record)
    writer.land(500)
    assert landings(read_fd(fd)) == []
    os.close(fd)


def test_a_night_with_take_backs_is_the_same_from_its_landings_on(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        stand.start()
        for number in range(70):
            stand.tap("section", ("verse", "drop")[number % 2], "now")
            stand.tap("takeback")
            bars(stand, 1)
            if number % 8 == 7:
                agrees(read_back(read_fd(stand.fd)), read(read_fd(stand.fd)))
        assert landings(read_fd(stand.fd))


def test_a_journal_with_a_hole_has_no_landing_behind_it(tmp_path: Path) -> None:
    """What was passed over would not be told of."""
    fd, good = os.open("/dev/full", os.O_RDWR), create(tmp_path / "j")
    writer = Journal(fd, backlog=2000)
    writer.append(HEADER)
    for seq in range(1, 100):
        writer.append(entry(seq))
    os.dup2(good, fd)
    writer.append(Snapshot(99, 500, b"{}"))
    writer.land(500)
    assert writer.lost
    assert landings(read_fd(good)) == []
    os.close(fd)
    os.close(good)


def test_a_snapshot_that_cannot_be_read_sends_the_reader_to_the_beginning(journal: bytes) -> None:
    back = read_back(journal)
    spoilt = tuple(record._replace(data=b"{}") if isinstance(record, Snapshot) else record for record in back.records)
    assert begin(back._replace(records=spoilt)).performance.seq == len(read(journal).entries)


def test_what_only_looks_like_a_landing_is_none() -> None:
    records = [*night(20)]
    whole = bytes_of(records)
    inside = frame(Landing(0, 10, 3, (5,)), 7)
    for odd in (Landing(0, 0, 0, ()), Landing(0, 1 << 40, 1, ()), Landing(0, 0, 0, (3,))):
        agrees_raw(whole + frame(odd, len(records)))
    agrees_raw(bytes_of([*records, Entered(21, 1, 1, "x", 0, inside)]))
    agrees_raw(whole + inside)
    agrees_raw(b"")
    agrees_raw(inside)


def agrees_raw(data: bytes) -> None:
    """As ``agrees``, of bytes that hold no show."""
    back, whole = read_back(data), read(data)
    assert (back.header, back.good, back.ordinal, back.lost) == (whole.header, whole.good, whole.ordinal, whole.lost)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 60))
def test_the_bearings_of_a_journal_are_those_that_its_writer_had(cut: int) -> None:
    """Begun anew anywhere, the next landing is the same."""
    records = night(40)[:cut]
    data = bytes_of(records)
    written, found = Bearings(), Bearings.of(data, read(data))
    at = 0
    for ordinal, record in enumerate(records):
        piece = frame(record, ordinal)
        written.add(record, piece, ordinal)
        at += len(piece)
    last = Snapshot(1, 5, b"")
    last = last._replace(seq=max([record.seq for record in records if isinstance(record, Entered)], default=0))
    for one in (written, found):
        one.add(last, frame(last, cut), cut)
    assert written.landing(5) == found.landing(5) is not None
    assert written.landing(5) is None
