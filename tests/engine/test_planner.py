"""The phrase plan: chords in every bar, motifs where they are planned, decisions that replace exactly their own draw."""

import itertools
from dataclasses import replace

import pytest

from performer.engine.composer import chords_of, compose
from performer.engine.identity import idea_of, role_of
from performer.engine.planner import Phrase, phrase_at
from performer.events import Note
from performer.music.chords import parse
from performer.music.motif import pitched
from performer.show.definition import Song
from performer.styles import names, read
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import HOOK, bars, notes, section, show, song, whole

METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8))


def _phrases(base: Song, which: Meter) -> list[Phrase]:
    return [phrase_at(base, s, bar, s.bars, which) for s in base.sections for bar in range(s.bars)]


@pytest.mark.parametrize("style", names())
@pytest.mark.parametrize("which", METERS, ids=str)
def test_chords_fill_every_bar_of_every_phrase(style: str, which: Meter) -> None:
    for phrase in _phrases(song(style, meter=which), which):
        assert len(phrase.chords) == phrase.bars
        for bar in phrase.chords:
            assert bar[0].slot == 0
            assert sum(p.slots for p in bar) * 5040 == which.bar
        assert [p.index for bar in phrase.chords for p in bar] == list(range(len(phrase.flat)))


def test_a_section_changed_in_length_keeps_its_chords_up_to_the_last_phrase() -> None:
    base = song("pop-rock")
    verse = base.section("verse")
    short, long = phrase_at(base, verse, 0, 16, COMMON_TIME), phrase_at(base, verse, 0, 64, COMMON_TIME)
    assert short == long


def test_a_phrase_closes_on_a_dominant_where_the_style_says_so() -> None:
    for seed in range(12):
        base = song("pop-rock", seed=seed, home="C")
        chorus = section("chorus", 8, 800)
        last = phrase_at(replace(base, sections=(chorus,)), chorus, 7, 8, COMMON_TIME).flat[-1]
        assert last.symbol[0] in "GA" or last.symbol.startswith("Bb")


@pytest.mark.parametrize("home", ["C", "F minor"])
def test_phrases_close_where_the_style_closes_and_the_song_comes_home(home: str) -> None:
    for seed in range(12):
        forms = (section("verse", 16, 500), section("build", 8, 500, 900), section("outro", 8, 300))
        base = song("pop-rock", seed=seed, home=home, sections=forms, form=("verse", "build", "outro"))
        words = read("pop-rock").harmony
        vocabulary = words.major if home == "C" else words.minor
        dominants, tonics = ({parse(t, base.key).symbol for t in texts} for texts in (vocabulary.dom, vocabulary.tonic))
        ends = [phrase_at(base, s, bar, s.bars, COMMON_TIME).flat[-1].symbol for s in forms for bar in range(0, s.bars, 8)]
        assert set(ends[:-1]) <= dominants
        assert ends[-1] in tonics


def test_every_drawn_phrase_can_be_written_down_and_is_then_the_same() -> None:
    for style in ("house", "pop-rock", "ambient", "dub"):
        base = song(style)
        told: dict[str, str] = {}
        for s in base.sections:
            for bar in range(0, s.bars, 8):
                plan = phrase_at(base, s, bar, s.bars, COMMON_TIME)
                if not s.key_shift and plan.bars == 8:
                    told[f"{idea_of(s)}/chords/{bar // 8 + 1}"] = " | ".join(" ".join(p.chord.symbol for p in row) for row in plan.chords)
        again = replace(base, decisions=tuple(told.items()))
        for s in base.sections:
            for bar in range(0, s.bars, 8):
                one, two = (phrase_at(b, s, bar, s.bars, COMMON_TIME).chords for b in (base, again))
                assert one == two


def test_a_short_section_has_a_phrase_of_its_own_that_leads_on_or_comes_home() -> None:
    for style, seed in (("jazz", 1), ("jazz", 4), ("bossa", 2), ("bossa", 5)):
        rows = (section("intro", 4, 300), section("verse", 8, 500), section("outro", 4, 300))
        base = song(style, seed=seed, home="C", sections=rows, form=("intro", "verse", "outro"))
        intro, outro = (phrase_at(base, row, 0, 4, COMMON_TIME) for row in (rows[0], rows[2]))
        assert (intro.flat[-1].third, intro.flat[-1].seventh) == (4, 10)  # a dominant: the tune begins after it
        assert outro.flat[-1].root == 0
        assert len({chord.symbol for chord in intro.flat}) >= 3, [chord.symbol for chord in intro.flat]


def test_sections_with_one_idea_share_chords_and_a_shift_moves_them() -> None:
    base = song()
    drop, second = base.section("drop"), base.section("drop2")
    assert idea_of(drop) == idea_of(second)
    one, two = phrase_at(base, drop, 0, 8, COMMON_TIME), phrase_at(base, second, 0, 8, COMMON_TIME)
    assert [(c.root + 2) % 12 for c in one.flat] == [c.root for c in two.flat]
    assert [c.intervals for c in one.flat] == [c.intervals for c in two.flat]


def test_the_last_chord_is_the_written_one() -> None:
    base = song(sections=(section("end", 4, 400, last_chord="i9", ring=True),), form=("end",))
    night = show(base)
    final = list(bars(night))[3]
    assert chords_of(night, final)[-1].now == "Fm9"
    for name in ("bass", "keys"):
        assert {n.at for n in notes(compose(night, final, base.part(name)))} == {final.at}


