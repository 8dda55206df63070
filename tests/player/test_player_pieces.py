"""The pieces of the player: lateness, lanes, voices, the wall clock of time tags, what is said at a device."""

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from performer.ports.tape import TapePort
from performer.records import Anchor, Mark, Pair, Replace
from performer.run.clock import AS_WRITTEN, VirtualClock
from performer.run.memory import Memory
from performer.run.players.lanes import Known, Lane, rows_of, token_of
from performer.run.players.lateness import LATE_US, OCTAVES, Tally, bucket, limit
from performer.run.players.player import Out, Player, Sink
from performer.run.players.sender import LARGEST, Sender
from performer.run.players.settings import settings_of
from performer.run.players.spare import Spare
from performer.run.players.voices import NEVER, Voices, part_hash
from performer.run.slots import Claim, Voice
from performer.wire.osc import Bundle, encode, holed, packet, wall_ns

LATENESS = st.integers(0, 1 << 26)


@given(LATENESS)
def test_a_lateness_is_in_the_first_bucket_whose_limit_is_not_below_it(us: int) -> None:
    limits = [limit(place) for place in range(OCTAVES * 4 + 1)]
    assert bucket(us) == min(bisect_left(limits, us), OCTAVES * 4)


@given(st.lists(st.integers(0, 1 << 24), min_size=1, max_size=60), st.integers(1, 1000))
def test_a_quantile_is_never_better_than_the_truth_and_at_most_a_quarter_above(values: list[int], per_mille: int) -> None:
    tally = Tally()
    for value in values:
        tally.add(value)
    true = sorted(values)[-(-len(values) * per_mille // 1000) - 1]
    assert true <= tally.quantile(per_mille) <= max(4, true * 5 // 4 + 1)
    assert (tally.sent, tally.worst, tally.late) == (len(values), max(values), sum(value > LATE_US for value in values))


def test_nothing_sent_is_no_lateness() -> None:
    assert Tally().report("p", "o", "normal", True, "", -1)[5:12] == (0, 0, 0, 0, 0, 0, -1)


NOTES = st.lists(st.tuples(st.integers(0, 200), st.integers(-40, 60)), max_size=12)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 100), NOTES), max_size=12))
def test_a_lane_equals_a_plain_list(parcels: list[tuple[int, int, list[tuple[int, int]]]]) -> None:
    lane, number = Lane(0, "a", 0), 0
    plain: list[Pair] = []
    for t0, length, notes in parcels:
        pairs = []
        for place, feel in notes:
            number += 1
            at = t0 + place % length
            pairs.append(Pair(at, at + feel, at + feel + 10, b"on", b"off", 0, number))
        parcel = Replace(0, "x", "a", t0, t0 + length, -1, tuple(pairs), (), (), ())
        lane.replace(parcel.t0, parcel.t1, rows_of(parcel, 0))
        plain = [pair for pair in plain if not parcel.t0 <= pair.at < parcel.t1] + pairs
        assert [row.due for row in lane.rows()] == sorted(pair.on_due for pair in plain)
        assert {row.record for row in lane.rows()} == set(plain)
    while len(lane):
        lane.pop()
    assert lane.head() is None


def test_a_lane_forgets_what_left_however_much_it_was() -> None:
    lane = Lane(0, "", 0)
    marks = tuple(Mark(due, due) for due in range(1000))
    lane.replace(0, 1000, rows_of(Replace(0, "x", "", 0, 1000, -1, (), (), (), marks), 0))
    assert [lane.pop().due for _ in range(600)] == list(range(600))
    assert (len(lane), lane.next_mark(700)) == (400, 701)


def test_tokens_are_known_for_a_while() -> None:
    known = Known(100)
    known.add(1, 0)
    known.add(2, 150)
    assert 1 in known
    known.add(3, 300)
    assert 1 not in known
    assert 2 in known


def test_an_end_moves_only_earlier() -> None:
    voices = Voices(1)
    note = voices.begin(0, part_hash("a"), Pair(0, 0, 1000, b"", b"off", 1, 1))
    voices.cut(0, part_hash("a"), 2000, 2000)
    assert voices.next_end() == 1000
    voices.cut(0, part_hash("a"), 500, 400)
    assert voices.next_end() == 400
    assert voices.moved == [note]
    assert voices.end(voices.pop_end()) == b"off"
    assert voices.next_end() == NEVER


