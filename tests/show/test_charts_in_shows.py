"""Chords in a show file: cadences, holds and ways into a key are read; what cannot be one is an error at its own place."""

import pytest

from performer.show.load import load_bytes


def problems(rows: str) -> list[str]:
    text = f"song: Test\nkey: C\nsections:\n  a: {{bars: 4}}\n  b: {{{rows}}}\n"
    return [str(p) for p in load_bytes({"s": text.encode()}, "s").problems]


def chords(written: str) -> tuple[tuple[str, ...], ...] | None:
    loaded = load_bytes({"s": f"song: Test\nkey: C\nsections:\n  a: {{chords: {written}}}\n".encode()}, "s")
    assert loaded.show is not None, loaded.problems
    return loaded.show.songs[0].section("a").chords


@pytest.mark.parametrize(
    ("written", "bars"),
    [
        ("ii7-V7-Imaj7", (("ii7",), ("V7",), ("Imaj7",))),
        ('"| ii7-V7 | Imaj7 |"', (("ii7", "V7"), ("Imaj7",))),
        ('"F#m7b5/A bVII V/V N.C. iv"', (("F#m7b5/A",), ("bVII",), ("V/V",), ("N.C.",), ("iv",))),
        ('"| C / / G7 | / | F |"', (("C", "/", "/", "G7"), ("C", "/", "/", "G7"), ("F",))),
        ('["C G", ii-V, "-"]', (("C", "G"), ("ii", "V"), ("ii", "V"))),
    ],
)
def test_what_musicians_write(written: str, bars: tuple[tuple[str, ...], ...]) -> None:
    assert chords(written) == bars


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("chords: ii-V-H", "s:5:15: sections.b.chords: no chord called 'ii-V-H'"),
        ("chords: i H7", "s:5:17: sections.b.chords: no chord called 'H7'"),
        ('chords: "| / C |"', "nothing stands before this / to be held"),
        ("key: +2, via: H", "s:5:21: sections.b.via: no chord called 'H'"),
    ],
)
def test_an_impossible_chord_is_an_error_at_its_place(rows: str, said: str) -> None:
    (problem,) = problems(rows)
    assert said in problem


def test_a_set_leads_into_the_key_of_its_next_song() -> None:
    one, two = b"song: One\nkey: C\n", b"song: Two\nkey: F\n"
    night = "set: Night\nsongs:\n  - one\n  - {{song: two, key via: {via}}}\n"
    loaded = load_bytes({"show.yaml": night.format(via="C7").encode(), "one.yaml": one, "two.yaml": two}, "show.yaml")
    assert loaded.show is not None, loaded.problems
    assert [song.via for song in loaded.show.songs] == [None, "C7"]
    wrong = load_bytes({"show.yaml": night.format(via="H7").encode(), "one.yaml": one, "two.yaml": two}, "show.yaml")
    assert [str(p).split(": no")[0] for p in wrong.problems] == ["show.yaml:4:26: songs[1].key via"]
