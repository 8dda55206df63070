"""What surrounds a tune: the upbeat into the next phrase, the counter-line under it, questions and answers."""

import itertools
from dataclasses import replace

import pytest

from performer.engine.answers import meanwhile
from performer.engine.connecting import Sung
from performer.engine.planner import phrase_at
from performer.engine.upbeats import BREATH, HEARD, Way, free_from, giving_way, upbeat
from performer.engine.wording import WORDS, Place
from performer.music.chance import Chance
from performer.music.motif import Motif, Tone, compass, pitched
from performer.music.pitch import key
from performer.music.singing import Harmony, under
from performer.show.definition import Song
from performer.ticks import COMMON_TIME, SIXTEENTH, Meter, meter
from tests.engine.bands import notes, section, show, song, whole

HOME = key("C")
BAR = COMMON_TIME.bar
GROUND = (Harmony(0, (0, 4, 7), (0, 4, 7, 2, 9)), Harmony(BAR, (5, 9, 0), (5, 9, 0, 7, 2)))
METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8))
TUNE = Motif(tuple(Tone(i * 4 * SIXTEENTH, 4 * SIXTEENTH, degree) for i, degree in enumerate((0, 2, 4, 3, 1, 2))), 2 * BAR)
PLACE = Place(HOME, GROUND, COMMON_TIME, (-5, 14))


# --- upbeats