def test_a_token_goes_through_the_ring_and_back() -> None:
    memory = Memory.create([], players=1)
    ring = memory.claims(0)
    token = token_of(3, 0xFFFFFFFF, -12345)
    ring.add(True, 3, token & 0xFFFFFFFF, token >> 40)
    assert ring.since(0)[0] == [Claim(True, 3, 0xFFFFFFFF, -12345)]
    spare = Spare(Player([Sink("x")] * 4, feel=0), ring)
    spare.drain(0)
    assert token in spare.player.sent[0]


def test_a_spare_keeps_no_list_of_what_came_late() -> None:
    memory = Memory.create(("x",), players=1)
    spare = Spare(Player([Sink("x")]), memory.claims(0))
    pairs = (Pair(0, 0, 10, b"on", b"off", 1, 7),)
    for gen in range(50):
        spare.take(Replace(gen, "x", "a", 0, 10_000_000, -1, pairs, (), (), ()), 5_000_000)
    assert not spare.player.notices


def test_a_spare_lets_pass_what_is_over_and_keeps_the_rest() -> None:
    memory = Memory.create([], players=1)
    spare = Spare(Player([Sink("x")], feel=0), memory.claims(0))
    pairs = tuple(Pair(at, at, at + 10, b"on", b"off", 0, at) for at in (0, 9_000_000))
    spare.take(Replace(0, "x", "a", 0, 10_000_000, -1, pairs, (), (), ()), -1)
    spare.drain(8_000_000)
    assert [row.at for lane in spare.player.lanes for row in lane.rows()] == [9_000_000]


def test_voices_of_an_output_that_is_no_more_are_struck_out() -> None:
    memory = Memory.create([], players=1)
    table = memory.sounding(0)
    table.put(Voice(1, 0, 5, 7, 0, 60, b"off"))
    player = Spare(Player([Sink("x")], feel=0), memory.claims(0)).promote(memory.sounding(0), 0)
    assert (len(player.voices), memory.sounding(0).voices()) == (0, [])


def test_a_chord_of_time_tags_leaves_as_bundles_of_one_frame_each() -> None:
    memory = Memory.create([], players=1)
    clock = VirtualClock(5_000_000, wall_offset=1_700_000_000 * 10**9)
    player, tape = Player([Sink("x", lead=50_000)], feel=0), TapePort("x", clock.now)
    tape.open()
    sender = Sender(player, [tape], memory.claims(0), memory.sounding(0), clock)
    sender.measure_wall()
    outs = [Out(0, holed(encode("/n", (number, "x" * 100))), 1000, number + 1) for number in range(30)]
    sender.send([*outs, Out(0, b"plain", 1000, 99)], Anchor(1, 4_000_000, 0, AS_WRITTEN))
    bundles = [packet(taped.data) for taped in tape.records if taped.data != b"plain"]
    assert all(isinstance(bundle, Bundle) for bundle in bundles)
    assert [element.args[0] for bundle in bundles for element in bundle.elements] == list(range(30))  # type: ignore[union-attr]
    assert max(len(taped.data) for taped in tape.records) <= LARGEST
    assert len(bundles) == 3
    assert {wall_ns(bundle.tag) for bundle in bundles} == {1_700_000_000 * 10**9 + 4_000_000 + 51_000_000}  # type: ignore[union-attr]
    assert tape.records[-1].data == b"plain"
    assert player.tallies[0].sent == 31
    assert memory.claims(0).total == 31


def test_what_a_player_is_told_has_defaults() -> None:
    outputs = '[{"name": "x", "lead": 100, "panic": ["ff00"]}, {"name": "y", "lead": 7, "bundles": "timetag"}]'
    told = settings_of({"PERFORMER_PLAYER": f'{{"outputs": {outputs}}}'})
    assert [(output.kind, output.lead, output.panic) for output in told.outputs] == [("osc", 0, (b"\xff\x00",)), ("osc", 7, ())]
    assert (told.slot, told.spare, told.spin_us) == (0, False, 0)


def test_an_mqtt_output_goes_to_the_rigs_broker_unless_it_names_one() -> None:
    outputs = '[{"name": "a", "kind": "mqtt"}, {"name": "b", "kind": "mqtt", "host": "h", "port": 7}, {"name": "c", "port": 9}]'
    told = settings_of({"PERFORMER_PLAYER": f'{{"broker": ["hall", 1884], "outputs": {outputs}}}'})
    assert [(output.host, output.port) for output in told.outputs] == [("hall", 1884), ("h", 7), ("127.0.0.1", 9)]
