"""Every row of every profile's table, written and read again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.show.definition import Output
from performer.show.rig import MIDI_PROFILES, OSC_PROFILES
from performer.wire import midi
from performer.wire.osc import HOLE, Bundle, Message, decode, ntp, packet, stamp
from performer.wire.profiles import PROFILES, Profile, Sound, Voice, profile_of
from performer.wire.profiles.profile import OscProfile
from performer.wire.profiles.tables import GENERIC, NOTE, SUPERCOLLIDER, SUPERDIRT
from performer.wire.profiles.template import FIELDS, FREQUENCIES, ORBIT, Field, Template

VOICE = st.builds(
    Voice,
    part=st.text("abcä é-7", min_size=1, max_size=11),
    role=st.just("bass"),
    channel=st.integers(1, 16),
    program=st.none() | st.integers(0, 127),
    number=st.integers(0, 40),
)
SOUND = st.builds(
    Sound,
    key=st.integers(0, 127),
    velocity=st.integers(1, 127),
    id=st.integers(0, 2**31 - 1),
    micros=st.integers(1000, 10**8),
    at=st.integers(0, 10**9),
    per_quarter=st.integers(60_000, 6_000_000),
)
MIDI = {name for name, profile in PROFILES.items() if not isinstance(profile, OscProfile)}
OSC = [profile for profile in PROFILES.values() if isinstance(profile, OscProfile)]
KEYS = Voice("keys", "chords", 3, 4, 2)
SOUND_1 = Sound(60, 100, 77, 500_000, 20_160, 500_000)


def value_of(arg: object, voice: Voice, sound: Sound) -> object:
    if not isinstance(arg, Field):
        return arg
    if arg.name in FIELDS:
        return FIELDS[arg.name][1](sound)
    return voice.number % 12 if arg.name == ORBIT else getattr(voice, arg.name)


def check(template: Template, message: Message, voice: Voice, sound: Sound) -> None:
    assert message.address == template.address
    expected = [value_of(arg, voice, sound) for arg in template.args]
    assert [type(arg) for arg in message.args] == [type(arg) for arg in expected]
    assert list(message.args) == [pytest.approx(arg, rel=1e-6) if isinstance(arg, float) else arg for arg in expected]


@pytest.mark.parametrize("profile", OSC, ids=[p.name for p in OSC])
@settings(max_examples=60, deadline=None)
@given(voice=VOICE, sound=SOUND)
def test_notes_come_back_as_their_template_says(profile: OscProfile, voice: Voice, sound: Sound) -> None:
    on, off = profile.note(voice, sound)
    assert bool(on) == (profile.on is not None)
    assert bool(off) == (profile.off is not None)
    for template, data in ((profile.on, on), (profile.off, off)):
        if template is not None:
            check(template, decode(data)[0], voice, sound)


@pytest.mark.parametrize("profile", OSC, ids=[p.name for p in OSC])
def test_time_tagged_profiles_leave_a_hole_and_others_none(profile: OscProfile) -> None:
    for data in [*profile.note(KEYS, SOUND_1), profile.cue("strobe", (1,), 0), profile.bar(0, 4, 120_000)]:
        if not data:
            continue
        if profile.bundles == "timetag":
            found = packet(data)
            assert isinstance(found, Bundle)
            assert found.tag == HOLE
            assert packet(stamp(data, 10**18)) == Bundle(ntp(10**18), found.elements)
        else:
            assert stamp(data, 10**18) is data


def said(data: bytes) -> tuple[str, tuple[object, ...]]:
    (message,) = decode(data)
    return message.address, message.args


def test_the_generic_contract() -> None:
    on, off = GENERIC.note(KEYS, SOUND_1)
    assert said(on) == ("/note/on", ("keys", 60, 100, 77))
    assert said(off) == ("/note/off", ("keys", 60, 77))
    assert said(GENERIC.control(KEYS, "brightness", 500)) == ("/control", ("keys/brightness", 0.5))
    assert said(GENERIC.level(KEYS, 1000)) == ("/control", ("keys/level", 1.0))
    assert said(GENERIC.mix(KEYS, 1250)) == ("/control", ("keys/mix", 1.25))
    assert said(GENERIC.cue("wash", ("blue", 1, 0.5), 0)) == ("/cue", ("wash", "blue", 1, 0.5))
    assert said(GENERIC.cue("wash", (), 3_000_000)) == ("/cue", ("wash", 3.0))
    assert said(GENERIC.section("drop")) == ("/section", ("drop",))
    assert said(GENERIC.bar(7, 4, 122_000)) == ("/bar", (7, 4, 122_000))
    assert said(GENERIC.chord("Fm7", "Db")) == ("/chord", ("Fm7", "Db"))
    assert said(GENERIC.tonality("F minor", "Ab major")) == ("/key", ("F minor", "Ab major"))
    assert [said(data) for data in GENERIC.panic(())] == [("/panic", ())]
    assert said(NOTE.note(KEYS, SOUND_1)[0]) == ("/note", ("keys", 60, 100, 0.5))


def test_supercollider_and_superdirt() -> None:
    on, off = SUPERCOLLIDER.note(KEYS, SOUND_1)
    address, args = said(on)
    assert (address, args[:6]) == ("/s_new", ("keys", 77 | 1024, 0, 0, "freq", pytest.approx(261.6256, abs=1e-3)))
    assert said(off) == ("/n_set", (77 | 1024, "gate", 0))
    dirt = said(SUPERDIRT.note(KEYS, SOUND_1)[0])[1]
    pairs = dict(zip(dirt[::2], dirt[1::2], strict=True))
    assert pairs.pop("gain") == pytest.approx(100 / 127)
    assert pairs == {"s": "keys", "note": 0.0, "sustain": 0.5, "delta": 0.5, "orbit": 2, "cps": 0.5, "cycle": 0.25}
    assert SUPERDIRT.note(KEYS, SOUND_1)[1] == SUPERDIRT.control(KEYS, "brightness", 1) == b""
    assert FREQUENCIES[69] == 440.0


@pytest.mark.parametrize("name", ["midi", "midi-clock"])
@settings(max_examples=60, deadline=None)
@given(voice=VOICE, sound=SOUND, value=st.integers(0, 1000))
def test_midi_says_what_its_table_can_read(name: str, voice: Voice, sound: Sound, value: int) -> None:
    profile = PROFILES[name]
    on, off = profile.note(voice, sound)
    assert midi.decode(on) == (midi.NoteOn(voice.channel, sound.key, sound.velocity),)
    assert midi.decode(off) == (midi.NoteOff(voice.channel, sound.key),)
    assert midi.decode(profile.level(voice, value)) == (midi.Change(voice.channel, 7, midi.gain(value)),)
    assert midi.decode(profile.mix(voice, value)) == (midi.Change(voice.channel, 11, midi.gain(value)),)
    assert midi.decode(profile.control(voice, "brightness", value)) == (midi.Change(voice.channel, 74, midi.value(value)),)
    programs = [message for _, data in profile.opening(voice) for message in midi.decode(data) if isinstance(message, midi.Program)]
    assert programs == ([] if voice.program is None else [midi.Program(voice.channel, voice.program)])
    assert (
        profile.control(voice, "wobble", value)
        == profile.section("a")
        == profile.chord("a", "b")
        == profile.bar(0, 4, 1)
        == profile.tonality("a", "b")
        == b""
    )


def test_midi_cues_are_its_own_commands() -> None:
    profile = PROFILES["midi"]
    assert [profile.cue(name, (), 0) for name in ("start", "stop", "continue", "strobe")] == [b"\xfa", b"\xfc", b"\xfb", b""]
    assert profile.cue("program", (3, 12), 0) == b"\xc2\x0c"
    assert profile.cue("program", (17, 12), 0) == profile.cue("program", (1, 128), 0) == profile.cue("program", (1, "x"), 0) == b""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (Output(name="a", kind="osc"), "generic"),
        (Output(name="a", kind="osc", profile="supercollider"), "supercollider"),
        (Output(name="a", kind="osc", profile="midi"), "generic"),
        (Output(name="a", kind="midi"), "midi"),
        (Output(name="a", kind="midi", profile="midi-clock"), "midi-clock"),
        (Output(name="a", kind="mqtt"), "words"),
        (Output(name="a", kind="mqtt", profile="note"), "note"),
        (Output(name="a", kind="page"), "generic"),
    ],
)
def test_every_output_has_a_profile(output: Output, expected: str) -> None:
    profile: Profile = profile_of(output)
    assert profile.name == expected


def test_a_rig_may_name_every_profile_and_no_other() -> None:
    assert set(MIDI_PROFILES) == MIDI
    assert set(OSC_PROFILES) | MIDI == set(PROFILES)
