"""How freely a line goes: what is asked for is drawn, and what is drawn is heard."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from performer.music.chance import Chance
from performer.music.manner import AGAIN, LEANS, PLAIN, STRAYS, STRICT, USUAL, Manner, ways
from performer.music.singing import choice, sing, turning

MANNERS = st.builds(Manner, repeats=st.integers(0, 1000), leans=st.integers(0, 1000), strays=st.integers(0, 1000))
PLACES = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=24)


@given(MANNERS, PLACES, st.integers(0, 1 << 32))
def test_ends_are_plain_and_what_is_strange_has_room_to_go_on(manner: Manner, places: list[tuple[bool, bool]], seed: int) -> None:
    soon, beats = [a for a, _ in places], [b for _, b in places]
    out = ways(Chance.of(seed), manner, soon, beats)
    assert len(out) == len(places)
    assert out[-1] == PLAIN
    assert out[0] in (PLAIN, LEANS)
    assert all(after == PLAIN for way, after in pairwise(out) if way in (LEANS, STRAYS))
    assert all(near for way, near in zip(out, soon, strict=True) if way == AGAIN)
    assert all(beat for way, beat in zip(out, beats, strict=True) if way == LEANS)


def test_strict_is_plain_and_usual_draws_about_as_many_as_it_says() -> None:
    soon, beats = [True] * 30, [i % 2 == 0 for i in range(30)]
    rows = [ways(Chance.of(seed), USUAL, soon, beats) for seed in range(100)]
    assert ways(Chance.of(1), STRICT, soon, beats) == (PLAIN,) * 30
    shares = {way: sum(row.count(way) for row in rows) / 2800 for way in (AGAIN, LEANS, STRAYS)}
    assert 0.12 < shares[AGAIN] < 0.22
    assert 0.03 < shares[LEANS] < 0.08
    assert 0.06 < shares[STRAYS] < 0.13


def line(going: tuple[int, ...]) -> tuple[int, ...]:
    """Sung over one chord of C in the scale of C, from places that are all alike."""
    places = [[choice(p, 0, p % 12 in (0, 4, 7), 20, way) for p in range(60, 77) if p % 12 in (0, 2, 4, 5, 7, 9, 11)] for way in going]
    return sing(places, before=64, turns=turning(going))


def test_a_note_comes_again_a_lean_resolves_by_step_and_a_stray_leaps_or_stays() -> None:
    assert line((PLAIN, AGAIN, AGAIN, PLAIN))[:3] == (line((PLAIN,)) * 3)
    leaning = line((PLAIN, LEANS, PLAIN))
    assert leaning[1] % 12 not in (0, 4, 7)
    assert 1 <= abs(leaning[2] - leaning[1]) <= 2
    straying = line((PLAIN, STRAYS, PLAIN))
    assert straying[1] % 12 not in (0, 4, 7)
    assert abs(straying[2] - straying[1]) not in (1, 2)
