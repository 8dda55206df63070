"""Chord symbols and degrees: what musicians write is what they mean, and nothing is half understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.music.chords import parse
from performer.music.pitch import MODES, Key, key

F_MINOR, C_MAJOR = key("F minor"), key("C")


@pytest.mark.parametrize(
    ("symbol", "root", "intervals", "bass"),
    [
        ("F#m7b5/A", 6, (0, 3, 6, 10), 9),
        ("Cmaj9", 0, (0, 4, 7, 11, 14), 0),
        ("CM7", 0, (0, 4, 7, 11), 0),
        ("CΔ7", 0, (0, 4, 7, 11), 0),
        ("Gsus4", 7, (0, 5, 7), 7),
        ("Gsus2", 7, (0, 2, 7), 7),
        ("G7sus4", 7, (0, 5, 7, 10), 7),
        ("Cadd9", 0, (0, 4, 7, 14), 0),
        ("C6", 0, (0, 4, 7, 9), 0),
        ("C6/9", 0, (0, 4, 7, 9, 14), 0),
        ("Bdim7", 11, (0, 3, 6, 9), 11),
        ("B°", 11, (0, 3, 6), 11),
        ("Bø7", 11, (0, 3, 6, 10), 11),
        ("C+", 0, (0, 4, 8), 0),
        ("C-7", 0, (0, 3, 7, 10), 0),
        ("Cm(maj7)", 0, (0, 3, 7, 11), 0),
        ("E7#9", 4, (0, 4, 7, 10, 15), 4),
        ("A7b9", 9, (0, 4, 7, 10, 13), 9),
        ("A5", 9, (0, 7), 9),
        ("Bb13", 10, (0, 4, 7, 10, 14, 21), 10),
        ("B♭m", 10, (0, 3, 7), 10),
        ("Eb/G", 3, (0, 4, 7), 7),
    ],
)
def test_a_symbol_means_what_musicians_mean(symbol: str, root: int, intervals: tuple[int, ...], bass: int) -> None:
    chord = parse(symbol, C_MAJOR)
    assert (chord.root, chord.intervals, chord.bass) == (root, intervals, bass)


@pytest.mark.parametrize(
    ("degree", "in_key", "symbol"),
    [
        ("i", F_MINOR, "Fm"),
        ("VI", F_MINOR, "Db"),
        ("VII", F_MINOR, "Eb"),
        ("bVII", F_MINOR, "Eb"),
        ("bVII", C_MAJOR, "Bb"),
        ("ii7", C_MAJOR, "Dm7"),
        ("iiø7", F_MINOR, "Gø7"),
        ("vii°7", F_MINOR, "Edim7"),
        ("V7", F_MINOR, "C7"),
        ("V/ii", C_MAJOR, "A"),
        ("V7/V", C_MAJOR, "D7"),
        ("IVmaj7", C_MAJOR, "Fmaj7"),
        ("V7sus4", C_MAJOR, "G7sus4"),
        ("i/C", F_MINOR, "Fm/C"),
        ("#IV", C_MAJOR, "F#"),
    ],
)
def test_a_degree_is_read_in_its_key(degree: str, in_key: Key, symbol: str) -> None:
    assert parse(degree, in_key).symbol == symbol


@pytest.mark.parametrize("text", ["", "H", "C7x", "C/", "C/ii", "viii", "Cm7b", "iix", "Cm5", "C5m", "c", "C7 D7", "/E", "Csus9x", "VIIII"])
def test_what_is_not_wholly_understood_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ValueError, match="no chord called"):
        parse(text, C_MAJOR)


@given(st.text(alphabet="ABCDEFGivIV#bm7M957/sudajno°ø+-()ΔI134 ", max_size=12))
def test_any_text_is_a_chord_or_a_value_error(text: str) -> None:
    try:
        chord = parse(text, F_MINOR)
    except ValueError:
        return
    assert chord.intervals[0] == 0
    assert list(chord.intervals) == sorted(set(chord.intervals))


QUALITIES = (
    "", "m", "7", "maj7", "M9", "Δ", "m7", "-9", "m11", "mMaj7", "(maj7)", "dim", "°7", "ø", "+", "aug7", "7+", "5", "2", "4", "sus",
    "sus2", "7sus4", "13sus4", "6", "69", "6/9", "m6/9", "add9", "m(add11)", "(b5)", "7b5", "7(b9,b13)", "7#9", "7alt", "alt", "maj7#11",
    "m7(11)", "no3", "7no5", "7-9", "13#11", "°maj7", "maj13",
)  # fmt: skip
NOTES = tuple(letter + sign for letter in "ABCDEFG" for sign in ("", "b", "#"))


@given(
    st.sampled_from(NOTES), st.sampled_from(QUALITIES), st.sampled_from(("", *NOTES)), st.integers(0, 11), st.sampled_from(sorted(MODES))
)
def test_a_chord_written_down_and_read_again_is_the_same_chord(root: str, quality: str, bass: str, tonic: int, mode: str) -> None:
    home = Key(tonic, mode)
    chord = parse(root + quality + (f"/{bass}" if bass else ""), home)
    assert parse(chord.symbol, home) == chord


def test_no_chord_has_no_notes_and_stays_where_the_key_is() -> None:
    for text in ("N.C.", "NC"):
        silent = parse(text, F_MINOR)
        assert (silent.intervals, silent.classes, silent.bass, silent.symbol) == ((), (), 5, "N.C.")
        moved = silent.moved(2, F_MINOR.shifted(2))
        assert (moved.symbol, moved.bass) == ("N.C.", 7)


@given(st.sampled_from(["C", "F#m7b5/A", "Bbmaj9", "G7sus4", "Cm(maj7)", "Eadd9", "Adim7"]), st.integers(0, 11), st.booleans())
def test_a_shown_symbol_is_read_back_as_the_same_chord(symbol: str, shift: int, minor: bool) -> None:
    home = Key(shift, "minor" if minor else "major")
    moved = parse(symbol, home).moved(shift, home)
    again = parse(moved.symbol, home)
    assert (again.root, again.intervals, again.bass) == (moved.root, moved.intervals, moved.bass)
    assert moved.root == (parse(symbol, home).root + shift) % 12
