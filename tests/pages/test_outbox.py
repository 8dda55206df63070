"""The laws of what a browser has still to be told."""

import json

from hypothesis import given
from hypothesis import strategies as st

from performer.pages.outbox import Outbox

STEPS = st.lists(st.tuples(st.sampled_from(["put", "say", "take"]), st.integers(0, 3), st.integers(0, 99)), max_size=40)


@given(STEPS)
def test_events_arrive_once_and_in_order_and_of_a_state_the_newest(steps: list[tuple[str, int, int]]) -> None:
    box, told, said, newest, heard = Outbox(), [], [], {}, {}
    for verb, key, value in [*steps, ("take", 0, 0)]:
        if verb == "put":
            box.put(str(key), json.dumps({"key": key, "value": value}))
            newest[key] = value
        elif verb == "say":
            box.say(json.dumps(value))
            said.append(value)
        else:
            for message in json.loads(box.take() or "[]"):
                if isinstance(message, dict):
                    heard[message["key"]] = message["value"]
                else:
                    told.append(message)
    assert told == said
    assert heard == newest


@given(st.integers(1, 500), st.integers(0, 60))
def test_an_outbox_that_nobody_takes_from_is_bounded(limit: int, count: int) -> None:
    box = Outbox(limit)
    for number in range(count):
        box.say("x" * 10)
        box.put("state", str(number))
    assert len(box.take()) <= limit + count + 20
    assert box.lost == (count * 10 > limit)


def test_states_come_before_events_and_nothing_is_nothing() -> None:
    box = Outbox()
    assert box.take() == ""
    box.say('"note"')
    box.put("anchor", '"anchor"')
    assert len(box) == 2
    assert box.take() == '["anchor","note"]'
    assert len(box) == 0
