"""The melody of a song: a bank of three tunes, statements that depend on identity alone, a lead that leaves room."""

import itertools
from dataclasses import replace

import pytest

from performer.engine.composer import compose
from performer.engine.connecting import Errand, connect
from performer.engine.fusion import style_of
from performer.engine.grounds import homes
from performer.engine.motifs import NAMES, Tune
from performer.engine.planner import Phrase, phrase_at
from performer.engine.roles.arp import traced
from performer.engine.same import Same
from performer.engine.statements import LAYOUTS, bank, layout_of, statements
from performer.engine.wording import WORDS
from performer.music.chance import Chance
from performer.music.motif import Motif, Tone, compass, pitched
from performer.music.pitch import key
from performer.music.singing import Harmony, under
from performer.show.definition import MotifNote, Part, Song
from performer.styles import names, read
from performer.ticks import COMMON_TIME, SIXTEENTH, Meter, meter
from tests.engine.bands import BAND, bars, notes, section, show, song, whole

METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8))
HALF = COMMON_TIME.bar // 2
PLAYED = [name for name in names() if name != "grid"]


def tunes_of(base: Song, which: Meter = COMMON_TIME) -> tuple[Tune, ...]:
    own = Same(style_of(base))
    same = Same(base)
    return bank(same, own, which, homes(same, own, which))


def plan(base: Song, name: str, bar: int = 0, which: Meter = COMMON_TIME) -> Phrase:
    chosen = base.section(name)
    return phrase_at(base, chosen, bar, max(chosen.bars, bar + 1), which)


def invented(style: str = "house", **more: object) -> Song:
    return song(style, motifs=(), **more)  # type: ignore[arg-type]


# --- the bank


@pytest.mark.parametrize("style", PLAYED)
@pytest.mark.parametrize("which", METERS, ids=str)
def test_a_bank_has_three_tunes_that_differ_in_rhythm_and_contour(style: str, which: Meter) -> None:
    for seed in range(4):
        base = invented(style, seed=seed, meter=which)
        own = tunes_of(base, which)
        assert [tune.name for tune in own] == list(NAMES)
        assert all(4 <= len(tune.motif.tones) <= 12 or read(style).voice("lead").line.bars == 1 for tune in own)
        rhythms = {tuple(t.at for t in tune.motif.tones) for tune in own}
        lines = {tuple(pitched(t, base.key, 0) for t in tune.motif.tones) for tune in own}
        assert len(rhythms) >= 2
        assert len(lines) == 3


def test_given_motifs_come_first_and_invented_ones_fill_up_to_three() -> None:
    base = song()
    assert [(tune.name, tune.given) for tune in tunes_of(base)] == [("hook", True), ("verse", False), ("turn", False)]
    four = tuple((name, base.motifs[0][1]) for name in ("a", "b", "c", "d"))
    assert [tune.name for tune in tunes_of(replace(base, motifs=four))] == ["a", "b", "c", "d"]
    assert [tune.name for tune in tunes_of(replace(base, motifs=four[:1]))] == ["a", "verse", "turn"]


def test_another_seed_is_another_tune_and_the_same_seed_is_the_same() -> None:
    assert tunes_of(invented()) == tunes_of(invented())
    assert all(a.motif != b.motif for a, b in zip(tunes_of(invented(seed=1)), tunes_of(invented(seed=2)), strict=True))


def test_a_tune_may_be_written_as_a_decision_and_nonsense_is_drawn() -> None:
    base = invented()
    written = tunes_of(replace(base, decisions=(("motif/hook", "1/8: 1 3 5 - | 1' . . ."),)))
    assert written[0].motif == Motif(
        (Tone(0, 10_080, 0), Tone(10_080, 10_080, 2), Tone(20_160, 20_160, 4), Tone(40_320, 10_080, 7)), 80_640
    )
    assert written[1:] == tunes_of(base)[1:]
    for text in ("do re mi", "1/8: x", "1 2 3", ""):
        assert tunes_of(replace(base, decisions=(("motif/hook", text),))) == tunes_of(base)


