"""The manual of the wire, written from its tables: ``docs/osc.md``.

Law of this file: no sentence about an address that is not in a table.
"""

from performer.wire.midi import CONTROLLERS
from performer.wire.osc import HOLE, MAX_ARGS, MAX_DEPTH, MAX_PACKET
from performer.wire.profiles import PROFILES
from performer.wire.profiles.profile import OscProfile
from performer.wire.profiles.template import FIELDS, ORBIT, Field, Template
from performer.wire.vocabulary import CONTROLS, FEEDBACK, GUARD_NS, HOLD_NS, LEASE_MINUTES, SUBSCRIBERS, TWICE_NS, Row, Slot

_HEAD = f"""# OSC and MIDI

Written from the tables in `performer/wire` by `python -m performer.wire.surface`; do not edit.

## What performer understands

UDP, port 9000 of this machine. A datagram holds a message or a bundle (at most {MAX_PACKET} bytes, {MAX_DEPTH} deep, {MAX_ARGS} arguments a
message; strict UTF-8, finite numbers; time tags are left aside). Addresses are exact: patterns match nothing. Where a number
is asked for, `i`, `f`, `d`, `T` and `F` are all taken. In addresses, a space or one of `# * , / ? [ ] {{ }}` in a name is
written `_`.

**Taps** (T) are buttons: a value may follow, and a value of 0 is the release, which does nothing. The same tap within
{GUARD_NS // 1_000_000} ms, from whatever surface, is ignored. **When** (W): a word may follow that says the boundary: `now`, `beat`, `bar`,
`phrase`, `end` (of the section) or `queue`; for the shaping of a part `bar`, `phrase` or `end`. **Faders** (F) become at most
one entry each sixteenth; the last value is never lost.

**Hold-to-fire** (H): one press only arms. It fires when the button is held for {HOLD_NS // 10**9} s (pressed with the value 1 and not
released), or when it is sent again within {TWICE_NS // 10**9} s with no release between, which is how a surface without releases says
it. A surface that has pressed something with a value more than {TWICE_NS // 10**9} s before and has never released anything counts as
one without releases. A fade whose value is its seconds fires when it is released after {HOLD_NS // 10**9} s or more.
`/performer/panic` is always one press.

| address | arguments | | what it asks for |
| --- | --- | --- | --- |
"""

_FEEDBACK_HEAD = f"""
## What performer says back

To whoever sent something, and to subscribers: everything on subscribing, then changes alone, at most 20 times a second. Subscribe
again for the full state, and within {LEASE_MINUTES} minutes to be kept. The newest {SUBSCRIBERS} subscribers are kept.

| address | types | arguments | meaning |
| --- | --- | --- | --- |
"""

_OUT_HEAD = f"""
## What performer plays: profiles

Each output of a rig has a profile. Note ids are 31 bits, the same whenever a note is sent again. In time-tagged profiles every
datagram is a bundle whose time tag says when it sounds; it is sent up to 150 ms early (the output's `lead`). Inside performer
such a bundle is held with the time tag {HOLE} and gets its time when it is sent.
"""

_LIGHTS = """
## What lights and visuals are told

Every show that says `light` or `visual` has a part for it, of that name unless the show names one. Its messages lead where the rig's
routes `light` and `visual` say, to all outputs where it says nothing. They stand on the grid; the section's mix and the part's fader
come as `/control` like any part's.

| cue or control | when |
| --- | --- |
| cue `light` *tags* | a section begins: its words for light, else what it is for; the fade is a bar, nothing after a jump and on a drop |
| cue `light` `dark` | a silence begins before the next section |
| cue `flash` | a drop begins |
| cue `move` *n* | every eighth bar of a section at half energy or more |
| control `light/intensity` | every bar: the energy |
| control `light/strobe` | every beat of a riser: how far it has come |
| cue `scene` *tags* | a section begins: its words for visuals, else what it is for |
| cue `vary` *n* | every eighth bar of a section |
| cue `drop` | a drop begins |
| cue `fill` *size* | a fill begins: small, half or whole |
| control `visual/energy`, `visual/brightness` | every bar |

Where the rig has looks for a light tag or for a cue's name, each look is sent as a cue of its own, whose name is the look's text:
`lights: {dawn: look amber 0.3}` turns `/cue light dawn` into `/cue "look amber 0.3"`. A section's own `cues` go to every output.
"""

