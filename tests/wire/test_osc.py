"""The encoder and the decoder of OSC against their laws and against python-osc."""

import random  # noqa: TID251 - seeded
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from performer.wire.osc import (
    HOLE,
    IMPULSE,
    MAX_ARGS,
    Arg,
    Bundle,
    Double,
    Message,
    OscError,
    TimeTag,
    bundle,
    decode,
    encode,
    holed,
    ntp,
    packet,
    stamp,
    wall_ns,
)

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
ADDRESS = TEXT.map(lambda text: "/" + text)
ARG = st.one_of(
    st.booleans(),
    st.none(),
    st.just(IMPULSE),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(allow_nan=False, allow_infinity=False).map(Double),
    st.integers(0, 2**64 - 1).map(TimeTag),
    TEXT,
    st.binary(max_size=40),
)
ARGS = st.lists(ARG, max_size=12).map(tuple)


def same(left: tuple[Arg, ...], right: tuple[Arg, ...]) -> bool:
    """Equality of types too: 1, 1.0 and True are three things on the wire."""
    return left == right and [type(a) for a in left] == [type(a) for a in right]


@settings(max_examples=300, deadline=None)
@given(ADDRESS, ARGS)
def test_decode_is_the_inverse_of_encode(address: str, args: tuple[Arg, ...]) -> None:
    found = packet(encode(address, args))
    assert isinstance(found, Message)
    assert found.address == address
    assert same(found.args, args)
    assert decode(encode(address, args)) == (found,)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ADDRESS, ARGS), max_size=5), st.integers(0, 2**64 - 1))
def test_bundles_keep_their_messages_in_order(rows: list[tuple[str, tuple[Arg, ...]]], tag: int) -> None:
    inner = bundle(tag, [encode(*row) for row in rows])
    found = packet(bundle(tag, [inner, encode("/last")]))
    expected = tuple(Message(*row) for row in rows)
    assert found == Bundle(tag, (Bundle(tag, expected), Message("/last")))
    assert decode(bundle(tag, [inner, encode("/last")])) == (*expected, Message("/last"))


@settings(max_examples=200, deadline=None)
@given(
    st.from_regex(r"/[a-z/]{1,30}", fullmatch=True),
    st.lists(
        st.one_of(
            st.integers(-(2**31), 2**31 - 1),
            st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.from_regex(r"[ -~]{0,12}", fullmatch=True),
            st.binary(min_size=1, max_size=12),
            st.booleans(),
        ),
        max_size=8,
    ),
)
def test_python_osc_reads_what_we_write_and_writes_what_we_read(address: str, args: list[Arg]) -> None:
    theirs = OscMessage(encode(address, args))
    assert theirs.address == address
    assert same(tuple(theirs.params), tuple(args))
    builder = OscMessageBuilder(address)
    for arg in args:
        builder.add_arg(arg)  # type: ignore[arg-type]
    ours = packet(builder.build().dgram)
    assert isinstance(ours, Message)
    assert ours.address == address
    assert same(ours.args, tuple(args))


def test_python_osc_reads_our_time_tags() -> None:
    wall = 1_763_809_336_250_000_000
    theirs = OscBundle(bundle(ntp(wall), [encode("/a", (1,))]))
    assert theirs.timestamp == pytest.approx(wall / 1e9, abs=1e-6)
    assert [m.params for m in theirs] == [[1]]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 4 * 10**18))
def test_ntp_keeps_every_nanosecond(wall: int) -> None:
    era = (2**32 - 2_208_988_800) * 10**9  # the era ends in 2036
    assert wall_ns(ntp(wall % era)) == wall % era


def test_stamp_fills_the_hole_and_nothing_else() -> None:
    plain = encode("/note/on", ("drums", 36, 100, 7))
    assert packet(holed(plain)) == Bundle(HOLE, (packet(plain),))
    assert packet(stamp(holed(plain), 10**18)) == Bundle(ntp(10**18), (packet(plain),))
    assert stamp(plain, 10**18) == plain
    assert stamp(stamp(holed(plain), 10**18), 5) == stamp(holed(plain), 10**18)
    assert stamp(b"\x90\x3c\x40", 5) == b"\x90\x3c\x40"


def raw(address: bytes, tags: bytes, body: bytes = b"") -> bytes:
    fill = [part + bytes(4 - len(part) % 4) for part in (address, tags)]
    return b"".join(fill) + body


