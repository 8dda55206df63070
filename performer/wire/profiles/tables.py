"""The OSC profiles that are shipped, as tables.

Law of this file: data only. Addresses and types of other people's programs are theirs (SuperCollider's
server command reference; SuperDirt's ``/dirt/play``).
"""

from performer.wire.profiles.profile import OscProfile
from performer.wire.profiles.template import Field, Template

PART, KEY, VELOCITY, ID = Field("part"), Field("key"), Field("velocity"), Field("id")
SECONDS, AMP, FREQ, NODE = Field("seconds"), Field("amp"), Field("freq"), Field("node")

GENERIC = OscProfile(
    name="generic",
    about="Two messages a note, for any program that reads OSC; every note has its id, so that an off ends just that note.",
    on=Template("/note/on", (PART, KEY, VELOCITY, ID)),
    off=Template("/note/off", (PART, KEY, ID)),
    control_address="/control",
    cue_address="/cue",
    section_address="/section",
    bar_address="/bar",
    chord_address="/chord",
    key_address="/key",
    silence=(("/panic", ()),),
)
WORDS = OscProfile(
    name="words",
    about="Everything but notes: what an MQTT output is told unless its rig names another profile.",
    on=None,
    control_address="/control",
    cue_address="/cue",
    section_address="/section",
    bar_address="/bar",
    chord_address="/chord",
    key_address="/key",
    silence=(("/panic", ()),),
)
NOTE = OscProfile(
    name="note",
    about="One message a note, with its length in seconds; there is no off.",
    on=Template("/note", (PART, KEY, VELOCITY, SECONDS)),
    control_address="/control",
    cue_address="/cue",
    section_address="/section",
    bar_address="/bar",
    chord_address="/chord",
    key_address="/key",
    silence=(("/panic", ()),),
)
SUPERCOLLIDER = OscProfile(
    name="supercollider",
    about="scsynth: a SynthDef named as the part, with freq, amp and gate, played to the sample by time-tagged bundles.",
    on=Template("/s_new", (PART, NODE, 0, 0, "freq", FREQ, "amp", AMP)),
    off=Template("/n_set", (NODE, "gate", 0)),
    silence=(("/n_set", (0, "gate", 0)),),
    bundles="timetag",
    lead=100_000,
)
SUPERDIRT = OscProfile(
    name="superdirt",
    about="SuperDirt: a sound named as the part, an orbit a part, played by time-tagged bundles; there is no off.",
    on=Template(
        "/dirt/play",
        ("s", PART, "note", Field("note"), "gain", AMP, "sustain", SECONDS, "delta", SECONDS, "orbit", Field("orbit"),
         "cps", Field("cps"), "cycle", Field("cycle")),
    ),
    paced=True,
    bundles="timetag",
    lead=100_000,
)  # fmt: skip
