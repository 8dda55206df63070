"""MIDI bytes: the whole table there and back, and mido as the judge."""

import mido  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.wire import midi
from performer.wire.midi import TABLE, Midi, MidiError, decode, encode

FIELD = {"c": st.integers(1, 16), "7": st.integers(0, 127), "v": st.integers(1, 127), "w": st.integers(0, 16383)}


def messages_of(kind: type, form: str) -> st.SearchStrategy[Midi]:
    return st.builds(kind, *(FIELD[field] for field in form))


ANY: st.SearchStrategy[Midi] = st.one_of([messages_of(kind, form) for _, kind, form in TABLE])


NAMES: dict[type, tuple[str, ...]] = {
    midi.NoteOn: ("note_on", "note", "velocity"),
    midi.NoteOff: ("note_off", "note", "velocity"),
    midi.Change: ("control_change", "control", "value"),
    midi.Program: ("program_change", "program"),
    midi.Bend: ("pitchwheel",),
    midi.Position: ("songpos", "pos"),
    midi.Clock: ("clock",),
    midi.Start: ("start",),
    midi.Continue: ("continue",),
    midi.Stop: ("stop",),
    midi.Sensing: ("active_sensing",),
}
"""What mido calls them."""


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for _, kind, form in TABLE])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_row_comes_back(kind: type, form: str, data: st.DataObject) -> None:
    message = data.draw(messages_of(kind, form))
    assert decode(encode(message)) == (message,)


@settings(max_examples=100, deadline=None)
@given(st.lists(ANY, max_size=10))
def test_a_stream_keeps_its_messages(stream: list[Midi]) -> None:
    assert decode(b"".join(map(encode, stream))) == tuple(stream)


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_mido_reads_the_same(message: Midi) -> None:
    theirs = mido.Message.from_bytes(encode(message))
    kind, *fields = NAMES[type(message)]
    assert theirs.type == kind
    values = message if isinstance(message, midi.Position) else message[1:]
    assert [getattr(theirs, field) for field in fields] == list(values[: len(fields)])
    if isinstance(message, midi.Bend):
        assert theirs.pitch == message.value - midi.BEND_CENTRE
    channel = getattr(message, "channel", None)
    assert channel is None or theirs.channel == channel - 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=12))
def test_noise_raises_nothing_but_midi_error(noise: bytes) -> None:
    try:
        decode(noise)
    except MidiError:
        return


@pytest.mark.parametrize("data", [b"\x90", b"\x90\x40", b"\x90\x40\x80", b"\x40\x40", b"\xf0\x01\xf7", b"\xa0\x01\x02", b"\xf2\x01"])
def test_what_is_cut_or_unknown_is_refused(data: bytes) -> None:
    with pytest.raises(MidiError):
        decode(data)


@pytest.mark.parametrize(
    "message", [midi.NoteOn(0, 60, 100), midi.NoteOn(17, 60, 100), midi.NoteOn(1, 128, 100), midi.NoteOn(1, 60, 0), midi.Bend(1, 16384)]
)
def test_values_outside_their_range_are_not_written(message: Midi) -> None:
    with pytest.raises(MidiError):
        encode(message)


def test_an_on_without_velocity_is_read_as_an_off() -> None:
    assert decode(b"\x91\x3c\x00") == (midi.NoteOff(2, 60, 0),)


def test_levels_follow_the_square_law() -> None:
    assert [midi.gain(level) for level in (-5, 0, 250, 501, 1000, 1400)] == [0, 0, 63, 89, 127, 127]
    assert [midi.value(level) for level in (-1, 0, 500, 1000, 1001)] == [0, 0, 64, 127, 127]


def test_controllers_have_names_and_numbers() -> None:
    assert [midi.controller(name) for name in ("brightness", "cc21", "cc120", "cc", "cc²", "wobble")] == [74, 21, None, None, None, None]


def test_release_is_bounded_and_on_used_channels_only() -> None:
    bytes_of_all = midi.release([10, 1, 10])
    assert [decode(data)[0] for data in bytes_of_all] == [midi.Change(channel, cc, 0) for channel in (1, 10) for cc in (64, 123, 120)]
    assert sum(map(len, midi.release(range(1, 17)))) == 16 * 9
