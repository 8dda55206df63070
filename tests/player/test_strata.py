"""Which generation stands where, and what a player says with it about parcels that came late."""

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.records import Late, Pair, Replace
from performer.run.players.player import Player, Sink
from performer.run.players.strata import KEPT, NOTHING, Strata

RANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.integers(0, 5)), max_size=20)


@settings(max_examples=100)
@given(RANGES, st.integers(0, 50), st.integers(1, 20))
def test_what_was_laid_last_stands(ranges: list[tuple[int, int, int]], low: int, length: int) -> None:
    strata, model = Strata(), dict[int, int]()
    for t0, size, gen in ranges:
        strata.lay(t0, t0 + size, gen)
        model |= dict.fromkeys(range(t0, t0 + size), gen)
    found = strata.over(low, low + length)
    assert [at for one in found for at in range(one.t0, one.t1)] == list(range(low, low + length))
    assert all(model.get(at, NOTHING) == one.gen for one in found for at in range(one.t0, one.t1))


def test_what_is_long_over_is_forgotten_even_beside_an_endless_range() -> None:
    strata = Strata()
    for bar in range(100):
        strata.lay(bar * KEPT // 4, 1 << 60 if bar % 2 else (bar + 1) * KEPT // 4, bar)
    assert strata.over(0, 1) == [(0, 1, NOTHING)]
    assert strata.over(98 * KEPT // 4, 98 * KEPT // 4 + 1)[0].gen == 98


def note(at: int, key: int) -> Pair:
    return Pair(at, at, at + 50_000, b"+%d" % key, b"-%d" % key, key, key)


def parcel(gen: int, t0: int, t1: int, *pairs: Pair) -> Replace:
    return Replace(gen, "out", "a", t0, t1, -1, pairs, (), (), ())


def late(player: Player) -> list[Late]:
    found = list(player.notices)
    player.notices.clear()
    return found


def test_a_late_bar_keeps_its_own_generation_whatever_the_bar_before_it_was_told() -> None:
    player = Player([Sink("out")], feel=0)
    player.take(parcel(1, 0, 100_000, note(10_000, 60)), -1)
    player.take(parcel(1, 100_000, 200_000, note(110_000, 61)), -1)
    player.due(10_000)
    player.due(120_000)
    player.take(parcel(2, 0, 100_000, note(10_000, 60)), 120_000)  # the same again: nothing is late
    player.take(parcel(2, 100_000, 200_000, note(105_000, 70), note(150_000, 71)), 120_000)
    assert late(player) == [Late(2, "out", "a", 100_000, 120_000, 1)]


def test_what_was_late_once_is_not_late_again_as_something_else() -> None:
    player = Player([Sink("out")], feel=0)
    player.take(parcel(1, 0, 200_000, note(10_000, 60), note(150_000, 61)), -1)
    player.due(50_000)
    newer = parcel(2, 0, 200_000, note(20_000, 70), note(150_000, 71))
    player.take(newer, 50_000)
    assert late(player) == [Late(2, "out", "a", 0, 50_000, 1)]
    player.due(100_000)
    player.take(newer, 100_000)  # a composer that died in between says it all again
    assert late(player) == [Late(2, "out", "a", 0, 50_000, 1)], "from 50 ms on the newer one was heard"


def test_a_note_that_another_tempo_moves_over_the_edge_is_not_struck_twice() -> None:
    player = Player([Sink("out")], feel=0)
    player.take(parcel(1, 0, 200_000, note(95_000, 60), note(150_000, 61)), -1)
    player.due(95_000)
    player.take(parcel(2, 0, 200_000, note(105_000, 60), note(160_000, 61), note(30_000, 70)), 100_000)
    assert late(player) == [Late(2, "out", "a", 0, 100_000, 1)]
    later = [out.data for now in range(100_000, 200_001, 5_000) for out in player.due(now)]
    assert [data for data in later if data.startswith(b"+")] == [b"+61"]
