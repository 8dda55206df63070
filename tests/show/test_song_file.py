"""What a song file means: each row of the format, and the defaults of what is left out."""

import pytest

from performer.events import Note
from performer.music.pitch import Key
from performer.show.definition import CueAt, CueRule, Part, Section, Song
from performer.show.fusion import weights
from performer.show.load import load_bytes
from performer.ticks import COMMON_TIME, meter


def song(text: str) -> Song:
    loaded = load_bytes({"show.yaml": ("song: Test Song\n" + text).encode()}, "show.yaml")
    assert not loaded.problems, loaded.problems
    assert loaded.show is not None
    return loaded.show.songs[0]


def problems(text: str) -> list[str]:
    return [f"{p.path}: {p.what}" for p in load_bytes({"s": ("song: Test Song\n" + text).encode()}, "s").problems]


def section(rows: str, more: str = "") -> Section:
    return song(f"sections:\n  a: {{{rows}}}\n{more}").section("a")


def part(rows: str) -> Part:
    return song(f"parts:\n  {rows}\n").parts[0]


def test_a_title_is_enough() -> None:
    plain = song("")
    assert (plain.name, plain.title) == ("test-song", "Test Song")
    assert (plain.key, plain.meter, plain.per_quarter) == (Key(9, "minor"), COMMON_TIME, 500_000)
    assert [p.role for p in plain.parts] == ["drums", "bass", "chords", "lead", "texture"]
    assert plain.form[0] == "intro"
    assert {plain.section(name).name for name in plain.form} == {s.name for s in plain.sections}
    assert plain == song("")


def test_the_seed_comes_from_the_title_or_the_file() -> None:
    assert song("seed: 010\n").seed == 10
    other = load_bytes({"s": b"song: Another\n"}, "s").show
    assert other is not None
    assert other.songs[0].seed != song("").seed


def test_tempo_counts_the_pulse_of_the_meter() -> None:
    assert song("meter: 6/8\ntempo: 60\n").per_quarter == 666_667
    assert song("meter: 7/8 (2+2+3)\ntempo: 240 per 1/8\n").meter == meter(7, 8, (2, 2, 3))
    assert song("sections: {a: {meter: 6/8, tempo: 60 > 80}}\n").section("a").tempo == (666_667, 500_000)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("drums", "drums"),
        ("kick2", "drums"),
        ("bass-left", "bass"),
        ("piano", "chords"),
        ("Lead", "lead"),
        ("pad", "texture"),
        ("lights", "light"),
    ],
)
def test_a_name_says_the_role(name: str, role: str) -> None:
    assert part(f"{name}:").role == role


def test_a_part_in_one_word_and_in_full() -> None:
    assert part("drums: pop-rock").style == (("pop-rock", 1000),)
    assert part("pad: drone").role == "texture"
    assert part("tr8: external").role == "external"
    assert part("keys: {house: 0.7, pop-rock: 0.3}").style == (("house", 700), ("pop-rock", 300))
    assert part("keys: {house: 1, pop-rock: 1, grid: 1}").style == (("house", 334), ("pop-rock", 333), ("grid", 333))
    full = part("x: {role: lead, style: house, output: synth, channel: 3, range: C4-C6, level: -12dB, from energy: 0.4, program: 1}")
    assert full == Part(
        name="x", role="lead", style=(("house", 1000),), output="synth", channel=3, range=(60, 84), level=401, from_energy=400, program=0
    )
    told = part("tr8: {role: external, start: play 1, stop: halt}")
    assert (told.start, told.stop) == ("play 1", "halt")


def test_parts_may_be_names_alone_and_take_the_song_s_style() -> None:
    band = song("style: pop-rock\nparts: drums bass piano\n")
    assert [p.name for p in band.parts] == ["drums", "bass", "piano"]
    assert {weights(band, None, p, "groove") for p in band.parts} == {(("pop-rock", 1000),)}
    assert song("parts: [drums, bass]\n").parts[1].name == "bass"
    assert problems("parts: drums drums\n") == ["parts.drums: is here twice"]


