"""Laws of the player under whatever comes: replaces, mutes, panics, cuts, new latencies, deaths and take-overs."""

import os
from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from performer.records import Alarm, Latency, Mark, Pair, Replace, Send, Shot, Silence
from performer.run.clock import VirtualClock
from performer.run.memory import Memory
from performer.run.players.player import Out, Player, Sink
from performer.run.players.sender import Sender
from performer.run.players.spare import Spare

PARTS = ("a", "b", "")
BAR = 1_000_000
SINKS = (Sink("x", (b"panic x",)), Sink("y"))


class Died(Exception):  # noqa: N818 - a death, not an error
    """The process was killed here."""


class Mortal:
    """A port of a process that is killed at some send: just before it, or just after."""

    def __init__(self, output: int, wire: "Wire") -> None:
        self.output = output
        self.wire = wire

    def send(self, data: bytes) -> bool:
        wire = self.wire
        if wire.left == 0 and wire.half:
            raise Died
        wire.sent.append((self.output, data))
        if wire.left == 0:
            raise Died
        wire.left -= 1
        return True


class Wire(RuleBasedStateMachine):
    """One active player, one spare, one shared memory, and everything that ever left, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory.create([], players=1)
        self.ring, self.table = self.memory.claims(0), self.memory.sounding(0)
        self.now, self.gen, self.seq = 0, 0, 0
        self.sent: list[tuple[int, bytes]] = []
        self.stale: set[bytes] = set()
        self.muted: set[str] = set()
        self.made = 0
        self.left, self.half = 1 << 30, False
        self.composed: dict[tuple[str, str], list[Pair]] = {}
        self.active = self._fresh().promote(self.table, 0)
        self.spare = self._fresh()

    def teardown(self) -> None:
        os.close(self.memory.fd)

    def _fresh(self) -> Spare:
        return Spare(Player(SINKS, feel=0), self.ring)

    def _tell(self, *messages: object) -> None:
        for message in messages:
            self.active.take(message, self.now)  # type: ignore[arg-type]
            self.spare.take(message, self.now)  # type: ignore[arg-type]

    def _hand(self) -> Sender:
        ports: Any = [Mortal(output, self) for output in range(len(SINKS))]
        return Sender(self.active, ports, self.ring, self.table, VirtualClock())

    def _emit(self, outs: list[Out], die_after: int = 1 << 30, half: bool = False) -> None:
        """Send as the process does. It may die at a send: claimed and not sent when ``half``, else sent and nothing noted after."""
        self.left, self.half = die_after, half
        sender = self._hand()
        with suppress(Died):
            sender.send(outs, None)
            sender.note_moves()

    def _run(self) -> None:
        while self.active.next_due() <= self.now:
            self._emit(self.active.due(self.now))

    @rule(part=st.sampled_from(PARTS[:2]), output=st.sampled_from("xy"), ahead=st.integers(-2, 20), length=st.integers(1, 30),
          notes=st.lists(st.tuples(st.integers(0, 29), st.integers(1, 40), st.integers(0, 3), st.integers(-40, 60)), max_size=8),
          cut=st.booleans(), old=st.booleans())  # fmt: skip
    def replace(
        self, part: str, output: str, ahead: int, length: int, notes: list[tuple[int, int, int, int]], cut: bool, old: bool
    ) -> None:
        t0 = self.now + ahead * 50_000
        t1 = t0 + length * 50_000
        pairs, names = [], []
        for place, span, key, feel in notes:
            at = t0 + min(place, length - 1) * 50_000
            self.made += 1
            name = f"{part}{output}{self.made}".encode()
            names.append(name)
            due = at + feel * 1000
            pairs.append(Pair(at, due, due + span * 50_000, b"+" + name, b"-" + name, key, self.made))
        gen = self.gen - 1 if old else self.gen
        if not (old and self.gen):
            kept = [pair for pair in self.composed.get((part, output), []) if not t0 <= pair.at < t1]
            self.composed[part, output] = kept + pairs
        if old and self.gen:
            self.stale.update(names)
        self._tell(Replace(gen, output, part, t0, t1, t0 if cut and not old else -1, tuple(pairs), (), (), ()))

    @rule(part=st.sampled_from(PARTS[:2]), output=st.sampled_from("xy"), ago=st.integers(-2, 8), length=st.integers(1, 40))
    def said_again(self, part: str, output: str, ago: int, length: int) -> None:
        """A composer that was restarted, or works ahead of a newer entry, says what it has said before, however late."""
        t0 = self.now - ago * 10_000
        pairs = tuple(pair for pair in self.composed.get((part, output), []) if t0 <= pair.at < t0 + length * 50_000)
        self._tell(Replace(self.gen, output, part, t0, t0 + length * 50_000, -1, pairs, (), (), ()))

    @rule()
    def entry(self) -> None:
        """A newer entry: every part is told of it, so that what was composed before is stale from then on."""
        self.gen += 1
        far = self.now + 10**9
        self._tell(*(Replace(self.gen, output, part, far, far + 1, -1, (), (), (), ()) for part in PARTS[:2] for output in "xy"))

    @rule(bars=st.integers(1, 3), output=st.sampled_from("xy"))
    def marks(self, bars: int, output: str) -> None:
        lines = tuple(Mark(line * BAR, line) for line in range(self.now // BAR + 1, self.now // BAR + 1 + bars))
        cues = tuple(Shot(mark.due, mark.due, f"cue {output} {mark.due} {self.made}".encode()) for mark in lines)
        self.made += 1
        self._tell(Replace(self.gen, output, "", lines[0].due, lines[-1].due + BAR, -1, (), (), cues, lines))

    @rule(part=st.sampled_from(PARTS[:2]), on=st.booleans())
    def mute(self, part: str, on: bool) -> None:
        self.seq += 1
        self._tell(Silence(self.seq, part, on))
        (self.muted.add if on else self.muted.discard)(part)

    @rule(stop=st.booleans())
    def panic(self, stop: bool) -> None:
        self.seq += 1
        self._tell(Alarm(self.seq if not stop else -1, stop))
        self._run()
        assert not len(self.active.voices)
        if stop:
            self.gen += 1
            self.spare.player._floor = self.active._floor = self.gen

    @rule(output=st.sampled_from("xy"))
    def cue(self, output: str) -> None:
        self.seq += 1
        self._tell(Send(self.seq, "cue", output, (f"now {self.seq}".encode(),), False))

    @rule(output=st.sampled_from("xy"), micros=st.integers(-30_000, 30_000))
    def latency(self, output: str, micros: int) -> None:
        self.seq += 1
        self._tell(Latency(self.seq, output, micros))

    @rule(step=st.sampled_from((1, 1_000, 10_000, 50_000, 200_000, 700_000)))
    def play(self, step: int) -> None:
        target = self.now + step
        while self.now < target:
            self.now = min(target, max(self.now + 1, self.active.next_due()))
            self._run()
        self.spare.drain(self.now)

    @rule(stall=st.sampled_from((30_000, 46_000, 300_000)), runs=st.booleans())
    def stop_of_the_machine(self, stall: int, runs: bool) -> None:
        self.now += stall
        if runs:  # else a message is read before what is overdue has left
            self._run()

    @rule(after=st.integers(0, 5), half=st.booleans(), warm=st.booleans())
    def kill(self, after: int, half: bool, warm: bool) -> None:
        """The active one dies in the middle of its next batch; the spare, or a new one without history, takes over."""
        if self.active.next_due() < self.now + 500_000:
            self.now = max(self.now, self.active.next_due())
        self._emit(self.active.due(self.now), after, half)
        heir = self.spare if warm else self._fresh()
        self.table = self.memory.sounding(0)
        self.active = heir.promote(self.table, self.now)
        self.spare = self._fresh()
        if not warm:
            for part in sorted(self.muted):
                self._tell(Silence(self.seq, part, True))
            self.active._floor = self.gen
        self.spare.player._floor = self.gen  # the composer tells a new one everything, as of its newest entry
        for part in sorted(self.muted):
            self.spare.take(Silence(self.seq, part, True), self.now)
        self._run()

    @invariant()
    def an_on_and_a_cue_are_sent_at_most_once(self) -> None:
        counts = Counter(data for _, data in self.sent if data.startswith((b"+", b"cue", b"now")))
        assert not counts or max(counts.values()) == 1

    @invariant()
    def nothing_stale_sounds(self) -> None:
        assert not {data[1:] for _, data in self.sent if data.startswith(b"+")} & self.stale

    @invariant()
    def ons_less_offs_is_what_sounds(self) -> None:
        ons = {data[1:] for _, data in self.sent if data.startswith(b"+")}
        offs = {data[1:] for _, data in self.sent if data.startswith(b"-")}
        sounding = {note.off[1:] for note in self.active.voices.all()} | {out.data[1:] for out in self.active.urgent}
        assert ons - offs <= sounding
        if not self.active.urgent:
            assert sorted(note.off for note in self.active.voices.all()) == sorted(voice.off for _, voice in self.table.voices())

    @invariant()
    def muted_parts_are_silent(self) -> None:
        if not self.active.urgent:
            assert not any(note.off[1:2].decode() in self.muted for note in self.active.voices.all())

    @precondition(lambda self: len(self.sent) > 0)
    @rule()
    def all_ends(self) -> None:
        """Whatever happened: when everything is over, every on had its off, and none before its on."""
        self.now += 5_000_000
        self._run()
        self.now += 5_000_000
        self._run()
        assert not len(self.active.voices)
        data = [each for _, each in self.sent]
        for on in (each for each in data if each.startswith(b"+")):
            assert data.index(on) < data.index(b"-" + on[1:])


Wire.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestWire = Wire.TestCase
