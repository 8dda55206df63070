"""The rig: outputs, routes and looks, and where it is found."""

from pathlib import Path

import pytest

from performer.show.definition import ANY, Output
from performer.show.load import Loaded, load, load_bytes
from performer.show.rig import default_rig

RIG = """\
rig: Club
outputs:
  synth: {to: osc:10.0.0.5:57120, profile: supercollider, lead: 100 ms, latency: -3 ms}
  piano: midi:FluidSynth
  wall: mqtt
  here: osc:9001
  six: osc:[::1]:9002
routes: {main: synth piano, wall: wall}
lights: {dawn: look amber 0.3, drop: [strobe, look white]}
controls: {cc 16: energy, nano: {note C2 ch 2: section drop, program 3: next}}
"""


def with_rig(text: str) -> Loaded:
    return load_bytes({"s": b"song: X\n"}, "s", rig=("rig.yaml", text.encode()))


def test_any_note_of_a_keyboard_is_one_binding() -> None:
    rig = with_rig("rig: R\noutputs: {a: page}\ncontrols: {keys: {notes: play hands, notes ch 3: play other}}\n").rig
    assert rig is not None
    assert [(c.device, c.kind, c.number, c.channel) for c in rig.controls] == [("keys", "note", ANY, None), ("keys", "note", ANY, 3)]


def test_a_rig_says_where_everything_goes() -> None:
    loaded = with_rig(RIG)
    assert not loaded.problems
    rig = loaded.rig
    assert rig is not None
    synth, piano, wall, here, six = rig.outputs
    assert synth == Output(name="synth", kind="osc", host="10.0.0.5", port=57120, profile="supercollider", lead=100_000, latency=-3000)
    assert (piano.kind, piano.device, piano.profile) == ("midi", "FluidSynth", "midi")
    assert (here.host, here.port, six.host) == ("127.0.0.1", 9001, "::1")
    assert rig.outputs_of("main") == (synth, piano)
    assert rig.outputs_of("wall") == (wall,)
    assert rig.lights == (("dawn", ("look amber 0.3",)), ("drop", ("strobe", "look white")))
    assert [(c.device, c.kind, c.number, c.channel, c.says) for c in rig.controls] == [
        ("", "cc", 16, None, "energy"),
        ("nano", "note", 36, 2, "section drop"),
        ("nano", "program", 2, None, "next"),
    ]
    assert rig.broker == ("127.0.0.1", 1883)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("outputs: {a: udp:1}", "2:14: outputs.a: 'udp:1' is no place to send to"),
        ("outputs: {a: osc:nowhere}", "2:14: outputs.a: 'nowhere' is not a host and a port"),
        ("outputs: {a: osc:x:99999}", "2:14: outputs.a: 'x:99999' is not a host and a port"),
        ("outputs: {a: {to: page, lead: 1 s}}", "2:31: outputs.a.lead: must be from 0 s to 150 ms, not 1 s"),
        ("outputs: {a: page}\nroutes: {main: b}", "3:16: routes.main: there is no output called 'b'"),
        ("outputs: {}", "2:10: outputs: there is no output"),
        ("outputs: {a: {profile: note}}", "2:14: outputs.a: 'to' is missing"),
        ("outputs: {a: {to: page, profile: nota}}", "2:34: outputs.a.profile: 'nota' is not a profile (did you mean note?)"),
        ("outputs: {a: {to: midi:X, profile: note}}", "2:36: outputs.a.profile: note is not for midi (one of: midi, midi-clock)"),
        ("outputs: {a: {to: osc:9, profile: midi-clock}}", "2:35: outputs.a.profile: midi-clock is not for osc (one of: generic, note,"),
        ("outputs: {a: page}\ncontrols: {knob 3: energy}", "3:12: controls.knob 3: 'knob 3' is nothing that a controller sends (cc 16,"),
        ("outputs: {a: page}\ncontrols: {x: {cc 128: energy}}", "3:16: controls.x.cc 128: cc goes from 0 to 127"),
        ("outputs: {a: page}\nbroker: nowhere", "3:9: broker: 'nowhere' is not a host and a port"),
    ],
)
def test_a_broken_rig_refuses_with_its_places(rows: str, expected: str) -> None:
    loaded = with_rig(f"rig: X\n{rows}\n")
    assert loaded.show is None
    assert loaded.rig is None
    assert str(loaded.problems[0]).startswith(f"rig.yaml:{expected}")


def test_the_default_rig_is_the_page_and_leaves_every_word_for_light_as_it_is() -> None:
    rig = default_rig()
    assert [output.kind for output in rig.outputs] == ["page"]
    assert rig.outputs_of("main") == rig.outputs_of("light") == rig.outputs
    assert rig.lights == ()


def test_the_rig_that_teaches_answers_what_its_song_asks_for() -> None:
    loaded = load("night-drive", rig="club")
    assert loaded.problems == ()
    assert loaded.rig is not None
    assert loaded.show is not None
    asked = {tag for section in loaded.show.songs[0].sections for tag in section.light}
    assert asked <= {tag for tag, _ in loaded.rig.lights}
    assert {output.kind for output in loaded.rig.outputs} == {"osc", "midi", "page"}


def test_a_rig_beside_the_show_holds_and_one_that_is_asked_for_stands_above_it(tmp_path: Path) -> None:
    (tmp_path / "show.yaml").write_text("song: X\n")
    assert load(str(tmp_path)).rig_file is None
    (tmp_path / "rig.yaml").write_text("rig: Beside\noutputs: {a: page}\n")
    (tmp_path / "club.rig.yaml").write_text("rig: Club\noutputs: {a: page}\n")
    for asked, name in ((None, "Beside"), ("club", "Club"), (str(tmp_path / "club.rig.yaml"), "Club")):
        loaded = load(str(tmp_path), rig=asked)
        assert loaded.rig is not None
        assert loaded.rig.name == name
        assert loaded.rig_file is not None
    assert "no such rig" in str(load(str(tmp_path), rig="nowhere").problems[0])


def test_the_timing_show_sends_one_message_a_note() -> None:
    loaded = load("grid16")
    assert loaded.show is not None
    assert loaded.rig is not None
    assert [(o.name, o.kind, o.profile) for o in loaded.rig.outputs] == [("main", "osc", "note")]
    assert len(loaded.show.songs[0].parts) == 16
    assert loaded.show.songs[0].per_quarter == 500_000


@pytest.mark.parametrize("parts", ["drums", "{drums: , light: , visual: }", "{drums: , light: light, visual: {role: visual}}"])
def test_lights_lead_to_their_own_route_whether_or_not_the_show_names_them(parts: str) -> None:
    text = f"song: L\nparts: {parts}\nsections: {{a: {{light: red, visual: road}}}}\n"
    show = load_bytes({"show.yaml": text.encode()}, "show.yaml").show
    assert show is not None
    assert {part.role: part.output for part in show.songs[0].parts} == {"drums": "main", "light": "light", "visual": "visual"}