FAR = bundle(1, [encode("/a")])
REFUSED = {
    "empty": b"",
    "one byte": b"/",
    "not a multiple of four": encode("/a") + b"\0",
    "no slash": raw(b"a", b","),
    "no type tags": b"/abc\0\0\0\0",
    "no comma": raw(b"/a", b"i", b"\0\0\0\1"),
    "address without an end": b"/abc",
    "address padded with text": b"/a\0b" + b",\0\0\0",
    "tags padded with text": b"/a\0\0" + b",\0\0x",
    "string padded with text": raw(b"/a", b",s", b"a\0\0x"),
    "string without an end": raw(b"/a", b",s", b"abcd"),
    "argument cut short": raw(b"/a", b",i"),
    "long cut short": raw(b"/a", b",h", bytes(4)),
    "trailing bytes": raw(b"/a", b",i", bytes(8)),
    "unknown type": raw(b"/a", b",c", bytes(4)),
    "array": raw(b"/a", b",[i]", bytes(4)),
    "30,000 arrays": raw(b"/a", b"," + b"[" * 30_000),
    "65 arguments": raw(b"/a", b"," + b"T" * 65),
    "60,000 arguments": raw(b"/a", b"," + b"T" * 60_000),
    "NaN": raw(b"/a", b",f", struct.pack(">f", float("nan"))),
    "infinity": raw(b"/a", b",d", struct.pack(">d", float("inf"))),
    "address not UTF-8": raw(b"/\xff\xfe", b","),
    "string not UTF-8": raw(b"/a", b",s", b"\xc0\xaf\0\0"),
    "overlong surrogate": raw(b"/a", b",s", b"\xed\xa0\x80\0"),
    "negative blob": raw(b"/a", b",b", struct.pack(">i", -1)),
    "blob that reads itself again": raw(b"/a", b",bi", struct.pack(">i", -4)),
    "blob too long": raw(b"/a", b",b", struct.pack(">i", 5) + bytes(4)),
    "blob padded with text": raw(b"/a", b",b", struct.pack(">i", 1) + b"abcd"),
    "bundle without a time": b"#bundle\0" + bytes(4),
    "element of size -4": bytes.fromhex("2362756e646c65000000000000000001fffffffc"),
    "element of size -8": bytes.fromhex("2362756e646c65000000000000000001fffffff8") + bytes(8),
    "element of size 0": bundle(1, [b""]),
    "element beyond the packet": b"#bundle\0" + bytes(8) + struct.pack(">i", 64) + encode("/a"),
    "element cut": FAR[:-4],
    "misaligned element": b"#bundle\0" + bytes(8) + struct.pack(">i", 6) + encode("/a"),
    "too large": encode("/a", (b"x" * 9000,)),
    "size missing": b"#bundle\0" + bytes(10),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_outside_the_bounds_is_refused(data: bytes) -> None:
    with pytest.raises(OscError):
        packet(data)


def test_nesting_is_bounded() -> None:
    data = encode("/a", (1,))
    for _ in range(4):
        data = bundle(1, [data])
    assert decode(data) == (Message("/a", (1,)),)
    with pytest.raises(OscError, match="deep"):
        decode(bundle(1, [data]))
    while len(data) < 7000:
        data = bundle(1, [data])
    with pytest.raises(OscError, match="deep"):
        decode(data)


def test_bounds_themselves_are_allowed() -> None:
    assert packet(encode("/a", (True,) * MAX_ARGS)) == Message("/a", (True,) * MAX_ARGS)
    largest = encode("/a", (b"x" * (8192 - 12),))
    assert len(largest) == 8192
    assert isinstance(packet(largest), Message)
    assert packet(bundle(1, [])) == Bundle(1, ())


@pytest.mark.parametrize(
    "args",
    [
        (float("nan"),),
        (float("inf"),),
        (1e39,),
        ("a\0b",),
        ("\ud800",),
        (2**63,),
        (TimeTag(2**64),),
        (TimeTag(-1),),
        (True,) * 65,
        (object(),),
    ],
)
def test_what_osc_cannot_carry_is_not_written(args: tuple[Arg, ...]) -> None:
    with pytest.raises(OscError):
        encode("/a", args)
    with pytest.raises(OscError):
        encode("a")


def mutated(seed: bytes, dice: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(6):
            case 0 if data:
                data[at % len(data)] = dice.choice((0, 1, 0x2C, 0x2F, 0x23, 0x7F, 0x80, 0xFF, dice.randrange(256)))
            case 1:
                del data[at : at + dice.choice((1, 4, 8))]
            case 2:
                data[at:at] = dice.choice((b"\0" * 4, b",[[[", b"#bundle\0", b"\xff\xff\xff\xfc", b"/*", dice.randbytes(4)))
            case 3:
                data[at // 4 * 4 : at // 4 * 4 + 4] = struct.pack(">i", dice.choice((-4, -1, 0, 1, 3, 4, len(data), 2**31 - 1)))
            case 4:
                data += data[: at // 4 * 4]
            case _:
                data = bytearray(bundle(dice.getrandbits(64), [bytes(data)]))
    return bytes(data)


def test_mutated_packets_raise_nothing_but_osc_error() -> None:
    dice = random.Random(2)
    seeds = [
        encode("/performer/section", ("drop", "bar")),
        encode("/performer/energy", (0.5,)),
        encode("/a", (1, 2**40, Double(0.1), TimeTag(9), b"abc", "söng", True, None, IMPULSE)),
        bundle(1, [encode("/a", (1,)), bundle(2**63, [encode("/b", ("x",))])]),
    ]
    accepted = 0
    for turn in range(30_000):
        data = mutated(seeds[turn % len(seeds)], dice)
        try:
            found = decode(data)
        except OscError:
            continue
        accepted += 1
        for message in found:  # what is accepted can be written again
            assert decode(encode(*message)) == (message,)
    assert 500 < accepted < 29_000


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_noise_raises_nothing_but_osc_error(noise: bytes) -> None:
    for data in (noise, b"/a\0\0" + noise, b"#bundle\0" + noise, b"/a\0\0,ifs" + noise):
        try:
            decode(data)
        except OscError:
            continue
