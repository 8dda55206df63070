"""The warm spare: a player that is told everything, sends nothing, and can take over within a turn of its loop.

Law of this file: what the active player claimed is never sent here; what it left sounding is ended here. A claim without
its note on the wire is the price: an on is sent at most once, an off at least once.
"""

from performer.records import Message
from performer.run.players.player import Player
from performer.run.players.voices import part_hash
from performer.run.slots import ClaimRing, SoundingTable

BEHIND = 2_200_000
"""How long an unclaimed record is kept: longer than the active player may be stalled and still be late rather than gone."""


class Spare:
    """Shadows one active player. ``take`` what it takes, ``drain`` its claims, and ``promote`` when it is dead."""

    def __init__(self, player: Player, ring: ClaimRing) -> None:
        self.player = player
        self._ring = ring
        self._seen = max(0, ring.total - 4096)  # what was sent just now is not sent again when it is supplied again

    def take(self, message: Message, now: int) -> None:
        """Apply one message, as the active player does; what came late is the active player's to tell."""
        self.player.take(message, now)
        self.player.notices.clear()

    def drain(self, now: int) -> None:
        """Read the claims, and let pass what is over."""
        self._read_claims(now)
        player, until = self.player, now - BEHIND
        player.urgent = [out for out in player.urgent if out.due >= until and out.token not in player.sent[1]]
        while player.held.next_due() < until:
            player.passed(*player.held.pop())

    def promote(self, table: SoundingTable, now: int) -> Player:
        """The active one is dead: the player that plays on from here."""
        self._read_claims(now)
        player = self.player
        player.urgent = [out for out in player.urgent if out.token not in player.sent[1]]
        self._adopt(table, now)
        return player

    def _read_claims(self, now: int) -> None:
        claims, self._seen = self._ring.since(self._seen)
        sent = self.player.sent
        for claim in claims:
            sent[not claim.on].add((claim.at << 40) | claim.output << 32 | claim.id, now)

    def _adopt(self, table: SoundingTable, now: int) -> None:
        """Take over the sounding notes under every cut, mute and panic that was heard meanwhile."""
        player = self.player
        muted = {part_hash(part) for part in player.gate.muted}
        cuts = {(lane.output, lane.hash): lane.cuts for lane in player.lanes}
        for slot, voice in table.voices():
            if not 0 <= voice.output < len(player.sinks):
                table.clear(slot)
                continue
            holder = player.voices.holder(voice.output, voice.part, voice.key)
            if holder:
                player.end_now([holder], now)
            lead = player.sinks[voice.output].lead
            ends = [at - lead for at in cuts.get((voice.output, voice.part), ()) if at > voice.at]
            note = player.voices.adopt(voice._replace(off_due=min([voice.off_due, *ends])), slot)
            if voice.part in muted or voice.at < player.gate.alarm_at:
                player.end_now([note], now)
