"""The terminal of a run: a client of the control port that draws what it hears and sends what is pressed.

Law of this file: the terminal is given back as it was found, whatever happens; a screen that takes nothing is left
alone (the run does not wait for it); nothing here is needed for the sound.
"""

import contextlib
import os
import re
import select
import socket
import sys
import termios
import tty
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from performer.run import status
from performer.run.clock import Clock
from performer.run.terminal.keys import Keys
from performer.run.terminal.picture import Frame, Ink, draw, summary
from performer.run.terminal.view import Health, Light, Machine, View
from performer.wire.osc import Message, OscError, decode, encode
from performer.wire.vocabulary import ROOT

SUBSCRIBE_NS = 2_000_000_000
"""Between two subscriptions: an engine that was restarted knows no subscribers."""
SILENT_NS = 1_500_000_000
LOOK_NS = 500_000_000
FRAME_NS = 100_000_000
ASSUMED = (80, 24)
"""Columns and rows of a terminal that does not say, or says 0."""
NOTE_NS = 3_000_000_000
"""How long the word for a pressed key stays."""
NEWS_NS = 15_000_000_000

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"
_ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|O.|[^\x1b]?)", re.DOTALL)
"""Arrows, function keys, Alt with a key, mouse reports: none of them is a key of ours."""
_SECOND = 1_000_000_000


