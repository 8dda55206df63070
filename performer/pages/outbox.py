"""What one browser has still to be told.

Law of this file: the outbox of a browser that stops reading is bounded. Of a state only the newest is
kept; what must arrive once and in order (notes) is kept up to a limit, beyond which the browser is lost.
"""


class Outbox:
    """Messages for one client, as JSON texts. ``lost`` is True once ordered messages had to be refused."""

    def __init__(self, limit: int = 400_000) -> None:
        self._limit = limit
        self._size = 0
        self._states: dict[str, str] = {}
        self._events: list[str] = []
        self.lost = False

    def put(self, key: str, text: str) -> None:
        """A state: it replaces the one of the same ``key`` that was not taken yet."""
        self._states.pop(key, None)
        self._states[key] = text

    def say(self, text: str) -> None:
        """Something that happens once: never replaced, never reordered."""
        if self._size + len(text) > self._limit:
            self.lost = True
            return
        self._size += len(text)
        self._events.append(text)

    def take(self) -> str:
        """Everything as one JSON array, states first (they hold the clock that events are read by); empty text when there is nothing."""
        if not self._states and not self._events:
            return ""
        text = "[" + ",".join((*self._states.values(), *self._events)) + "]"
        self._states.clear()
        self._events.clear()
        self._size = 0
        return text

    def __len__(self) -> int:
        return len(self._states) + len(self._events)