@pytest.mark.parametrize("style", PLAYED)
def test_an_invented_hook_lies_in_the_lane_and_above_the_verse(style: str) -> None:
    low, high = read(style).voice("lead").lane
    drop = verse = 0
    for seed, home in itertools.product(range(3), ("F minor", "B major", "A minor", "D dorian")):
        base = invented(style, seed=seed, home=home)
        loud = replace(base, parts=tuple(replace(p, from_energy=0) for p in base.parts))
        played = {name: [n.pitch for n in notes(whole(show(replace(loud, form=(name,))), "lead"))] for name in ("verse", "drop")}
        assert all(low <= pitch <= high for row in played.values() for pitch in row)
        drop += sum(played["drop"]) // len(played["drop"])
        verse += sum(played["verse"]) // len(played["verse"])
    assert drop > verse


# --- statements


def test_statements_depend_on_the_song_alone_and_not_on_the_night() -> None:
    first, second = invented(seed=5), invented(seed=5)
    for name in ("verse", "build", "drop", "break"):
        assert plan(first, name).statements == plan(second, name).statements
    night = show(first)
    stated = {
        (state.section, state.bar_in_section): [(n.at - state.at, n.pitch) for n in notes(compose(night, state, first.part("lead")))]
        for state in bars(night, 1)
    }
    for state in bars(night, 2):
        phrase = phrase_at(first, first.section(state.section), state.bar_in_section, state.bars, state.meter)
        place = state.bar_in_section - phrase.start
        if any(s.how == "tune" and s.bar <= place < s.bar + s.bars for s in phrase.statements):
            again = [(n.at - state.at, n.pitch) for n in notes(compose(night, state, first.part("lead")))]
            assert again == stated[state.section, state.bar_in_section]


@pytest.mark.parametrize("which", METERS, ids=str)
def test_statements_of_a_voice_follow_each_other_and_stay_in_the_phrase(which: Meter) -> None:
    for style, seed in itertools.product(("house", "ambient", "pop-rock"), range(3)):
        base = invented(style, seed=seed, meter=which)
        for name, start in itertools.product(("intro", "verse", "build", "drop", "break"), (0, 8)):
            phrase = plan(base, name, start, which)
            for voice in ("lead", "counter"):
                row = [s for s in phrase.statements if s.voice == voice]
                assert all(a.bar + a.bars <= b.bar for a, b in itertools.pairwise(row))
                assert all(s.bar >= 0 and s.bar + s.bars <= phrase.bars for s in row)
                assert all(t.at + t.length <= s.bars * which.bar for s in row for t in s.motif.tones)


def test_what_a_word_says_is_what_is_planned() -> None:
    base = replace(invented(), decisions=(("drop/lead/1", "tune rest slow"), ("drop/lead/2", "mirror fast free head")))
    words = [(s.bar, s.how) for s in plan(base, "drop").statements if s.voice == "lead"]
    assert words == [(0, "tune"), (2, "rest"), (4, "slow")]
    assert [s.how for s in plan(base, "drop", 8).statements if s.voice == "lead"] == ["mirror", "fast", "free", "head"]
    nonsense = replace(invented(), decisions=(("drop/lead/1", "tune loudly"),))
    assert plan(nonsense, "drop").statements == plan(invented(), "drop").statements


def test_another_take_of_a_line_is_about_another_tune_and_written_under_its_own_name() -> None:
    base = invented()
    chosen = base.section("drop")
    takes = [phrase_at(base, chosen, 0, chosen.bars, COMMON_TIME, take).statements for take in range(3)]
    assert takes[0] == plan(base, "drop").statements
    assert len({row[0].name for row in takes}) == 3
    said = replace(base, decisions=(("drop~1/lead/1", "head rest head end"),))
    again = phrase_at(said, chosen, 0, chosen.bars, COMMON_TIME, 1).statements
    assert [s.how for s in again if s.voice == "lead"] == ["head", "rest", "head", "end"]
    assert plan(said, "drop").statements == takes[0]


def test_every_word_of_every_layout_is_known_and_begins_with_what_the_section_is_about() -> None:
    for kind, layouts in LAYOUTS.items():
        for layout in layouts:
            assert all(word in WORDS or word in ("free", "rest") for word in layout.split())
            if kind in ("theme", "verse"):
                assert layout.startswith("tune")


