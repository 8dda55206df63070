"""What surfaces are told: full states, changes, and that the table says all of it."""

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import MACROS
from performer.ticks import Span
from performer.wire.feedback import Channel, Snapshot, ack, changes, error, full, messages_of, pong
from performer.wire.osc import Message, decode, encode
from performer.wire.vocabulary import FEEDBACK, ROOT, Feedback

NAME = st.sampled_from(["intro", "verse 2", "drop"])
SNAPSHOT = st.builds(
    Snapshot,
    phase=st.sampled_from(["armed", "playing", "ended"]),
    section=NAME,
    next=NAME,
    bar=st.integers(0, 5000),
    pending=st.none() | st.tuples(NAME, st.sampled_from(["bar", "phrase"]), st.integers(0, 8)),
    hold=st.booleans(),
    macros=st.tuples(*(st.integers(0, 1000) for _ in MACROS)),
    per_quarter=st.integers(300_000, 900_000),
    chord=st.tuples(st.sampled_from(["Fm7", "C#"]), st.just("Db")),
    sections=st.sampled_from([(), ("intro", "verse 2", "drop")]),
    parts=st.sampled_from([(), (Channel(name="bass", muted=True),), (Channel(name="bass", drop=0.5), Channel(name="pad", lock=True))]),
)


def row_of(message: Message) -> Feedback | None:
    steps = message.address.split("/")
    for row in FEEDBACK:
        like = row.address.split("/")
        if len(like) == len(steps) and all(a == b or a.startswith("<") for a, b in zip(like, steps, strict=True)):
            return row
    return None


def tags(message: Message) -> str:
    data = encode(*message)
    at = data.index(b",") + 1
    return data[at : data.index(b"\0", at)].decode()


@settings(max_examples=200, deadline=None)
@given(SNAPSHOT, SNAPSHOT)
def test_changes_bring_a_surface_from_one_state_to_the_next(before: Snapshot, now: Snapshot) -> None:
    known = messages_of(before)
    told = changes(before, now)
    known.update({message.address: message for message in told})
    assert {address: known[address] for address in messages_of(now)} == messages_of(now)
    assert all(messages_of(before).get(message.address) != message for message in told)
    assert changes(now, now) == []
    assert changes(None, now) == full(now)


@settings(max_examples=100, deadline=None)
@given(SNAPSHOT)
def test_every_message_is_in_the_table_with_its_types(now: Snapshot) -> None:
    for message in [*full(now), ack(3, "/performer/next", "drop", 2, 1), pong(7, 12), error("/performer/x", "no such address")]:
        row = row_of(message)
        assert row is not None, message
        expected = row.tags if not row.tags.endswith("...") else "s" * len(message.args)
        assert tags(message) == expected
        assert len(row.args.split()) == len(row.tags.removesuffix("..."))
        assert tags(*decode(encode(*message))) == tags(message)


def test_every_row_of_the_table_is_said() -> None:
    now = Snapshot(sections=("intro",), parts=(Channel(name="bass"),))
    said = {row_of(m) for m in [*full(now), ack(1, "/a", "", 0, 0), pong(0, 0), error("/a", "")]}
    assert said == set(FEEDBACK)


def test_every_field_of_a_snapshot_is_heard() -> None:
    now = Snapshot(sections=("intro", "drop"), parts=(Channel(name="bass"),))
    other = Snapshot(
            falls=(1, "bass: silence"),
        phase="playing", song="S", section="intro", next="drop", onward="end", bar=1, bar_in_section=2, bars=8, beat=2, beats=3,
        pending=("drop", "bar", 1), hold=True, macros=tuple(range(1, len(MACROS) + 1)), per_quarter=400_000, pulse=Span(30_240),
        kept=("kept1", "there"),
        chord=("C", "F"), key=("C major", "C major"), sections=("intro",), parts=(Channel(name="bass", muted=True),),
    )  # fmt: skip
    for field in fields(Snapshot):
        assert changes(now, replace(now, **{field.name: getattr(other, field.name)})), field.name


def test_every_field_of_a_part_is_heard() -> None:
    before = Channel(name="bass")
    other = Channel(
        name="lead", muted=True, level=1, drop=1.0, bring=0.5, again=1.0, lock=True, hand=True, heard=True, take=2, variation=3,
        coming="vary",
    )  # fmt: skip
    for field in fields(Channel):
        now = Snapshot(parts=(replace(before, **{field.name: getattr(other, field.name)}),))
        assert changes(Snapshot(parts=(before,)), now), field.name


def test_the_button_of_a_section_is_lit() -> None:
    lit = messages_of(Snapshot(section="intro", pending=("verse 2", "bar", 1), sections=("intro", "verse 2", "drop")))
    assert [lit[f"/performer/section/{name}"].args for name in ("intro", "verse_2", "drop")] == [(1.0,), (0.5,), (0.0,)]


def test_falls_are_counted_to_whoever_listens() -> None:
    (said,) = changes(Snapshot(), Snapshot(falls=(2, "bass: earlier bar")))
    assert (said.address, said.args) == (f"{ROOT}/falls", (2, "bass: earlier bar"))
