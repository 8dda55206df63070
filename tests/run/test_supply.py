"""The composer's hands against real players: what is played is what the performance says, however triggers fall."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Back, Cancel, Control, Entry, Go, GoTo, Hold, Macro, Next, SetTempo, Stop, When
from performer.engine.performance import Performance
from performer.events import Digest, Event, Note, order
from performer.records import Finish, Replace, Safe, unpack
from performer.rehearse.render import tempo_of
from performer.run.composer.supply import FILL, Supply
from performer.run.players.player import Player, Sink
from performer.show.definition import Output, Rig, Show
from performer.tempo import Micros, steady
from performer.ticks import Tick
from performer.wire.osc import Message, decode
from performer.wire.routing import Router
from tests.engine.worlds import NAMES, PlainScore, shows

COMMIT, REACH = 60_000, 30_000
RIG = Rig(name="r", outputs=(Output(name="a", kind="osc", port=1),))
STEERING: st.SearchStrategy[Control] = st.one_of(
    st.builds(GoTo, st.sampled_from(NAMES), st.one_of(st.none(), st.sampled_from(When))),
    st.builds(Next, st.one_of(st.none(), st.sampled_from(When))),
    st.builds(Hold, st.booleans()),
    st.builds(Macro, st.sampled_from(("energy", "density", "brightness")), st.integers(0, 1000)),
    st.builds(SetTempo, st.integers(250_000, 1_000_000)),
    st.sampled_from((Go(), Cancel(), Back(), Stop())),
)
SECONDS = 12


class Hall:
    """One output with its player and the composer that feeds it, on a clock of steps."""

    def __init__(self, show: Show) -> None:
        self.player = Player([Sink("a")])
        self.sent: list[tuple[int, Message]] = []
        self.now = 0
        self.performance = Performance(show, 7, score=PlainScore())
        self.supply = Supply(self.performance, PlainScore(), Router(RIG), {"a": ("udp",)}, self.post, Digest())

    def post(self, seat: str, data: bytes) -> bool:
        if seat == "udp":
            message = unpack(data)
            assert isinstance(message, Replace | Safe | Finish)
            self.player.take(message, self.now)
        return True

    def run_to(self, now: int) -> None:
        """Composing is quick here: all that is wanted at a moment is there before the player looks again."""
        while self.now < now:
            while self.supply.step(Micros(self.now)):
                pass
            self.now = min(now, max(self.now + 1, min(self.player.next_due(), self.now + 20_000)))
            for out in self.player.due(self.now):
                self.sent += [(out.due, message) for message in decode(out.data)]
            self.supply.commit(self.performance.tempo.tick_at(Micros(self.now + COMMIT)))

    def ask(self, seq: int, control: Control) -> None:
        tempo = self.performance.tempo
        tick = max(self.performance.committed, tempo.tick_at(Micros(self.now + COMMIT)))
        reach = max(tick, tempo.tick_at(Micros(self.now + COMMIT + REACH)))
        self.entry = Entry(seq=seq, tick=tick, reach=reach, control=control)
        self.supply.accept(self.entry)


def replayed(show: Show, entries: Sequence[Entry], until: int) -> list[tuple[int, str, int]]:
    """The note-ons of a replay up to a show time."""
    performance = Performance(show, 7, score=PlainScore())
    events: list[Event] = []
    for entry in entries:
        events += performance.commit(entry.tick)
        performance.accept(entry)
        assert performance.seq == entry.seq
    notes = []
    tick = performance.committed
    while performance.tempo.micros_at(tick) < until:
        tick = Tick(tick + 20_160)
        events += performance.commit(tick)
    origin = [e for e in sorted(events, key=order) if isinstance(e, Note)]
    tempo = tempo_of(events, steady(500_000))
    for note in origin:
        if tempo.micros_at(note.at) < until:
            notes.append((tempo.micros_at(note.at), note.part, note.pitch))
    return sorted(notes)


@settings(max_examples=25, deadline=None)
@given(shows(), st.lists(st.tuples(st.integers(1_000, SECONDS * 1_000_000), STEERING), max_size=12))
def test_what_is_played_is_what_a_replay_of_the_entries_says(show: Show, asked: list[tuple[int, Control]]) -> None:
    hall, entries = Hall(show), []
    for seq, (at, control) in enumerate(sorted(asked, key=lambda row: row[0]), 1):
        hall.run_to(at)
        hall.ask(seq, control)
        entries.append(hall.entry)
    hall.run_to((SECONDS + 2) * 1_000_000)
    until = (SECONDS + 1) * 1_000_000
    ons = sorted((due, m.args[0], m.args[1]) for due, m in hall.sent if m.address == "/note/on" and due < until)
    assert ons == replayed(show, entries, until)


@settings(max_examples=15, deadline=None)
@given(shows(), st.lists(st.tuples(st.integers(1_000, SECONDS * 1_000_000), STEERING), max_size=12))
def test_every_on_has_its_off_before_the_next_of_its_key(show: Show, asked: list[tuple[int, Control]]) -> None:
    hall = Hall(show)
    for seq, (at, control) in enumerate(sorted(asked, key=lambda row: row[0]), 1):
        hall.run_to(at)
        hall.ask(seq, control)
    hall.run_to((SECONDS + 1) * 1_000_000)
    hall.player.release(hall.now)
    hall.sent += [(hall.now, m) for out in hall.player.due(hall.now) for m in decode(out.data)]
    sounding: set[tuple[object, object]] = set()
    for _, message in hall.sent:
        if message.address not in ("/note/on", "/note/off"):
            continue
        key = (message.args[0], message.args[1])
        if message.address == "/note/on":
            assert key not in sounding
            sounding.add(key)
        else:
            sounding.discard(key)
    assert not sounding


@settings(max_examples=15, deadline=None)
@given(shows(), st.lists(st.tuples(st.integers(1_000, 4_000_000), STEERING), max_size=40))
def test_the_fill_edge_is_held_whatever_is_asked(show: Show, asked: list[tuple[int, Control]]) -> None:
    hall = Hall(show)
    for seq, (at, control) in enumerate(sorted(asked, key=lambda row: row[0]), 1):
        hall.run_to(at)
        hall.ask(seq, control)
        while hall.supply.step(Micros(hall.now)):
            pass
        assert hall.supply.held_until >= hall.now + FILL