def test_a_long_section_states_its_tune_again_exactly_and_then_varies_it() -> None:
    base = invented(sections=(section("drop", 64, 1000),), form=("drop",), seed=11)
    drop, style = base.section("drop"), style_of(base)
    words = [layout_of(base, drop, style, start, "drop") for start in range(0, 64, 8)]
    assert all(row[0] == "tune" for row in words)
    assert words[0][:-1] == words[1][:-1]
    assert {row[-1] for row in words[:6:2]} <= {"open", "rest"}
    assert words[2][:-1] != words[1][:-1]
    assert {"graced", "high", "head"} <= set(itertools.chain(*words))


def test_a_phrase_of_short_motifs_closes_once_at_its_end() -> None:
    words = "tune respelt up end"
    base = song(sections=(section("drop", 8, 1000),), form=("drop",))
    for start, layout in (("drop/lead/1", words), ("drop/lead/1", "tune respelt tune open")):
        phrase = phrase_at(replace(base, decisions=((start, layout),)), base.sections[0], 0, 8, COMMON_TIME)
        said = [s.how for s in phrase.statements if s.voice == "lead"]
        assert len(said) == 8, "the hook is a bar long"
        assert said[:3] == layout.split()[:3] == said[4:7]
        assert (said[3], said[7]) == ("open", layout.split()[-1])


def test_an_invented_tune_is_never_planned_where_it_rubs() -> None:
    for seed in range(8):
        base = invented("pop-rock", seed=seed)
        for name in ("verse", "drop", "break"):
            phrase = plan(base, name)
            for stated in phrase.statements:
                if stated.how == "tune":
                    tune = next(t for t in tunes_of(base) if t.name == stated.name)
                    assert stated.motif == tune.motif


def test_a_tune_given_by_pitches_sounds_at_those_pitches_whatever_the_lane() -> None:
    low = tuple(MotifNote(degree=degree, length=SIXTEENTH * 4) for degree in (0, 2, 4, 2))
    base = song(home="C", sections=(section("drop", 8, 1000),), form=("drop",), motifs=(("hook", low),), registers=(("hook", 48),))
    first = [n.pitch for n in notes(whole(show(base), "lead"))][:4]
    assert first == [48, 52, 55, 52]
    assert compass(tunes_of(base)[0].motif, key("C")) == (0, 7)


# --- between the statements


def free_song(**more: object) -> Song:
    rows = tuple((f"drop/lead/{number + 1}", "tune free tune free") for number in range(4))
    base = song("pop-rock", sections=(section("drop", 16, 900, parts=("lead", "counter")),), form=("drop",), motifs=(), **more)  # type: ignore[arg-type]
    return replace(base, decisions=rows)


