"""Keep that: the bars that were kept are the same notes again, tonight, after a restart, and in another night from the file."""

import pytest

from performer.controls import Control, GoTo, Keep, Lock, Macro, Shape, TakeBack, When
from performer.engine import snapshot
from performer.engine.composer import Composer
from performer.engine.performance import Performance
from performer.rehearse import entries
from performer.show.definition import Show
from performer.show.kept import HEAD, written
from performer.show.load import load_bytes
from performer.ticks import Tick
from tests.engine.test_shaping import BAR, of, played

SONG = b"""song: Kept Band
seed: 7
tempo: 120
key: F minor
parts: {drums: house, bass: house, keys: house, arp: house, lead: house, pad: house}
sections:
  verse: {bars: 16, energy: 0.5 > 0.8, chords: i VI III VII}
  drop: {bars: 8, energy: 0.9}
form: verse drop verse drop loop from verse
"""
PITCHED = ("bass", "keys", "arp", "lead", "pad")
PARTS = ("drums", *PITCHED)


def show(side: str = "") -> Show:
    files = {"song.yaml": SONG, **({"song.kept.yaml": side.encode()} if side else {})}
    loaded = load_bytes(files, "song.yaml")
    assert loaded.show is not None, loaded.problems
    return loaded.show


def texts(stage: Performance, at: float) -> str:
    return HEAD + "".join(written(kept) for kept in stage.bar_at(Tick(round(at * BAR))).state.kept)


ASKED: list[tuple[float, Control]] = [
    (0.0, Macro("energy", 700)), (2.5, Shape("bass", "reroll")), (4.5, Shape("drums", "vary")),
    (6.5, Shape("arp", "drop")), (7.2, Lock("keys", True)),
    (9.5, Shape("bass", "again")),
]  # fmt: skip


@pytest.mark.parametrize("bars", [4, 8, 16])
def test_what_was_kept_plays_again_note_for_note(bars: int) -> None:
    keep: list[tuple[float, Control]] = [(15.8, Keep(bars)), (18.2, Shape("bass", "reroll")), (19.5, GoTo("kept1", When.BAR))]
    heard = played(show(), [*ASKED, *keep]).commit(Tick(44 * BAR))
    for part in PARTS if bars < 16 else [p for p in PARTS if p != "arp"]:  # it was taken out meanwhile, and that holds
        again = of(heard, part, 20, 20 + bars)
        assert again == of(heard, part, 16 - bars, 16), part
        assert again or part == "arp"


def test_bars_over_a_change_of_section_are_kept_with_it() -> None:
    heard = played(show(), [(20.1, Keep(8, "turn")), (21.5, GoTo("turn", When.BAR))]).commit(Tick(30 * BAR))
    for part in PARTS:
        assert of(heard, part, 22, 30) == of(heard, part, 12, 20) != []


def test_what_was_kept_is_the_same_next_week() -> None:
    stage = played(show(), [*ASKED, (15.8, Keep(4)), (19.5, GoTo("kept1", When.BAR))])
    tonight = stage.commit(Tick(24 * BAR))
    side = texts(stage, 20)
    later = Performance(show(side), 99, score=Composer(), start="kept1").commit(Tick(4 * BAR))
    for part in PARTS:
        assert of(later, part, 0, 4) == of(tonight, part, 20, 24)
    assert show(side).songs[0].sections[-1] == stage.bar_at(Tick(20 * BAR)).show.songs[0].sections[-1]


def test_a_name_that_is_taken_gets_a_number_and_one_that_is_none_is_not_used() -> None:
    stage = played(show(), [(8, Keep(4)), (9, Keep(4)), (10, Keep(4, "drop")), (11, Keep(4, "a b: c")), (12, Keep(4, "solo"))])
    stage.commit(Tick(13 * BAR))
    assert [kept.name for kept in stage.bar_at(Tick(13 * BAR)).state.kept] == ["kept1", "kept2", "drop2", "kept3", "solo"]


def test_keeping_changes_nothing_that_is_heard() -> None:
    plain, kept = played(show(), []).commit(Tick(40 * BAR)), played(show(), [(12.3, Keep(8))]).commit(Tick(40 * BAR))
    assert plain == kept


