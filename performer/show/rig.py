"""The rig: the venue's outputs, and what the show's own words lead to there.

Law of this file: hosts, ports and devices stand in a rig and nowhere else. Without a rig file the default holds:
everything goes to the page.
"""

import re
from dataclasses import replace

from performer.show.controllers import CONTROLLERS
from performer.show.definition import Controls, Output, Rig
from performer.show.desk import Desk, Word
from performer.show.fields import TEXT, WORDS, Field, Kind, Table, choice, mapping, one_of, take, text, under, value, words
from performer.show.values import micros
from performer.source.nodes import Mark, Node, Scalar
from performer.source.problems import Wrong, quoted, suggestion
from performer.source.reader import read

KINDS = ("osc", "midi", "mqtt", "page", "tape")
OSC_PROFILES = ("generic", "note", "words", "supercollider", "superdirt")
MIDI_PROFILES = ("midi", "midi-clock")
"""How messages may be written (``wire/profiles`` has them): to MIDI ports, and to everybody else."""
_HINT = "osc:127.0.0.1:57120, midi:FluidSynth, mqtt, page or tape"

DEFAULT = """\
rig: default
outputs:
  page: page
"""
"""The embedded rig: the page, which knows the words for light itself. What ``--to`` says is added by who runs the show."""


def place(text: str) -> Output:
    """Where an output leads: ``osc:HOST:PORT``, ``midi:NAME`` (part of a port's name), ``mqtt``, ``page``, ``tape``."""
    kind, _, rest = text.partition(":")
    kind, rest = kind.strip().lower(), rest.strip()
    if kind not in KINDS:
        raise Wrong(f"{quoted(text)} is no place to send to", suggestion(kind, KINDS) or _HINT)
    if kind == "osc":
        host, port = address(rest)
        return Output(name="", kind=kind, host=host, port=port)
    if kind in ("page", "mqtt") and rest:
        raise Wrong(f"nothing follows {kind}", "the broker stands in 'broker'" if kind == "mqtt" else _HINT)
    return Output(name="", kind=kind, device=rest, profile="midi" if kind == "midi" else "generic")


def address(text: str) -> tuple[str, int]:
    """``HOST:PORT`` or ``PORT``, which is on this machine; IPv6 stands in brackets."""
    match = re.fullmatch(r"(?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253}):)?(\d{1,5})", text)
    if not match or not 1 <= int(match[2]) <= 65535:
        raise Wrong(f"{quoted(text)} is not a host and a port", "127.0.0.1:57120")
    return (match[1] or "127.0.0.1").strip("[]"), int(match[2])


def _read_to(desk: Desk, node: Node, path: str) -> Output | None:
    return desk.value(node, path, _HINT, place)


TO: Field[Output] = Field("to", one_of(TEXT, _read_to), f"where it leads: {_HINT}", needed=True)
PROFILE: Field[str] = Field(
    "profile",
    choice("a profile", (*OSC_PROFILES, *MIDI_PROFILES)),
    f"how messages are written: {', '.join(OSC_PROFILES)}; to MIDI ports {' or '.join(MIDI_PROFILES)}",
)
LEAD: Field[int] = Field("lead", value("a time", lambda t: micros(t, 0, 150_000)), "how much earlier bundles are sent, up to 150 ms")
LATENCY: Field[int] = Field("latency", value("a time", lambda t: micros(t, -500_000, 500_000)), "+ sends earlier, - later: 12 ms")
OUTPUT = Table("output", (TO, PROFILE, LEAD, LATENCY))


