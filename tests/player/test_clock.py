import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.records import Anchor
from performer.run.clock import AS_WRITTEN, SystemClock, VirtualClock, host_at, show_at

ANCHORS = st.builds(
    Anchor,
    seq=st.just(1),
    host_ns=st.integers(0, 10**16),
    show_us=st.integers(-(10**10), 10**12),
    rate=st.integers(900_000_000, 1_100_000_000),
)


@given(ANCHORS, st.integers(-(10**12), 10**13))
def test_show_time_survives_the_way_to_host_time_and_back(anchor: Anchor, show: int) -> None:
    assert show_at(anchor, host_at(anchor, show)) == show


@given(ANCHORS, st.integers(-(10**12), 10**13))
def test_host_time_of_a_show_time_is_the_first_nanosecond_that_reaches_it(anchor: Anchor, show: int) -> None:
    assert show_at(anchor, host_at(anchor, show) - 1) < show


def test_as_written_a_microsecond_is_a_thousand_nanoseconds() -> None:
    assert host_at(Anchor(1, 5_000, 7, AS_WRITTEN), 10) == 8_000


def test_the_rate_stretches_show_time() -> None:
    slow = Anchor(1, 0, 0, 2 * AS_WRITTEN)
    assert host_at(slow, 1_000_000) == 2_000_000_000


def test_a_virtual_clock_moves_only_when_told_and_never_back() -> None:
    clock = VirtualClock(now=10, wall_offset=100)
    assert (clock.now(), clock.wall()) == (10, 110)
    clock.advance_to(30)
    assert (clock.now(), clock.wall()) == (30, 130)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(29)


def test_the_system_clock_never_goes_back() -> None:
    clock = SystemClock()
    stamps = [clock.now() for _ in range(1000)]
    assert stamps == sorted(stamps)
    assert clock.wall() > 1_600_000_000 * 10**9
