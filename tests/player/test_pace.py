"""How much a player spins and how seldom it rests, whatever it has to do."""

from hypothesis import given
from hypothesis import strategies as st

from performer.run.players.pace import BURST, REST_NS, STRETCH, Pace

MS = 1_000_000
LONGEST = 750_000


@given(st.lists(st.tuples(st.integers(0, 5 * MS), st.integers(0, 2 * MS)), min_size=1, max_size=80))
def test_over_any_stretch_it_spins_a_fifth_at_most_beyond_the_burst(turns: list[tuple[int, int]]) -> None:
    pace, now = Pace(LONGEST, 0), 0
    spins: list[tuple[int, int, int]] = []
    for work, wanted in turns:
        now += work
        spin = min(wanted, pace.spin(now))
        assert 0 <= spin <= LONGEST
        pace.spun(spin)
        spins.append((now, now + spin, spin))
        now += spin
    for first in range(len(spins)):
        total = 0
        for since, until, spin in spins[first:]:
            total += spin
            assert total <= BURST + (until - spins[first][0]) // 5 + 1, (since, until)


@given(st.lists(st.integers(10 * MS, 90 * MS), min_size=100, max_size=300))
def test_a_player_that_never_finds_time_to_sleep_is_awake_nine_tenths_at_most(works: list[int]) -> None:
    pace, now, awake = Pace(0, 0), 0, 0
    for work in works:
        now += work
        awake += work
        if rest := pace.rest(now):
            assert REST_NS <= rest <= REST_NS + work
            pace.slept(now, now + rest)
            now += rest
        assert awake <= now * 9 // 10 + STRETCH + 90 * MS


@given(st.integers(1, 20), st.integers(1, 60))
def test_one_that_sleeps_enough_by_itself_is_never_told_to(work_ms: int, sleep_ms: int) -> None:
    pace, now = Pace(0, 5), 5
    for _ in range(200):
        now += min(work_ms, 9 * sleep_ms) * MS
        assert pace.rest(now) == 0
        pace.slept(now, now + sleep_ms * MS)
        now += sleep_ms * MS


def test_none_is_none() -> None:
    pace = Pace(0, 0)
    assert pace.spin(10**12) == 0


def test_spinning_that_was_used_up_comes_back_at_a_fifth_of_the_time() -> None:
    pace = Pace(BURST, 0)
    pace.spun(pace.spin(0))
    assert pace.spin(0) == 0
    assert pace.spin(5 * MS) == MS
