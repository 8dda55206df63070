"""A composer that died with a trigger in its hands, and the one after it: what was heard is what the players say of it."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Control, GoTo, Macro, When
from performer.engine.performance import Performance
from performer.events import Digest
from performer.records import Late
from performer.run.composer.supply import Supply
from performer.show.definition import Show
from performer.tempo import Micros
from performer.ticks import Tick
from performer.wire.osc import decode
from performer.wire.routing import Router
from tests.engine.worlds import NAMES, PlainScore, shows
from tests.run.test_supply import COMMIT, RIG, Hall, replayed

TRIGGERS: st.SearchStrategy[Control] = st.one_of(
    st.builds(Macro, st.sampled_from(("energy", "density")), st.integers(0, 1000)),
    st.builds(GoTo, st.sampled_from(NAMES), st.sampled_from((When.NOW, When.BEAT, When.BAR))),
)
UNTIL = 8_000_000


def without_a_composer(hall: Hall, now: int) -> Tick:
    """The players play on, the engine moves its edge; where it is then."""
    while hall.now < now:
        hall.now = min(now, max(hall.now + 1, min(hall.player.next_due(), hall.now + 20_000)))
        for out in hall.player.due(hall.now):
            hall.sent += [(out.due, message) for message in decode(out.data)]
    return hall.performance.tempo.tick_at(Micros(hall.now + COMMIT))


@settings(max_examples=25, deadline=None)
@given(shows(), st.integers(1, 2_000_000), TRIGGERS, st.integers(10_000, 1_500_000))
def test_what_was_heard_is_the_old_plan_where_the_players_say_so_and_the_new_one_everywhere_else(
    show: Show, asked: int, control: Control, dead: int
) -> None:
    hall = Hall(show)
    hall.run_to(asked)
    sealed = hall.performance.committed
    hall.ask(1, control)
    edge = without_a_composer(hall, asked + dead)
    hall.performance = Performance(show, 7, score=PlainScore())
    hall.performance.accept(hall.entry)
    hall.performance.commit(sealed)
    hall.supply = Supply(hall.performance, PlainScore(), Router(RIG), {"a": ("udp",)}, hall.post, Digest())
    hall.supply.catch_up(edge)
    hall.supply.commit(edge)
    hall.supply.begin_at_edge()
    hall.run_to(UNTIL + 1_000_000)

    lates: list[Late] = hall.player.notices
    assert all((one.gen, one.kept) == (1, 0) for one in lates)

    def late(at: int, part: object) -> bool:
        return any(one.part == part and one.t0 <= at < one.until for one in lates)

    sent = [(due, m.args) for due, m in hall.sent if m.address == "/note/on" and due < UNTIL]
    heard = sorted((due, str(args[0]), int(str(args[1]))) for due, args in sent)
    old = [row for row in replayed(show, [], UNTIL) if late(row[0], row[1])]
    new = [row for row in replayed(show, [hall.entry], UNTIL) if not late(row[0], row[1])]
    assert not Counter(heard) - Counter(old + new)
    for _, part, pitch in Counter(old + new) - Counter(heard):  # in another tempo the same note stood on the other side as well
        assert any(row[1:] == (part, pitch) for row in old)
