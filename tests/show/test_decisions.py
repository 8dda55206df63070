"""Decisions: every address and every value is one that the engine reads, or a problem at its line."""

from pathlib import Path

import pytest

from performer.engine.answers import WAYS
from performer.engine.wording import WORDS
from performer.show.decisions import COUNTERS, KINDS, LINE_WORDS, NEVER, start_of, starting, table
from performer.show.load import load_bytes
from performer.source.problems import Wrong

SONG = "song: X\nparts: {drums: house, bass: house, keys: house, arp: house, lead: house, pad: drone}\nsections: {verse: , drop: }\n"


def problems(text: str) -> list[str]:
    return [str(problem) for problem in load_bytes({"s.yaml": (SONG + text).encode()}, "s.yaml").problems]


RIGHT = (
    ("motif/hook", '"1/16: 5 - . 6"'), ("verse/chords/1", "i7 | iv7 v7 |"), ("verse/lead/2", "tune rest up end"),
    ("verse/counter", "under"),
    ("drop/build", "register dynamics brightness density parts"), ("verse/plays/keys", "from 0.35"), ("verse/plays/pad", "never"),
    ("verse/then/1", "drop"), ("verse/way/drop", "riser stop 1 beat"), ("verse/fills/1/8", "half"), ("verse/fills/2/4", "none"),
    ("verse/drums/turn/1", "none"), ("verse/drums/hat", "1"), ("verse/drums/again/2/hat", "0"), ("verse/drums/fill/1/8", '"..s."'),
    ("verse/bass/bass", "offbeat"), ("verse~1/bass/bass", '"R... ..R. R... ...."'), ("verse/keys/comp", '"x..x..x.x..x..x."'),
    ("verse/arp/arp", '"0.1.2.3.2.1.2.3."'), ("verse/pad/block/2", "rest"),
    ("verse/pressed/2/8", '"next phrase at 3+1/2; reroll bass; energy 0.7"'),
    ("verse/bass/riff/1/4", "7=. 15=5"), ("verse/keys/strokes/2/8", "plain"),
)  # fmt: skip


@pytest.mark.parametrize(("address", "value"), RIGHT)
def test_what_can_be_read_stands_flat_and_in_groups(address: str, value: str) -> None:
    assert problems(f"decisions: {{{address}: {value}}}\n") == []
    steps = address.split("/")
    grouped = "{" + ": {".join(steps) + f": {value}" + "}" * len(steps)
    flat, deep = (load_bytes({"s": f"{SONG}decisions: {text}\n".encode()}, "s").show for text in (f"{{{address}: {value}}}", grouped))
    assert flat is not None
    assert deep is not None
    assert flat.songs[0].decisions == deep.songs[0].decisions != ()


def test_numbers_that_stand_together_are_each_of_them() -> None:
    texts = ("verse: {fills: {1 2: {4 8: half}}}", "verse/fills/1 2/4 8: half", "verse/fills: {2 1: {8: half, 4: half}}")
    loaded = [load_bytes({"s": f"{SONG}decisions: {{{text}}}\n".encode()}, "s").show for text in texts]
    found = [dict(show.songs[0].decisions) for show in loaded if show is not None]
    assert found == [{f"verse/fills/{visit}/{bar}": "half" for visit in (1, 2) for bar in (4, 8)}] * 3
    assert len(problems("decisions: {verse: {fills: {1 2: {4 8: huge}}}}\n")) == 1
    assert "is decided twice" in problems("decisions: {verse: {fills: {1 2: {4: half}, 2: {4: none}}}}\n")[0]
    many = " ".join(str(number) for number in range(1, 100))
    assert "names more than 5000 places" in problems(f"decisions: {{verse: {{fills: {{{many}: {{{many}: half}}}}}}}}\n")[0]


def test_every_kind_has_an_example_here() -> None:
    assert len(RIGHT) >= len(KINDS)
    shapes = {(kind.shape.count("/"), next((s for s in kind.shape.split("/") if not s.startswith("<")), "")) for kind in KINDS}
    for count, word in shapes:
        assert any(address.count("/") == count and word in address for address, _ in RIGHT)


@pytest.mark.parametrize(
    ("address", "value", "what"),
    [
        ("verse/bas/bass", "offbeat", "there is no part that plays bass called 'bas' (did you mean bass?)"),
        ("vers/chords/1", "i7", "there is no section called 'vers' (did you mean verse?)"),
        ("verse/bass/base", "offbeat", "nothing is decided at 'verse/bass/base' (did you mean verse/bass/bass?)"),
        ("verse/chords/0", "i7", "'0' is not the number of a phrase (they count from 1)"),
        ("verse/chords/1", "H7", "H7"),
        ("verse/bass/bass", "polka", "'polka' is no bass line"),
        ("verse/fills/1/8", "hal", "'hal' is no size of a fill (did you mean half?)"),
        ("drop/pressed/1/8", "reroll bas", "there is no part called 'bas' (did you mean bass?)"),
        ("drop/pressed/1/8", "jump", "'jump' is nothing to press"),
        ("drop/pressed/1/8", "next at 0", "'next at 0' has no such place (at 3, or at 3+1/2: beats count from 1)"),
        ("drop/pressed/1/8", "section dro bar", "there is no section called 'dro' (did you mean drop?)"),
        ("drop/pressed/1/8", "next soon", "'soon' is no boundary"),
        ("drop/pressed/1/8", "tempo 1000", "must be from 20 to 400 beats a minute, not 1000"),
        ("verse/lead/1", "tune loudly", "'loudly' is not what a line can do"),
        ("verse/plays/keys", "from 2", "'from 2' does not say when a part plays"),
        ("verse/then/1", "chorus", "'chorus' is no section"),
        ("verse/drums/fill/1/8", "zzzz", "no drum is called 'z' in a fill"),
        ("motif/hook", "do re mi", "a motif begins with the length of a sign"),
        ("verse/bass/riff/1/4", "7=q", "'7=q' is no change"),
        ("verse/build", "louder", "a build names each of its axes once"),
    ],
)
def test_what_cannot_be_read_is_a_problem_at_its_line(address: str, value: str, what: str) -> None:
    found = problems(f"decisions:\n  {address}: {value}\n")
    assert len(found) == 1
    assert found[0].startswith("s.yaml:5:")
    assert what in found[0]


def test_the_page_says_what_may_be_decided() -> None:
    assert table() in (Path(__file__).parents[2] / "docs" / "resolve.md").read_text(encoding="utf-8")


def test_the_same_decision_twice_is_a_problem() -> None:
    assert "is decided twice" in problems("decisions: {verse/bass/bass: offbeat, verse: {bass: {bass: dub}}}\n")[0]


def test_the_words_of_a_line_are_those_that_the_engine_knows() -> None:
    assert set(LINE_WORDS) == {*WORDS, "free", "rest"}
    assert COUNTERS == WAYS


@pytest.mark.parametrize("start", [0, 1, 350, 999, 1000])
def test_an_energy_is_read_as_it_was_written(start: int) -> None:
    assert start_of(starting(start)) == start
    assert start_of(starting(1001)) is None
    assert start_of(NEVER) is None
    with pytest.raises(Wrong):
        start_of("from")