def test_a_song_that_asks_for_light_has_a_part_for_it() -> None:
    lit = song("parts: drums\nsections: {a: {light: dawn red, visual: road}}\n")
    assert [(p.name, p.role) for p in lit.parts] == [("drums", "drums"), ("light", "light"), ("visual", "visual")]
    assert lit.section("a").light == ("dawn", "red")
    assert [p.name for p in song("parts: drums spots\n".replace("spots", "lights") + "sections: {a: {light: x}}\n").parts] == [
        "drums",
        "lights",
    ]


def test_sections_rows() -> None:
    full = section(
        "bars: 16, energy: 0.1 > 0.4, key: +2, in: stop 2 beats, out: riser, stretch: 4-32, start: GO, count: 1 bar, "
        "last: i9, ring: until next"
    )
    assert (full.bars, full.energy, full.key_shift) == (16, ((0, 100), (1000, 400)), 2)
    assert (full.entry, full.exit, full.stretch) == ("stop 2 beats", "riser", (4, 32))
    assert (full.waits_for_go, full.count_in, full.last_chord, full.ring) == (True, 1, "i9", True)
    assert section("in: stop").entry == "stop 1 beat"
    waits = section("until: next, give up: 48 bars")
    assert (waits.until_next, waits.give_up, waits.bars) == (True, 48, 8)
    assert section("stretch: 16-32").bars == 16


def test_chords_are_a_word_a_bar_or_stand_between_lines() -> None:
    assert section("chords: i VI III VII").chords == (("i",), ("VI",), ("III",), ("VII",))
    assert section('chords: "Am | F G | - | C"').chords == (("Am",), ("F", "G"), ("F", "G"), ("C",))
    assert section('chords: "| Am | F |"').chords == (("Am",), ("F",))
    assert section("chords: [i, VI VII]").chords == (("i",), ("VI", "VII"))
    assert section("chords: F# C#m7 F#m7b5/A").chords == (("F#",), ("C#m7",), ("F#m7b5/A",))


def test_who_plays() -> None:
    parts = "parts: drums bass keys lead\n"
    assert section("only: keys drums", parts).parts == ("drums", "keys")
    assert section("parts: keys", parts).parts == ("keys",)
    assert section("only: keys, add: lead", parts).parts == ("keys", "lead")
    assert section("only: drums keys, without: keys", parts).parts == ("drums",)
    everyone = section("without: drums", parts)
    assert everyone.parts is None
    assert not everyone.plays("drums", True)
    assert everyone.plays("bass", True)
    assert not everyone.plays("bass", False)


def test_a_part_that_some_section_adds_is_silent_elsewhere() -> None:
    both = song("parts: drums lead\nsections: {a: {bars: 4}, b: {add: lead}}\n")
    assert not both.section("a").plays("lead", True)
    assert both.section("b").plays("lead", False)
    assert both.section("a").plays("drums", True)


def test_as_takes_over_everything_but_its_beginning_and_its_end() -> None:
    three = song(
        "parts: pad keys\nsections:\n"
        "  a: {bars: 4, energy: 0.9, only: pad, light: dawn, start: GO, count: 1 bar, last: i9, ring: until next, then: c}\n"
        "  b: {as: a, key: +2, vary: pad}\n  c: {as: b, bars: 6, only: keys}\n"
    )
    a, b, c = three.sections
    assert (b.bars, b.energy, b.parts, b.light, b.key_shift, b.vary) == (4, a.energy, ("pad",), ("dawn",), 2, ("pad",))
    assert (b.waits_for_go, b.count_in, b.last_chord, b.ring, b.then) == (False, 0, None, False, ())
    assert (a.idea, b.idea, c.idea) == ("", "a", "a")
    assert (c.bars, c.parts, c.key_shift) == (6, ("keys",), 2)


@pytest.mark.parametrize(("name", "role"), [("drop2", "drop"), ("last-chorus", "chorus"), ("end", "outro"), ("zorg", "")])
def test_a_section_s_name_says_what_it_is_for(name: str, role: str) -> None:
    assert song(f"sections: {{{name}: {{bars: 4}}}}\n").sections[0].role == role


