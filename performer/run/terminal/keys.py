"""Keys of the terminal: one press, one message to the control port, like any surface's.

Law of this file: a key that repeats because a finger rests on it acts once; quitting while music plays needs three
presses of q (it asks twice), each within five seconds of the one before.
"""

from typing import NamedTuple

from performer.run.terminal.view import View
from performer.wire.osc import Message
from performer.wire.vocabulary import ROOT

REST_NS = 700_000_000
"""The same key sooner than this is a finger that rests (a keyboard repeats after up to 0.66 s) or a bounce."""
REST_QUIT_NS = 300_000_000
"""The same for q, which is asked for three times anyway."""
ASK_NS = 5_000_000_000
_QUESTIONS = ("Music is playing. Press q again to quit.", "Really stop everything? Press q once more.")


class Pressed(NamedTuple):
    """What a key asks for: a message to the control port, a word for the operator, to leave."""

    message: Message | None = None
    word: str = ""
    leave: bool = False


class Keys:
    """A fold over key presses."""

    def __init__(self) -> None:
        self._last = ("", 0)
        self._asked = 0
        self._asked_ns = 0

    def press(self, key: str, view: View, now_ns: int) -> Pressed:
        """What ``key`` means now."""
        if self._resting(key, now_ns):
            return Pressed()
        if key.lower() == "q":
            return self._quit(view, now_ns)
        self._asked = 0
        match key.lower():
            case " " | "\r" | "\n":
                verb = "next" if view.playing else "go"
                return Pressed(Message(f"{ROOT}/{verb}", ()), verb.upper())
            case "n":
                return Pressed(Message(f"{ROOT}/next", ()), "next")
            case "h":
                return Pressed(Message(f"{ROOT}/hold", (int(not view.hold),)), "let go" if view.hold else "hold")
            case "c":
                return Pressed(Message(f"{ROOT}/cancel", ()), "cancel")
            case "k":
                return Pressed(Message(f"{ROOT}/keep", (8,)), "keep the last 8 bars")
            case "p":
                return Pressed(Message(f"{ROOT}/panic", ()), "PANIC: everything released; again within 2 s stops")
            case _:
                return Pressed()

    def asks(self, now_ns: int) -> str:
        """The question that waits for an answer, "" when none does."""
        if not self._asked or now_ns - self._asked_ns > ASK_NS:
            self._asked = 0
            return ""
        return _QUESTIONS[self._asked - 1]

    def _resting(self, key: str, now_ns: int) -> bool:
        """True for what the keyboard makes of a finger that stays. Panic is never held back here: the engine guards it."""
        before, at = self._last
        self._last = (key, now_ns)
        rest = {"p": 0, "q": REST_QUIT_NS}.get(key.lower(), REST_NS)
        return key == before and now_ns - at < rest

    def _quit(self, view: View, now_ns: int) -> Pressed:
        if not view.playing:
            return Pressed(leave=True)
        self.asks(now_ns)
        self._asked, self._asked_ns = self._asked + 1, now_ns
        return Pressed(leave=self._asked > len(_QUESTIONS))