@pytest.mark.parametrize("which", METERS, ids=str)
def test_an_upbeat_comes_after_a_breath_fills_to_the_bar_line_and_moves_one_way_to_its_goal(which: Meter) -> None:
    seen = set()
    for free, goal, seed in itertools.product((0, which.bar // 2, which.bar - 3 * SIXTEENTH), (62, 67, 76), range(12)):
        found = upbeat(Way(free, 69, goal, (60, 79), GROUND, HOME, which, "key"), Chance.of(seed))
        assert len(found) >= 2
        assert found[0].at >= free + BREATH
        assert found[-1].at + found[-1].length == which.bar
        assert all(a.at + a.length == b.at for a, b in itertools.pairwise(found))
        assert all(60 <= note.pitch <= 79 and note.pitch != goal for note in found)
        assert len({note.pitch > goal for note in found}) == 1
        seen.add(tuple((note.at, note.pitch - goal) for note in found))
    assert len(seen) >= 20


def test_a_full_bar_has_no_upbeat_and_a_long_note_gives_way() -> None:
    assert upbeat(Way(BAR - SIXTEENTH, 69, 64, (60, 79), GROUND, HOME, COMMON_TIME, "key"), Chance.of(1)) == ()
    base = lone()
    line = notes(whole(show(base), "lead"))
    assert all(a.at + a.length <= b.at for a, b in itertools.pairwise(line))
    held = (Sung(0, SIXTEENTH, 60), Sung(4 * SIXTEENTH, 12 * SIXTEENTH, 62))
    assert free_from(held, 0, COMMON_TIME) == 4 * SIXTEENTH + HEARD
    assert free_from(held, 0, COMMON_TIME, COMMON_TIME.bar) == BAR
    assert giving_way(held, 8 * SIXTEENTH) == (held[0], Sung(4 * SIXTEENTH, 4 * SIXTEENTH, 62))


def lone(**more: object) -> Song:
    base = song("pop-rock", sections=(section("verse", 32, 700, parts=("drums", "lead", "counter")),), form=("verse",), motifs=(), **more)  # type: ignore[arg-type]
    return replace(base, decisions=tuple((f"verse/lead/{number}", "tune rest up end") for number in range(1, 5)))


def test_an_upbeat_is_tonights_and_stands_only_where_the_drums_fill() -> None:
    base = lone()
    silent = replace(base, decisions=(*base.decisions, *((f"verse/fills/1/{bar}", "none") for bar in range(1, 33))))
    plain = [(n.at, n.pitch) for n in notes(whole(show(silent), "lead", 1)) if n.at % (8 * BAR) >= 7 * BAR]
    more = [[(n.at, n.pitch) for n in notes(whole(show(base), "lead", night)) if n.at % (8 * BAR) >= 7 * BAR] for night in range(6)]
    assert all(set(plain) <= set(row) for row in more)
    assert len({tuple(row) for row in more}) >= 3


# --- the counter-line


def test_a_held_line_holds_chord_tones_below_the_lead_or_above_it_where_there_is_no_room_below() -> None:
    full = Motif((*TUNE.tones, Tone(24 * SIXTEENTH, 8 * SIXTEENTH, 0)), 2 * BAR)
    how, held = meanwhile(full, WORDS["back"](TUNE, PLACE), PLACE, 2 * BAR, "under")
    assert how == "under"
    assert held.tones[0].at == 0
    assert all(a.at + a.length <= b.at for a, b in itertools.pairwise(held.tones))
    low, high = compass(held, HOME)
    assert -5 <= low <= high < compass(full, HOME)[0]
    above = compass(meanwhile(full, TUNE, PLACE._replace(room=(0, 19)), 2 * BAR, "under")[1], HOME)
    assert compass(full, HOME)[1] < above[0] <= above[1] <= 19
    for tone in held.tones:
        assert pitched(tone, HOME, 0) % 12 in under(GROUND, tone.at).classes
    assert meanwhile(full, TUNE, PLACE, 2 * BAR, "under", 1)[1] != held
    spoken = meanwhile(TUNE, TUNE, PLACE, 2 * BAR, "under")[1]
    assert any(tone.at >= 24 * SIXTEENTH for tone in spoken.tones)
    assert [tone.at for tone in spoken.tones] == sorted({tone.at for tone in spoken.tones})
    assert meanwhile(Motif((), 2 * BAR), TUNE, PLACE, 2 * BAR, "under")[0] == "answer"


def test_how_the_counter_line_accompanies_may_be_written() -> None:
    base = lone()
    said = {way: replace(base, decisions=(*base.decisions, ("verse/counter", way))) for way in ("under", "echo", "loudly")}
    kinds = {}
    for way, own in said.items():
        stated = phrase_at(own, own.section("verse"), 0, 32, COMMON_TIME).statements
        kinds[way] = {s.how for s in stated if s.voice == "counter"}
        assert [s for s in stated if s.voice == "lead"] == [
            s for s in phrase_at(base, base.section("verse"), 0, 32, COMMON_TIME).statements if s.voice == "lead"
        ]
    assert kinds["under"] == {"under", "answer"}
    assert "under" not in kinds["echo"]
    assert kinds["loudly"] in (kinds["under"], kinds["echo"])


def test_a_note_held_over_a_change_of_chord_does_not_rub_against_the_new_one() -> None:
    held = 0
    for style, seed in itertools.product(("house", "pop-rock", "cinematic", "bossa"), range(10)):
        base = song(style, seed=seed, home="C", sections=(section("verse", 16, 600),), form=("verse",), motifs=())
        phrase = phrase_at(replace(base, decisions=(("verse/counter", "under"),)), base.sections[0], 0, 16, COMMON_TIME)
        for said in (s for s in phrase.statements if s.how == "under"):
            for tone in said.motif.tones:
                begin, pitch_class = said.bar * BAR + tone.at, (HOME.tonic + pitched(tone, phrase.key, 0)) % 12
                changes = [row for row in phrase.ground if begin < row.at < begin + tone.length]
                held += len(changes)
                assert not any(row.rubs(pitch_class) for row in changes), (style, seed, said.bar, tone)
    assert held > 10


# --- endings


def test_an_open_ending_asks_and_a_closed_one_comes_home() -> None:
    asks, closes = WORDS["open"](TUNE, PLACE._replace(ground=GROUND[:1])), WORDS["end"](TUNE, PLACE._replace(ground=GROUND[:1]))
    assert [tone.at for tone in asks.tones] == [tone.at for tone in closes.tones] == [tone.at for tone in TUNE.tones]
    assert pitched(asks.tones[-1], HOME, 0) % 12 == 7
    assert pitched(closes.tones[-1], HOME, 0) % 12 == 0
    for word in ("open", "end"):
        row = [pitched(tone, HOME, 0) for tone in WORDS[word](TUNE, PLACE).tones]
        assert all(-5 <= pitch <= 14 for pitch in row)
        assert all(abs(b - a) <= 7 for a, b in itertools.pairwise(row[-3:]))


def test_high_is_as_high_as_the_room_has_it() -> None:
    top = compass(TUNE, HOME)[1]
    assert WORDS["high"](TUNE, PLACE._replace(room=(-5, top + 12))) == TUNE
    near = WORDS["high"](TUNE, PLACE._replace(room=(-5, top + 5)))
    assert top < compass(near, HOME)[1] <= top + 5