def test_what_a_section_is_for_comes_from_what_it_repeats_too() -> None:
    assert song("sections: {drop: {bars: 4}, again: {as: drop}}\n").section("again").role == "drop"


def test_mix_stands_for_the_part_s_own_level() -> None:
    mixed = song("parts: {pad: {level: -6dB}, keys: }\nsections: {a: {mix: {pad: -6dB, keys: off}}}\n")
    assert mixed.section("a").mix == (("pad", 400), ("keys", 0))


def test_cues_say_when() -> None:
    cues = section(
        'cues: {x: on drop, y: [bar 2 beat 3, end], z: {at: every 8 bars, args: 1 0.5 red, lead: 2 s, fade: 1:30}, w: {args: ["1", 2]}}'
    ).cues
    assert cues == (
        CueRule(name="x", at=CueAt.DROP),
        CueRule(name="y", at=CueAt.BAR, bar=1, beat=2),
        CueRule(name="y", at=CueAt.END),
        CueRule(name="z", at=CueAt.EVERY, bar=8, args=(1, 0.5, "red"), lead=2_000_000, fade=90_000_000),
        CueRule(name="w", args=("1", 2)),
    )


def test_the_song_s_cues_hold_in_every_section() -> None:
    assert [s.cues[-1].name for s in song("cues: {haze: every 4 bars}\nsections: {a: {}, b: {cues: {x: start}}}\n").sections] == [
        "haze",
        "haze",
    ]


def test_form_is_read_as_it_is_spoken() -> None:
    sections = "sections: {a: {bars: 4}, b: {bars: 4}}\n"
    assert song(sections).form == ("a", "b")
    assert song(sections + "form: a b x2 a\n").form == ("a", "b", "b", "a")
    assert song(sections + "form: [a, b x3]\n").form == ("a", "b", "b", "b")
    assert (song(sections + "form: a b loop\n").loop_to, song(sections + "form: a b loop from b\n").loop_to) == (0, 1)
    assert song(sections + "form: a b\n").loop_to is None


def test_follow_rules_are_weights() -> None:
    assert section("then: {a: 2, b: 0.5}", "  b: {bars: 4}\n").then == (("a", 2000), ("b", 500))
    assert section("then: b", "  b: {bars: 4}\n").then == (("b", 1000),)


def test_a_circle_of_follow_rules_needs_a_way_out() -> None:
    circle = "sections: {a: {then: b}, b: {then: a}, c: {bars: 4}}\n"
    assert "no way out" in problems(circle + "form: a b\n")[0]
    assert "no way out" in problems(circle + "form: a b c\n")[0]
    assert not problems(circle.replace("b: {then: a}", "b: {then: a c}") + "form: a b c\n")


def test_motifs_have_names_and_the_hook_is_one() -> None:
    tunes = song('hook: "1 2"\nmotifs: {answer: {degrees: 5 - 3, each: 1/4}}\nsections: {a: {theme: answer}, b: {theme: hook}}\n')
    assert [name for name, _ in tunes.motifs] == ["hook", "answer"]
    assert section("theme: hook").theme == "hook"


def test_decisions_are_written_back_as_they_were() -> None:
    rows = (("verse/then/1", "drop"), ("drop/bass/bass", "offbeat"))
    assert song("sections: {verse: , drop: }\ndecisions: {verse/then/1: drop, drop: {bass: {bass: offbeat}}}\n").decisions == rows


def test_go_at_the_start_arms_the_show() -> None:
    show = load_bytes({"s": b"song: X\nsections: {a: {start: GO}}\n"}, "s").show
    assert show is not None
    assert show.waits_for_go


def test_nothing_of_yaml_survives() -> None:
    seen = [song('hook: "1"\nparts: {drums: {level: -6dB}}\nsections: {a: {mix: {drums: off}, cues: {x: start}}}\n')]
    todo: list[object] = list(seen)
    while todo:
        value = todo.pop()
        assert not isinstance(value, dict | list | Note)
        if isinstance(value, tuple):
            todo += value
        elif hasattr(value, "__dataclass_fields__"):
            todo += [getattr(value, name) for name in value.__dataclass_fields__]
