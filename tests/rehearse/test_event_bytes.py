"""The byte form of events: what digest and tape stand on."""

import contextlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer import events as e
from performer.tempo import Micros
from performer.ticks import Span, Tick, meter

ticks = st.integers(-(10**6), 10**12).map(Tick)
spans = st.integers(0, 10**9).map(Span)
micros = st.integers(-(10**7), 10**9).map(Micros)
names = st.text(max_size=12)
arguments = st.one_of(st.integers(), st.floats(allow_nan=False), st.text(max_size=40))
meters = st.sampled_from([meter(4, 4), meter(7, 8, (2, 2, 3)), meter(6, 8), meter(5, 4)])
per_quarter = st.integers(60_000, 6_000_000)

notes = st.builds(e.Note, at=ticks, part=names, pitch=st.integers(0, 127), length=spans, velocity=st.integers(1, 127), feel=micros)
controllers = st.builds(e.Controller, at=ticks, part=names, name=names, value=st.integers(0, 1000))
any_event: st.SearchStrategy[e.Event] = st.one_of(
    notes,
    controllers,
    st.builds(e.TempoMark, at=ticks, start=per_quarter, end=per_quarter, span=spans),
    st.builds(e.SectionMark, at=ticks, section=names, visit=st.integers(0, 99), bars=st.integers(1, 99)),
    st.builds(e.BarMark, at=ticks, bar=st.integers(0, 10**6), in_section=st.integers(0, 999), meter=meters, per_quarter=per_quarter),
    st.builds(e.ChordMark, at=ticks, now=names, next=names, key=names),
    st.builds(e.Cut, at=ticks, part=names),
    st.builds(e.Cue, at=ticks, part=names, name=names, args=st.lists(arguments, max_size=4).map(tuple), lead=micros, fade=micros),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(any_event, max_size=12))
def test_decode_undoes_encode_for_events_written_one_after_the_other(written: list[e.Event]) -> None:
    assert list(e.decode(b"".join(map(e.encode, written)))) == written


@settings(max_examples=200, deadline=None)
@given(any_event, any_event)
def test_different_events_have_different_bytes(one: e.Event, other: e.Event) -> None:
    if one != other:
        assert e.encode(one) != e.encode(other)


def test_an_argument_keeps_its_type() -> None:
    integer, real, text = (e.Cue(at=Tick(0), part="light", name="look", args=(arg,)) for arg in (1, 1.0, "1"))
    assert len({e.encode(integer), e.encode(real), e.encode(text)}) == 3


@settings(max_examples=200, deadline=None)
@given(st.lists(any_event, min_size=1, max_size=3), st.data())
def test_damaged_bytes_raise_value_error_and_nothing_else(written: list[e.Event], data: st.DataObject) -> None:
    whole = bytearray(b"".join(map(e.encode, written)))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with contextlib.suppress(ValueError):
        list(e.decode(cut))


def test_an_event_that_was_cut_off_is_said_after_those_before_it() -> None:
    note = e.Note(at=Tick(0), part="bass", pitch=40, length=Span(10), velocity=90)
    reader = e.decode(e.encode(note) + e.encode(note)[:-1])
    assert next(reader) == note
    with pytest.raises(ValueError, match="end inside"):
        next(reader)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_event, max_size=10), st.integers(0, 10))
def test_the_digest_does_not_depend_on_the_steps_but_on_every_event(written: Sequence[e.Event], split: int) -> None:
    whole, parts = e.Digest(), e.Digest()
    whole.add(written)
    parts.add(written[:split])
    parts.add(written[split:])
    assert whole.hex() == parts.hex()
    parts.add([e.Cut(at=Tick(1), part="x")])
    assert whole.hex() != parts.hex()