class Terminal:
    """``with Terminal(...) as terminal: while terminal.step(0.1): ...``

    On a terminal it draws a screen and takes keys; elsewhere it prints a line when something changes. ``folder`` is where
    the run's processes publish.
    """

    def __init__(
        self,
        *,
        control_port: int,
        folder: Path,
        clock: Clock,
        environ: Mapping[str, str],
        out: TextIO = sys.stdout,
        keys: TextIO = sys.stdin,
    ) -> None:
        self._folder, self._clock, self._out = folder, clock, out
        self._screen = out.isatty() and environ.get("TERM", "") not in ("", "dumb")
        self._screen_fd, self._rest = -1, b""
        self._keys_fd = keys.fileno() if self._screen and keys.isatty() else -1
        encoding = (out.encoding or "").lower().replace("-", "")
        self._ink = Ink(colour="NO_COLOR" not in environ, signs=encoding == "utf8")
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect(("127.0.0.1", control_port))
        self._before: list[Any] | None = None
        self._shown: list[str] = []
        self._size = (0, 0)
        self._printed: tuple[str, ...] = ()
        self._told_lights: dict[str, Light] = {}
        self._told_troubles: tuple[str, ...] = ()
        self._keys, self._health = Keys(), Health()
        self._note, self._note_until, self._page = "", 0, ""
        self._subscribed_ns = self._looked_ns = self._drawn_ns = -SUBSCRIBE_NS
        self._heard_ns = clock.now()
        self._began_ns: int | None = None
        self.view, self.machine = View(), Machine()

    def __enter__(self) -> "Terminal":
        if self._keys_fd >= 0:
            self._before = termios.tcgetattr(self._keys_fd)
            tty.setcbreak(self._keys_fd, termios.TCSANOW)
            mode = termios.tcgetattr(self._keys_fd)
            mode[0] &= ~termios.IXON  # Ctrl-S must not freeze the stage's screen
            termios.tcsetattr(self._keys_fd, termios.TCSANOW, mode)
        if self._screen:
            self._screen_fd = _unwaiting(self._out.fileno())
            self._write(_ENTER)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._screen:
            self._flush()
            self._rest = b""  # of a screen that takes nothing: what matters now is that it is given back
            self._write(_LEAVE)
            os.close(self._screen_fd)
        if self._before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._keys_fd, termios.TCSANOW, self._before)
            self._before = None
        self._socket.close()

    def say(self, note: str) -> None:
        """Show a sentence to the operator for a while (or print it)."""
        self._note, self._note_until = note, self._clock.now() + NEWS_NS
        if not self._screen:
            self._print(note)

    def step(self, seconds: float) -> bool:
        """Take keys and feedback for ``seconds``, and draw; False when the operator leaves."""
        until = self._clock.now() + int(seconds * _SECOND)
        while True:
            now = self._clock.now()
            self._keep_up(now)
            waiting: list[socket.socket | int] = [self._socket] + ([self._keys_fd] if self._keys_fd >= 0 else [])
            readable, _, _ = select.select(waiting, [], [], max(0.0, min(until - now, FRAME_NS) / _SECOND))
            if self._keys_fd in readable and not self._take_keys():
                return False
            if self._socket in readable:
                self._take_feedback()
            if self._clock.now() >= until:
                return True

    def _keep_up(self, now: int) -> None:
        if now - self._subscribed_ns >= SUBSCRIBE_NS:
            self._subscribed_ns = now
            self._send(Message(f"{ROOT}/subscribe", (0,)))
        if now - self._looked_ns >= LOOK_NS:
            self._looked_ns = now
            self.machine = self._health.look(status.merge(status.read(self._folder)), now)
        if now - self._drawn_ns >= FRAME_NS:
            self._drawn_ns = now
            self._draw(now) if self._screen else self._report()

    def _send(self, message: Message) -> None:
        with contextlib.suppress(OSError):  # nobody listens yet, or just now: said again soon
            self._socket.send(encode(message.address, message.args))

    def _take_feedback(self) -> None:
        for _ in range(256):
            try:
                data = self._socket.recv(8192)
            except OSError:
                return
            with contextlib.suppress(OscError):
                for message in decode(data):
                    self.view = self.view.told(message)
                self._heard_ns = self._clock.now()
                if self.view.playing and self._began_ns is None:
                    self._began_ns = self._heard_ns

    def _take_keys(self) -> bool:
        try:
            typed = os.read(self._keys_fd, 64)
        except OSError:
            typed = b""
        if not typed:
            self._keys_fd = -1  # the keyboard is gone: the show goes on
            return True
        for key in _ESCAPES.sub(b"", typed).decode(errors="replace"):
            now = self._clock.now()
            pressed = self._keys.press(key, self.view, now)
            if pressed.leave:
                return False
            if pressed.message is not None:
                self._send(pressed.message)
            if pressed.word:
                self._note, self._note_until = pressed.word, now + NOTE_NS
        self._drawn_ns = -FRAME_NS
        return True

    def _frame(self, now: int) -> Frame:
        elapsed = None if self._began_ns is None else (now - self._began_ns) // _SECOND
        note = self._note if now < self._note_until else ""
        return Frame(elapsed, note, self.view.heard and now - self._heard_ns > SILENT_NS + SUBSCRIBE_NS, self._keys.asks(now))

    def _draw(self, now: int) -> None:
        """Send the lines that changed; a screen that is not ready keeps what it shows."""
        try:
            size: tuple[int, int] = os.get_terminal_size(self._out.fileno())
        except OSError:
            size = ASSUMED
        columns, rows = size if all(size) else ASSUMED
        lines = draw(self.view, self.machine, self._frame(now), (columns, rows), self._ink)
        if (columns, rows) != self._size:
            self._shown, self._size = [], (columns, rows)
        changed = [
            f"\x1b[{row};1H{line}\x1b[0m\x1b[K"
            for row, line in enumerate(lines, 1)
            if row > len(self._shown) or self._shown[row - 1] != line
        ]
        clear = "" if self._shown else "\x1b[2J"
        if changed and self._write(clear + "".join(changed)):
            self._shown = lines

    def _report(self) -> None:
        """Off a terminal: a line when section, phase, pending jump, hold, page, an output's light or the trouble changes."""
        view = self.view
        key = (view.phase, view.section, str(view.pending), str(view.hold), str(view.heard))
        if key != self._printed:
            self._printed = key
            pending = f" (pending: {view.pending[0]}, {view.pending[1]})" if view.pending else ""
            self._print(summary(view) + pending)
        for output in self.machine.outputs:
            if self._told_lights.get(output.name, Light.GREEN) is not output.light:
                self._print(f"output {output.name}: {output.light.value} {output.trouble}".rstrip())
            self._told_lights[output.name] = output.light
        if self.machine.page and self.machine.page != self._page:
            self._page = self.machine.page
            self._print(f"page {self._page}")
        for trouble in self.machine.troubles:
            if trouble not in self._told_troubles:
                self._print(trouble)
        self._told_troubles = self.machine.troubles

    def _print(self, line: str) -> None:
        """A line to whoever reads along; one that is full (a pager that nobody turns) goes without it."""
        with contextlib.suppress(OSError, ValueError):
            if select.select([], [self._out.fileno()], [], 0)[1]:  # a pipe is ready when it takes a whole page
                print("".join(sign if sign.isprintable() else "?" for sign in line), file=self._out, flush=True)

    def _write(self, text: str) -> bool:
        """Write to the screen if it takes something now; what it does not take of this goes before anything else."""
        self._flush()
        if self._rest or not select.select([], [self._screen_fd], [], 0)[1]:
            return False
        self._rest = text.encode(self._out.encoding or "ascii", errors="replace")
        self._flush()
        return True

    def _flush(self) -> None:
        while self._rest:
            try:
                self._rest = self._rest[os.write(self._screen_fd, self._rest) :]
            except BlockingIOError:
                return
            except OSError:
                self._rest = b""  # the window is closed: everything else goes on


def _unwaiting(fd: int) -> int:
    """A descriptor of our own for the terminal behind ``fd``, that never waits: another's would wait with it or not with ours."""
    try:
        return os.open(os.ttyname(fd), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError:
        return os.dup(fd)