# --- motifs


def test_a_given_hook_is_found_again_note_for_note_wherever_it_is_planned() -> None:
    base = song()
    night, part, found = show(base), base.part("lead"), 0
    for state in bars(night):
        phrase = phrase_at(base, base.section(state.section), state.bar_in_section, state.bars, state.meter)
        for statement in phrase.statements:
            if (
                statement.bar + phrase.start != state.bar_in_section
                or statement.how != "tune"
                or statement.name != "hook"
                or not statement.given
            ):
                continue
            played = notes(compose(night, state, part))
            if not played or state.bar_in_section == state.bars - 1:
                continue
            rhythm = [(n.at - state.at) // 10_080 for n in played]
            assert rhythm == [i for i, degree in enumerate(HOOK) if degree is not None]
            heights = [pitched(t, phrase.key, 0) for t in statement.motif.tones]
            assert [b.pitch - a.pitch for a, b in itertools.pairwise(played)] == [y - x for x, y in itertools.pairwise(heights)]
            found += 1
    assert found >= 10


@pytest.mark.parametrize("style", ["house", "pop-rock"])
def test_an_invented_motif_returns_with_its_rhythm(style: str) -> None:
    base = song(style, motifs=())
    drop = section("chorus", 8, 900)
    base = replace(base, sections=(drop,), form=("chorus", "chorus"))
    night = show(base)
    plan = phrase_at(base, drop, 0, 8, COMMON_TIME)
    played = notes(whole(night, "lead"))
    swing = {n.at: n for n in played}
    stated = [s for s in plan.statements if s.how in ("tune", "respelt")]
    assert len(stated) >= 2
    for statement in stated:
        slots = {(statement.bar * 16 * 5040 + t.at) // 5040 for t in statement.motif.tones if statement.bar * 16 + t.at // 5040 < 7 * 16}
        assert slots <= {at // 5040 for at in swing}


def test_as_many_lead_notes_on_felt_pulses_are_chord_tones_as_people_sing() -> None:
    on = total = 0
    for seed in range(6):
        base = song("pop-rock", motifs=(), seed=seed, home="G")
        night = show(base)
        for state in bars(night):
            marks = phrase_at(base, base.section(state.section), state.bar_in_section, state.bars, state.meter)
            bar = marks.chords[state.bar_in_section - marks.start]
            for note in notes(compose(night, state, base.part("lead"))):
                slot, rest = divmod(note.at - state.at, 5040)
                if rest or slot % 4:
                    continue
                chord = next(p for p in reversed(bar) if p.slot <= slot).chord
                total += 1
                on += note.pitch % 12 in chord.classes
    assert total > 100
    assert 0.49 <= on / total <= 0.9  # people: .49 to .79; every chord of this band is plain, so the line is plainer


def test_the_counter_line_answers_where_the_lead_rests_and_under_it() -> None:
    for style in ("pop-rock", "house"):
        night = show(song(style, motifs=()))
        lead, answers = notes(whole(night, "lead")), notes(whole(night, "counter"))
        assert len(answers) > 20
        assert not [n for n in answers if any(m.at <= n.at < m.at + m.length for m in lead)]
        assert sum(n.pitch for n in answers) / len(answers) < sum(n.pitch for n in lead) / len(lead)


# --- decisions


def test_a_written_decision_replaces_exactly_its_own_draw() -> None:
    base = song("pop-rock", home="C")
    written = replace(base, decisions=(("chorus/chords/1", "IV | V | iii | vi"), ("verse/keys/comp", "X---------------")))
    sections = (section("verse", 8, 500), section("chorus", 8, 500))
    plain, decided = (show(replace(s, sections=sections, form=("verse", "chorus"))) for s in (base, written))
    chords = [chords_of(decided, s)[0].now for s in bars(decided)]
    assert chords[8:] == ["F", "G", "Em", "Am"] * 2
    assert chords[:8] == [chords_of(plain, s)[0].now for s in bars(plain)][:8]
    assert whole(plain, "drums") == whole(decided, "drums")
    verse = [n for n in notes(whole(decided, "keys")) if n.at < 8 * 4 * 20_160]
    held = [n.at % (2 * 20_160) == 0 for n in verse]  # the others are tonight's own
    assert sum(held) > len(held) * 6 // 10
    assert [n for n in whole(plain, "bass") if n.at < 7 * 4 * 20_160] == [n for n in whole(decided, "bass") if n.at < 7 * 4 * 20_160]


def test_a_decision_that_is_nonsense_is_not_followed() -> None:
    base = song(
        decisions=(
            ("home/chords/1", "x"),
            ("verse/chords/1", "H7 | q"),
            ("verse/keys/comp", "??"),
            ("verse/drums/kick", "-3"),
            ("verse/fills/1/4", "huge"),
        )
    )
    night = show(base)
    assert [whole(night, name) for name in ("keys", "drums")] == [whole(show(song()), name) for name in ("keys", "drums")]


def test_the_role_of_a_section_is_written_or_in_its_name() -> None:
    assert role_of(section("drop2", 8, 1)) == "drop"
    assert role_of(section("x", 8, 1, role="chorus")) == "chorus"
    assert role_of(section("again", 8, 1, idea="verse")) == "verse"


def test_notes_are_notes() -> None:
    assert all(isinstance(n, Note) for n in notes(whole(show(song()), "bass")))
