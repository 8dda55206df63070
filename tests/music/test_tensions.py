"""What may stand beside a chord: never a semitone above one of its tones, and always something."""

from hypothesis import given
from hypothesis import strategies as st

from performer.music.chords import parse
from performer.music.pitch import MODES, Key, key
from performer.music.tensions import calm, strong

QUALITIES = ("", "m", "7", "maj7", "m7", "m9", "maj9", "7sus4", "m7b5", "dim7", "6/9", "7b9", "7alt", "maj7#11", "5", "aug", "add9", "13")


def test_what_a_musician_would_say() -> None:
    c = key("C")
    assert set(strong(parse("C", c), c)) == {0, 2, 4, 7, 9}
    assert set(strong(parse("Cmaj7", c), c)) == {2, 4, 7, 9, 11}
    assert set(strong(parse("Cm7", key("C minor")), key("C minor"))) == {0, 3, 5, 7, 10}
    assert strong(parse("G7", c), c)[:2] == (11, 5)
    assert set(calm(parse("Cm9", c))) == {0, 7, 10}
    assert set(calm(parse("Cmaj7", c))) == {4, 7}


@given(st.integers(0, 11), st.sampled_from(QUALITIES), st.integers(0, 11), st.sampled_from(sorted(MODES)))
def test_nothing_strong_rubs_from_above_and_there_is_always_something(root: int, quality: str, tonic: int, mode: str) -> None:
    home = Key(tonic, mode)
    chord = parse(home.name_of(root) + quality, home)
    found = strong(chord, home)
    assert len(found) >= 2
    assert len(set(found)) == len(found)
    assert not any((pc - 1) % 12 in chord.classes for pc in found)
    assert set(calm(chord)) <= set(chord.classes)
    assert len(calm(chord)) >= 1