def _read_output(desk: Desk, node: Node, path: str) -> Output | None:
    if isinstance(node, Scalar):
        return _read_to(desk, node, path)
    taken = take(desk, node, path, OUTPUT)
    to = taken.get(TO) if taken else None
    if taken is None or to is None:
        return None
    fitting = MIDI_PROFILES if to.kind == "midi" else OSC_PROFILES
    if (profile := taken.get(PROFILE)) is not None and profile not in fitting:
        desk.problem(taken.mark(PROFILE), taken.at(PROFILE), f"{profile} is not for {to.kind}", f"one of: {', '.join(fitting)}")
    return replace(to, profile=profile or to.profile, lead=taken.get(LEAD) or 0, latency=taken.get(LATENCY) or 0)


def _line(desk: Desk, node: Node, path: str) -> tuple[str, ...] | None:
    """Light cues: one text, or a list of them."""
    if isinstance(node, Scalar):
        read = desk.text(node, path, "a cue")
        return None if read is None else (read,)
    found = desk.words(node, path, "cues")
    return None if found is None else tuple(word.text for word in found)


_OUTPUT_KIND: Kind[Output] = one_of({"anyOf": [TEXT, OUTPUT.schema()]}, _read_output)
_LINES: Kind[tuple[str, ...]] = one_of(WORDS, _line)

TITLE: Field[str] = Field("rig", text("a title"), "the venue's name", needed=True)
OUTPUTS: Field[tuple[tuple[Scalar, Output], ...]] = Field(
    "outputs", mapping(_OUTPUT_KIND, "outputs by name", 64), "outputs: {synth: osc:127.0.0.1:57120}", needed=True
)
ROUTES: Field[tuple[tuple[Scalar, tuple[Word, ...]], ...]] = Field(
    "routes", mapping(words("outputs"), "parts' outputs, and where they lead", 256), "where a part's output leads: {main: synth page}"
)
LIGHTS: Field[tuple[tuple[Scalar, tuple[str, ...]], ...]] = Field(
    "lights", mapping(_LINES, "tags and their looks", 256), "what a light tag fires: {dawn: look amber 0.3}"
)
CONTROLS: Field[tuple[Controls, ...]] = Field(
    "controls",
    CONTROLLERS,
    "what a controller asks for: {cc 16: energy}, or by device: {nanoKEY: {notes: play hands, note 36: next}}",
)
BROKER: Field[tuple[str, int]] = Field("broker", value("a host and a port", address), "the MQTT broker, 127.0.0.1:1883")
RIG = Table("rig", (TITLE, OUTPUTS, ROUTES, LIGHTS, CONTROLS, BROKER))


def read_rig(desk: Desk, root: Node) -> Rig | None:
    """The rig of a file; what is wrong stands on the desk."""
    taken = take(desk, root, "", RIG)
    if taken is None:
        return None
    found = taken.get(OUTPUTS) or ()
    outputs = tuple(_named(key.text, output) for key, output in found)
    names = tuple(output.name for output in outputs)
    if taken.wrote(OUTPUTS) and not outputs and not desk.problems:
        desk.problem(taken.mark(OUTPUTS), taken.at(OUTPUTS), "there is no output", f"name one: {{main: {_HINT}}}")
    routes = [(key.text, desk.known(found, under(taken.at(ROUTES), key.text), "output", names)) for key, found in taken.get(ROUTES) or ()]
    broker = taken.get(BROKER)
    if broker is None and any(output.kind == "mqtt" for output in outputs) and not taken.wrote(BROKER):
        broker = ("127.0.0.1", 1883)
    return Rig(
        name=taken.get(TITLE) or "rig",
        outputs=outputs,
        routes=tuple(routes),
        lights=tuple((key.text, cues) for key, cues in taken.get(LIGHTS) or ()),
        controls=taken.get(CONTROLS) or (),
        broker=broker,
    )


def _named(name: str, output: Output) -> Output:
    return replace(output, name=name)


def default_rig() -> Rig:
    """The embedded rig."""
    document = read("default rig", DEFAULT.encode())
    rig = read_rig(Desk(document), document.root or Scalar("", Mark(1, 1)))
    if rig is None:
        raise AssertionError("the embedded rig is broken")
    return rig