TOLD = b"""song: Told
parts: {keys: house, lead: house}
hook: "5 . 6 1' - 7 6 5"
motifs: {riff: "5 6 1' - . 6 5 3"}
sections:
  a: {bars: 8, role: verse, energy: 0.7, theme: hook, chords: bVII IV V ii}
  b: {bars: 8, role: bridge, energy: 0.7}
form: a b a b loop
"""


def test_a_kept_verse_is_no_home_for_a_tune() -> None:
    """Every verse states a theme, so the third tune has no place of its own: what is kept of a verse must not become it."""
    told = load_bytes({"song.yaml": TOLD}, "song.yaml").show
    assert told is not None
    kept: list[tuple[float, Control]] = [(4.3, Keep(4))]
    assert played(told, []).commit(Tick(40 * BAR)) == played(told, kept).commit(Tick(40 * BAR))


def test_before_a_bar_was_played_there_is_nothing_to_keep() -> None:
    stage = played(show(), [(0.1, Keep(8))])
    assert stage.bar_at(Tick(BAR)).state.kept == ()


def test_what_is_taken_back_was_never_kept() -> None:
    stage = played(show(), [(8.5, Keep(4)), (8.7, TakeBack())])
    stage.commit(Tick(12 * BAR))
    assert stage.bar_at(Tick(12 * BAR)).state.kept == ()


def test_a_night_with_kept_sections_resumes_as_it_was() -> None:
    stage = played(show(), [*ASKED, (15.8, Keep(8)), (70.0, GoTo("kept1", When.BAR)), (95.0, GoTo("kept1", When.BAR))])
    stage.commit(Tick(90 * BAR))
    again = Performance.resumed([show()], snapshot.read(snapshot.write(stage.snapshot())), score=Composer())
    assert again.commit(Tick(110 * BAR)) == stage.commit(Tick(110 * BAR))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('kept: [{play: "nowhere 1-4 of 8, visit 1, bar 1", night: 3}]', "no section called"),
        ('kept: [{play: "verse 5-4 of 8, visit 1, bar 1", night: 3}]', "there are no bars 5-4 of 8"),
        ('kept: [{play: "verse", night: 3}]', "does not say which bars"),
        ('kept: [{play: "verse 1-4 of 16, visit 1, bar 1", night: 3}]\n    bars: 4', "stands beside 'kept'"),
        ("bars: 4", "holds nothing that was kept"),
    ],
)
def test_a_file_that_was_spoilt_is_told_with_its_place(text: str, words: str) -> None:
    side = f"sections:\n  one:\n    {text}\n"
    loaded = load_bytes({"song.yaml": SONG, "song.kept.yaml": side.encode()}, "song.yaml")
    assert loaded.show is None
    assert any(words in str(problem) and str(problem).startswith("song.kept.yaml:") for problem in loaded.problems), loaded.problems


@pytest.mark.parametrize(
    "cue", ["tension: bar 3", "tension: {at: bar 3, args: 7}", "space: {at: end, args: 0.5}", "space: {at: bar 2 beat 2, args: 0.5}"]
)
def test_a_cue_that_cannot_move_a_macro_is_told_with_its_place(cue: str) -> None:
    loaded = load_bytes({"song.yaml": SONG.replace(b"energy: 0.9}", f"cues: {{{cue}}}}}".encode())}, "song.yaml")
    assert [(problem.line, problem.what[:12]) for problem in loaded.problems] == [(8, "is a macro: ")]


def test_a_rehearsal_can_press_what_it_kept() -> None:
    lines = "9.1 /performer/keep 4\n10.1 /performer/section kept1 bar\n11.1 /performer/keep 8 solo\n12.1 /performer/section solo\n"
    script = entries.read("presses", lines.encode(), entries.understanding(show()))
    assert (len(script.presses), script.problems) == (4, ())
    early = entries.read("presses", b"9.1 /performer/section kept1\n", entries.understanding(show()))
    assert "no section called" in early.problems[0].what