def test_the_leads_own_phrases_are_new_each_night_and_stay_in_the_lane() -> None:
    base = free_song()
    low, high = read("pop-rock").voice("lead").lane
    nights = [[(n.at, n.pitch) for n in notes(whole(show(base), "lead", tonight))] for tonight in range(4)]
    own = [[row for row in night if row[0] // 80_640 % 4 in (2, 3)] for night in nights]
    tune = [[row for row in night if row[0] // 80_640 % 4 in (0, 1)] for night in nights]
    assert all(row == tune[0] for row in tune)
    assert len({tuple(row) for row in own}) == 4
    assert all(own)
    assert all(low <= pitch <= high for row in own for _, pitch in row)


@pytest.mark.parametrize("which", METERS, ids=str)
def test_a_free_phrase_leads_on_without_a_wide_leap_and_breathes(which: Meter) -> None:
    base = free_song(meter=which)
    played = notes(whole(show(base), "lead", 3))
    assert sum(abs(b.pitch - a.pitch) > 19 for a, b in itertools.pairwise(played)) <= len(played) // 25
    assert any(b.at - a.at - a.length >= which.pulse // 2 for a, b in itertools.pairwise(played))
    assert all(a.at + a.length <= b.at for a, b in itertools.pairwise(played))


def test_a_held_note_of_a_free_phrase_never_rubs_on_a_strong_beat() -> None:
    held = 0
    for style in ("jazz", "bossa"):
        base = song(style, home="C", sections=(section("solo", 16, 700),), form=("solo",), motifs=())
        for number in range(40):
            phrase = phrase_at(replace(base, seed=number), base.sections[0], 0, 16, COMMON_TIME)
            errand = Errand(4, 67, 72, (60, 84), phrase.ground, phrase.key, COMMON_TIME, 700)
            for note in connect(errand, phrase.tune, Same(read(style)), Chance.of(number)):
                for place in range(note.at // HALF * HALF + HALF, note.at + note.length, HALF):
                    held += 1
                    assert not under(phrase.ground, place).rubs(note.pitch % 12), (style, number, note)
    assert held > 100


@pytest.mark.parametrize("style", ["pop-rock", "jazz", "ambient"])
def test_a_note_that_would_rub_wherever_it_lies_ends_before_the_strong_beat(style: str) -> None:
    """Over two chords in turn that take nothing beside their own tones a note cannot be chosen well: it has to give way."""
    tight = tuple(Harmony(HALF * number, classes, classes) for number in range(8) for classes in [((0, 4, 7), (1, 6))[number % 2]])
    errand = Errand(4, 67, 72, (60, 84), tight, key("C"), COMMON_TIME, 700)
    gave_way = 0
    for number in range(20):
        sung = connect(errand, Motif((), 4 * COMMON_TIME.bar), Same(read(style)), Chance.of(number))
        for note, after in itertools.pairwise(sung):
            end = note.at + note.length
            gave_way += end % HALF == 0 and end < after.at
            assert not any(under(tight, at).rubs(note.pitch % 12) for at in range(note.at // HALF * HALF + HALF, end, HALF)), note
    assert gave_way


# --- room for a person


def test_a_lead_is_free_where_hands_play_and_only_answers_there() -> None:
    parts = (*(Part(name=name, role=role) for name, role in BAND), Part(name="hands", role="external"))
    free = tuple(replace(p, free_when="hands") if p.name == "lead" else p for p in parts)
    sections = (section("verse", 8, 800, add=("hands",)), section("chorus", 8, 900, without=("hands",)))
    rows = (("verse/lead/1", "tune rest up end"),)
    base = song("pop-rock", sections=sections, form=("verse", "chorus"), motifs=(), parts=parts)
    base = replace(base, decisions=rows)
    alone, roomy = whole(show(base), "lead"), whole(show(replace(base, parts=free)), "lead")
    verse = 8 * COMMON_TIME.bar
    assert [n for n in notes(alone) if n.at >= verse] == [n for n in notes(roomy) if n.at >= verse]
    answers = {n.at // COMMON_TIME.bar for n in notes(roomy) if n.at < verse}
    assert answers <= {2, 3}
    assert answers
    assert {n.at // COMMON_TIME.bar for n in notes(alone) if n.at < verse} - {2, 3}


# --- arpeggios of the same material


def test_a_figure_takes_the_tunes_way_and_keeps_its_rhythm() -> None:
    home = key("C")
    tune = Motif(tuple(Tone(i * SIXTEENTH, SIXTEENTH, degree) for i, degree in enumerate((0, 4, 7))), 16 * SIXTEENTH)
    assert traced("0.1.2.3.2.1.2.3.", tune, home) == "0.2.4.0.2.4.0.2.4.0.2.4.0.2.4.0."
    flat = Motif((Tone(0, SIXTEENTH, 2),), 16 * SIXTEENTH)
    assert traced("0123456789012345", flat, home) == "0123456789012345"


def test_statements_say_nothing_of_who_plays() -> None:
    base = invented()
    bare = replace(base, parts=base.parts[:1])
    own, chosen = tunes_of(base), base.section("verse")
    phrase = plan(base, "verse")
    again = statements(bare, chosen, style_of(bare, chosen), own, 0, 8, phrase.ground, phrase.key, COMMON_TIME)
    assert again == phrase.statements == plan(bare, "verse").statements
