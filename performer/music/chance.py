"""Addressed chance: a draw is a pure function of a seed and an address, never of what was drawn before.

Law of this file: the same seed and address give the same 64 bits on every machine, and a draw at one
address tells nothing about another. Source: keyed BLAKE2b (RFC 7693) of the address, 8 bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from struct import unpack_from

Step = str | int


def _bytes(path: tuple[Step, ...]) -> bytes:
    return b"".join(map(_step, path))


@lru_cache(maxsize=8192)
def _step(step: Step) -> bytes:
    return b"i%d;" % step if isinstance(step, int) else b"s%d:%b;" % (len(step), step.encode())


@dataclass(frozen=True, slots=True)
class Chance:
    """All the draws below one address. ``Chance.of(seed)`` is the root; ``at`` goes down."""

    key: bytes

    @classmethod
    def of(cls, seed: int) -> "Chance":
        """The root of a seed (any integer)."""
        return cls(blake2b(b"%d" % seed, digest_size=16, person=b"performer").digest())

    def at(self, *path: Step) -> "Chance":
        """The chance below ``path``."""
        return Chance(blake2b(_bytes(path), digest_size=16, key=self.key).digest())

    def draw(self, *path: Step) -> int:
        """64 bits, 0 <= draw < 2**64."""
        return int.from_bytes(blake2b(_bytes(path), digest_size=8, key=self.key).digest(), "big")

    def below(self, limit: int, *path: Step) -> int:
        """An integer in [0, limit), limit >= 1."""
        return self.draw(*path) * limit >> 64

    def hits(self, per_mille: int, *path: Step) -> bool:
        """True with the given probability; it is monotone: a larger ``per_mille`` never turns a hit into a miss."""
        return self.below(1000, *path) < per_mille

    def pick(self, weights: Sequence[int], *path: Step) -> int:
        """An index, with probability in proportion to its weight (integers >= 0, not all 0: else ValueError)."""
        total = sum(weights)
        if total <= 0:
            raise ValueError("the weights sum to zero")
        left = self.below(total, *path)
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        raise AssertionError("unreachable")

    def row(self, count: int, *path: Step) -> tuple[int, ...]:
        """``count`` draws in [0, 1000) from one address, cheaply; a longer row begins with the shorter one."""
        data = b""
        for block in range(-(-count // 32)):
            data += blake2b(_bytes((*path, block)), digest_size=64, key=self.key).digest()
        return tuple([value * 1000 >> 16 for value in unpack_from(f">{count}H", data)])

    def spread(self, width: int, *path: Step) -> int:
        """An integer in [-width, width] with a triangular distribution."""
        bits = self.draw(*path)
        return ((bits >> 32) * (width + 1) >> 32) - ((bits & 0xFFFFFFFF) * (width + 1) >> 32)
