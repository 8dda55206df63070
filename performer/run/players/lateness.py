"""How late an output was: counts and quantiles in constant memory.

Law of this file: a lateness is counted once, in the bucket whose limit is the least that is not below it; a quantile is a
bucket's limit, so it is never better than the truth and at most a quarter above it.
"""

from performer.records import Report

OCTAVES = 25
"""The last bucket is open: 2**25 microseconds is half a minute."""
LATE_US = 5_000
"""From here on a note counts as late: unevenness of short intervals is heard from about 6 ms."""


def bucket(lateness_us: int) -> int:
    """The bucket of a lateness: four to an octave, 0 holds everything up to 4 us."""
    if lateness_us <= 4:
        return 0
    octave = (lateness_us - 1).bit_length() - 1
    return min((octave - 2) * 4 + (lateness_us - 1 - (1 << octave) << 2 >> octave) + 1, OCTAVES * 4)


def limit(place: int) -> int:
    """The largest lateness in a bucket, in microseconds."""
    if place == 0:
        return 4
    octave, quarter = divmod(place - 1, 4)
    return (1 << octave + 2) + (quarter + 1 << octave)


class Tally:
    """What one output has sent. All figures are counts or microseconds since the start."""

    __slots__ = ("buckets", "dropped", "late", "offs", "ons", "sent", "unsent", "worst")

    def __init__(self) -> None:
        self.sent = self.late = self.dropped = self.unsent = self.ons = self.offs = self.worst = 0
        self.buckets = [0] * (OCTAVES * 4 + 1)

    def add(self, lateness_us: int) -> None:
        """One record left ``lateness_us`` after it was due."""
        self.sent += 1
        self.buckets[bucket(lateness_us)] += 1
        if lateness_us > LATE_US:
            self.late += 1
        if lateness_us > self.worst:
            self.worst = lateness_us

    def quantile(self, per_mille: int) -> int:
        """The lateness that ``per_mille`` of the records did not exceed; 0 when nothing was sent."""
        left = (self.sent * per_mille + 999) // 1000
        for place, count in enumerate(self.buckets):
            left -= count
            if left <= 0:
                return min(limit(place), self.worst)
        return self.worst

    def report(self, player: str, output: str, rung: str, up: bool, trouble: str, held_until: int) -> Report:
        """The figures as the engine wants them."""
        figures = (self.sent, self.dropped, self.late, self.quantile(500), self.quantile(990), self.worst)
        return Report(player, output, rung, up, trouble, *figures, held_until, tuple(self.buckets))
