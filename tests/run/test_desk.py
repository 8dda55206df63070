"""The mixing desk: who is told what of an act, and what whoever comes back is told."""

from functools import reduce

from performer.controls import FireCue, Level, MixAct, Mute, Panic
from performer.records import Alarm, Message, Send, Silence, unpack
from performer.run.cast import cast_of, seats_by_output
from performer.run.engine.bulletin import KEPT, SHOWN, Bulletin
from performer.run.engine.desk import Desk, Packets
from performer.show.definition import Output, Part, Rig, Song
from performer.show.load import load_bytes
from performer.wire.feedback import Snapshot
from performer.wire.mix import Mix
from tests.run.stand import SONG

RIG = Rig(
    name="r",
    outputs=(
        Output(name="a", kind="osc", port=1), Output(name="b", kind="osc", port=2), Output(name="synth", kind="midi", device="x"),
        Output(name="house", kind="mqtt"), Output(name="web", kind="page"),
    ),
    routes=(("main", ("a", "synth")),),
)  # fmt: skip
CAST = cast_of(RIG)


def song() -> Song:
    show = load_bytes({"show.yaml": SONG}, "show.yaml").show
    assert show is not None
    return show.songs[0]


def desk() -> Desk:
    return Desk(RIG, seats_by_output(CAST))


def told(packets: Packets) -> list[tuple[str, Message]]:
    return [(seat, unpack(data)) for seat, data in packets]


def test_the_cast_is_a_seat_for_each_domain_of_failure() -> None:
    assert [(seat.name, seat.kind, seat.spare_of) for seat in CAST] == [
        ("udp", "udp", ""), ("udp+", "udp", "udp"), ("midi-synth", "midi", ""), ("slow", "slow", ""), ("page", "page", ""),
    ]  # fmt: skip
    assert [output.name for output in CAST[0].outputs] == ["a", "b"]
    assert cast_of(Rig(name="empty", outputs=())) == ()


def test_both_of_a_pair_are_sent_what_is_for_their_output() -> None:
    seats = seats_by_output(CAST)
    assert seats["a"] == seats["b"] == ("udp", "udp+")
    assert (seats["synth"], seats["house"], seats["web"]) == (("midi-synth",), ("slow",), ("page",))


def test_a_mute_goes_to_everybody_and_a_fader_to_where_its_part_sounds() -> None:
    everybody = [seat.name for seat in CAST]
    assert told(desk().heed(4, Mute("bass", True), song())) == [(seat, Silence(4, "bass", True)) for seat in everybody]
    assert {seat for seat, _ in told(desk().heed(5, Level("bass", 300), song()))} == {"udp", "udp+", "midi-synth"}


def test_panic_goes_to_everybody_and_leaves_the_mix_as_it_is() -> None:
    board = desk()
    board.heed(1, Mute("bass", True), song())
    before = board.mix
    assert told(board.heed(2, Panic(), song())) == [(seat.name, Alarm(2, False)) for seat in CAST]
    assert told(board.silence(3)) == [(seat.name, Alarm(3, True)) for seat in CAST]
    assert board.mix == before


def test_a_cue_is_sent_where_cues_are_understood() -> None:
    packets = told(desk().heed(6, FireCue("strobe", (1,)), song()))
    assert {"udp", "udp+"} <= {seat for seat, _ in packets}
    assert all(isinstance(message, Send) and not message.lasting for _, message in packets)


def test_whoever_comes_back_is_told_the_mix_as_it_stands_and_nobody_else_is() -> None:
    acts: tuple[MixAct, ...] = (Mute("bass", True), Level("keys", 250), Mute("drums", True), Mute("drums", False))
    lived, read = desk(), desk()
    for seq, act in enumerate(acts, 1):
        lived.heed(seq, act, song())
        read.remember(act)
    assert lived.mix == read.mix == reduce(Mix.after, acts, Mix())
    for seat in CAST:
        found = [unpack(data) for data in read.everything(seat.name, song(), 9)]
        assert [m for m in found if isinstance(m, Silence)] == [Silence(9, "bass", True)]
        assert all(m.output in {o.name for o in seat.outputs} for m in found if isinstance(m, Send))
    assert lived.everything("nobody", song(), 9) == []


def test_a_part_that_nobody_moved_stands_at_its_own_level() -> None:
    assert desk().of(Part(name="x", role="bass", level=640)) == (False, 640)


def test_a_bulletin_keeps_the_newest_and_says_nothing_twice_in_a_row() -> None:
    bulletin = Bulletin()
    for number in range(3 * KEPT):
        bulletin.trouble(f"t{number // 2}")
    errors = bulletin.told("s", Snapshot())["errors"]
    assert errors == [f"t{number}" for number in range(3 * KEPT // 2 - SHOWN, 3 * KEPT // 2)]
