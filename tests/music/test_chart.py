"""Charts: what a musician writes between bar lines, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.music.chart import expanded, read, written
from performer.music.pitch import key

C = key("C")
WORDS = ("C", "ii7", "V7", "Imaj7", "bVII", "N.C.", "F#m7b5/A", "V7/ii")


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("i VI III VII", (("i",), ("VI",), ("III",), ("VII",))),
        ("ii-V-I", (("ii",), ("V",), ("I",))),
        ("| Dm7 G7 | Cmaj7 |", (("Dm7", "G7"), ("Cmaj7",))),
        ("ii7-V7 | Imaj7", (("ii7", "V7"), ("Imaj7",))),
        ("C | % | G", (("C",), ("C",), ("G",))),
        ("C / G /", (("C",), ("C",), ("G",), ("G",))),
        ("C / / G | F", (("C", "/", "/", "G"), ("F",))),
        ("C-7 F-Bb", (("C-7",), ("F",), ("Bb",))),
    ],
)
def test_a_chart_is_bars_of_chords(text: str, bars: tuple[tuple[str, ...], ...]) -> None:
    assert read(text, C) == bars


@pytest.mark.parametrize("text", ["", "|", "% C", "| / C |", "ii-H", "C | H7"])
def test_what_is_no_chart_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text, C)


def test_a_minus_is_a_minor_unless_it_joins_chords() -> None:
    assert expanded("C-7") == ("C-7",)
    assert expanded("ii-7") == ("ii-7",)
    assert expanded("C-G7") == ("C", "G7")
    assert expanded("-") == ("-",)


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), min_size=1, max_size=8))
def test_a_written_chart_reads_back_as_itself_repeated(bars: list[list[str]]) -> None:
    once = read(written(bars), C)
    assert len(bars) % len(once) == 0
    assert [tuple(bar) for bar in bars] == [once[i % len(once)] for i in range(len(bars))]
