"""What a player leaves in its slot of the shared memory: what it sent, and what sounds.

Law of this file: one writer, who never waits; a claim and a row are laid out at leisure, and made by the store of one word.
"""

from typing import NamedTuple

RING = 65_536
"""Claims kept a slot: 3.2 s at 20,000 a second."""
VOICES = 1_024
"""Notes that may sound at once in one player and still be known to the next one."""
MAX_OFF = 96
"""Bytes of a note-off that a successor can send; a longer one is left to the output's panic bytes."""

_CLAIM_WORDS = 2
_VOICE_WORDS = 8 + MAX_OFF // 8


class Claim(NamedTuple):
    """A record that the active player was about to send. ``on``: a note began; else it ended, or it was no note."""

    on: bool
    output: int
    id: int
    at: int


class Voice(NamedTuple):
    """A note that sounds: ``at`` its place on the grid, ``off_due`` show microseconds, ``part`` the CRC-32 of the part's name."""

    id: int
    at: int
    off_due: int
    output: int
    part: int
    key: int
    off: bytes


class ClaimRing:
    """The last ``RING`` records that one player claimed. One writer; any number of readers.

    ``words[0]`` counts the claims: nobody reads beyond it, so that claims are laid out at leisure and made by one store.
    """

    __slots__ = ("words",)
    BYTES = 8 + RING * _CLAIM_WORDS * 8
    """Of the shared memory that a ring takes."""

    def __init__(self, words: "memoryview[int]") -> None:
        self.words = words

    @property
    def total(self) -> int:
        """Claims since the memory was made."""
        return self.words[0]

    def lay(self, total: int, on: bool, output: int, id: int, at: int) -> int:
        """Lay out the claim after ``total`` others, to be made by ``words[0] =`` what this returns.

        ``id`` 32 bits, ``output`` 0..127, ``at`` show microseconds.
        """
        words = self.words
        place = 1 + total % RING * _CLAIM_WORDS
        words[place + 1] = at
        words[place] = (total // RING & 0x3FFFFF) << 40 | on << 39 | output << 32 | id
        return total + 1

    def add(self, on: bool, output: int, id: int, at: int) -> None:
        """Claim one record, before it is sent."""
        self.words[0] = self.lay(self.words[0], on, output, id, at)

    def since(self, seen: int) -> tuple[list[Claim], int]:
        """The claims from number ``seen`` on, and the number to ask with next; the oldest are gone after ``RING`` more."""
        words, total = self.words, self.words[0]
        claims = []
        for number in range(max(seen, total - RING, 0), total):
            place = 1 + number % RING * _CLAIM_WORDS
            head, at = words[place], words[place + 1]
            if head >> 40 == number // RING & 0x3FFFFF:  # else a faster writer has come round
                claims.append(Claim(bool(head >> 39 & 1), head >> 32 & 0x7F, head & 0xFFFFFFFF, at))
        return claims, total


class SoundingTable:
    """The notes that sound in one player. One writer; its successor reads it once.

    A note stands in the table while ``words[place(slot)]`` is 1: rows are laid out at leisure, and begin and end by one store.
    """

    __slots__ = ("_bytes", "_free", "words")
    BYTES = VOICES * _VOICE_WORDS * 8
    """Of the shared memory that a table takes."""

    def __init__(self, region: memoryview) -> None:
        self._bytes = region
        self.words = region.cast("q")
        self._free = [slot for slot in range(VOICES - 1, -1, -1) if not self.words[slot * _VOICE_WORDS]]

    @staticmethod
    def place(slot: int) -> int:
        """The word that says whether the row of ``slot`` is in use."""
        return slot * _VOICE_WORDS

    def lay(self, voice: Voice) -> int:
        """Lay a row out, for nobody to see yet. Returns its slot, or -1 when the table is full."""
        if not self._free:
            return -1
        slot = self._free.pop()
        words, place = self.words, slot * _VOICE_WORDS
        off = voice.off if len(voice.off) <= MAX_OFF else b""
        start = (place + 8) * 8
        self._bytes[start : start + len(off)] = off
        words[place + 1] = voice.id
        words[place + 2] = voice.at
        words[place + 3] = voice.off_due
        words[place + 4] = voice.output
        words[place + 5] = voice.part
        words[place + 6] = voice.key
        words[place + 7] = len(off)
        return slot

    def put(self, voice: Voice) -> int:
        """Write a note down and return its slot, or -1 when the table is full."""
        slot = self.lay(voice)
        if slot >= 0:
            self.words[slot * _VOICE_WORDS] = 1  # last: a row is whole or free
        return slot

    def move(self, slot: int, off_due: int) -> None:
        """The note at ``slot`` ends at another time."""
        if slot >= 0:
            self.words[slot * _VOICE_WORDS + 3] = off_due

    def clear(self, slot: int) -> None:
        """The note at ``slot`` has ended: the slot is free."""
        if slot >= 0:
            self.words[slot * _VOICE_WORDS] = 0
            self._free.append(slot)

    def voices(self) -> list[tuple[int, Voice]]:
        """Every note written down, with its place."""
        found = []
        for slot in range(VOICES):
            place = slot * _VOICE_WORDS
            used, number, at, off_due, output, part, key, length = self.words[place : place + 8]
            if used:
                start = (place + 8) * 8
                off = bytes(self._bytes[start : start + length])
                found.append((slot, Voice(number, at, off_due, output, part, key, off)))
        return found
