"""A pivot belongs to both keys, whatever the keys are."""

from itertools import product

from performer.music.modulation import pivot
from performer.music.pitch import MODES, Key, key


def test_a_pivot_is_in_both_scales_or_is_the_new_dominant() -> None:
    for shift, old, new in product(range(12), ("major", "minor", "dorian"), MODES):
        home, goal = Key(0, old), Key(shift, new)
        chord = pivot(home, goal)
        if chord.symbol.endswith("7"):
            assert chord.root == (goal.tonic + 7) % 12
        else:
            assert set(chord.classes) <= set(home.scale) & set(goal.scale)
            assert chord.root != goal.tonic


def test_known_ways() -> None:
    assert pivot(key("F minor"), key("G minor")).symbol == "Cm"
    assert pivot(key("C"), key("G")).symbol == "Am"
    assert pivot(key("C"), key("Db")).symbol == "Ab7"