_MQTT = """
## MQTT

An output `mqtt` publishes to the rig's `broker` what an OSC receiver would be sent, under `performer/`: the address is the topic, one
argument is the payload as JSON, several are a JSON list, none is `[]`. A cue and a control have their name in the topic.

| topic | payload | |
| --- | --- | --- |
| `performer/online` | `1` | retained; `0` when performer leaves, also when it dies |
| `performer/section` | `"drop"` | retained |
| `performer/bar` | `[16, 4, 124000]` | retained |
| `performer/chord`, `performer/key` | `["Dbmaj7", "Cm7"]` | retained |
| `performer/control/light/intensity` | `0.42` | retained |
| `performer/cue/scene` | `"road"` | QoS 1, never retained |
| `performer/cue/haze` | `[3, "soft", 2.0]` | arguments, then the fade in seconds where there is one |
| `performer/panic` | `[]` | |
"""


def manual() -> str:
    """The whole page, Markdown."""
    rows = [_control(row) for row in CONTROLS if row.network]
    back = [f"| `{row.address}` | `{row.tags}` | {row.args} | {row.meaning} |" for row in FEEDBACK]
    return _HEAD + "\n".join(rows) + "\n" + _FEEDBACK_HEAD + "\n".join(back) + "\n" + _LIGHTS + _OUT_HEAD + _profiles() + _midi() + _MQTT


def _control(row: Row) -> str:
    args = [_slot(slot) for slot in row.slots]
    args += ["[when `s`]"] * bool(row.when) + ["[press]"] * row.press
    marks = "".join(letter for letter, on in (("T", row.tap), ("W", bool(row.when)), ("H", row.armed), ("F", row.continuous)) if on)
    return f"| `{row.address}` | {' '.join(args) or 'none'} | {marks} | {row.meaning} |"


def _slot(slot: Slot) -> str:
    text = f"{slot.name} `{slot.tag}`"
    if slot.kind in ("number", "unit"):
        text += f" {slot.low:g} to {slot.high:g}"
    if slot.meaning and slot.kind not in ("section", "part", "switch") and slot.meaning != f"{slot.low:g} to {slot.high:g}":
        text += f" ({slot.meaning})"
    return f"[{text}]" if slot.default is not None else text


def _profiles() -> str:
    text = ""
    for profile in PROFILES.values():
        text += f"\n### `{profile.name}`\n\n{profile.about}\n"
        if isinstance(profile, OscProfile):
            text += "\n| message | types | arguments |\n| --- | --- | --- |\n" + "\n".join(_messages(profile)) + "\n"
    return text


def _messages(profile: OscProfile) -> list[str]:
    rows = [_template(template) for template in (profile.on, profile.off) if template]
    said = [
        (
            profile.control_address,
            "sf",
            "`part/name` and a value from 0 to 1; `part/level` is the fader, `part/mix` the section's factor on it",
        ),
        (profile.cue_address, "s...", "name, its arguments, the fade in seconds as a last float when there is one"),
        (profile.section_address, "s", "its name, when it begins"),
        (profile.bar_address, "iii", "bar from 0, its felt pulses, thousandths of a felt pulse a minute"),
        (profile.chord_address, "ss", "chord now, chord next"),
        (profile.key_address, "ss", "the key of the chord now, and of the next one"),
    ]
    rows += [f"| `{address}` | `{tags}` | {args} |" for address, tags, args in said if address]
    return rows + [f"| `{address}` | | a panic: {', '.join(map(str, args)) or 'no arguments'} |" for address, args in profile.silence]


def _template(template: Template) -> str:
    tags, names = "", []
    for arg in template.args:
        if isinstance(arg, Field):
            tags += FIELDS[arg.name][0] if arg.name in FIELDS else "i" if arg.name == ORBIT else "s"
            names.append(f"*{arg.name}*")
        else:
            tags += {str: "s", int: "i"}.get(type(arg), "f")
            names.append(str(arg))
    return f"| `{template.address}` | `{tags}` | {' '.join(names)} |"


def _midi() -> str:
    names = ", ".join(f"{name} {number}" for name, number in CONTROLLERS.items())
    return f"""
A part's channel is its own; without one, channels are dealt out in the order of the parts (drums on 10). The fader is CC 7, a
section's share of the level CC 11. A part that plays itself may be told `start`, `stop`, `continue` and `program n`. A panic sends
the offs of all known notes, then CC 64 = 0, CC 123 and CC 120 on the channels in use.

Controllers by name: {names}; any other as `cc21`.
"""
