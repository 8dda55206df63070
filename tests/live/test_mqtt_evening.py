"""An evening beside a broker: what it retains, its last will, its death and return, none of which is heard elsewhere."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.counterparts import broker, until
from tests.live.hall import compare, free_port, performing, stuck

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(120)]
RIG = """  desk: mqtt
  page: page
routes:
  main: ears
  light: desk
  visual: desk
broker: 127.0.0.1:{port}
"""


def retained(heard: list[str]) -> dict[str, object]:
    """What the broker told somebody who came late."""
    rows = (line.split(" ", 2) for line in heard if line.startswith("1 "))
    return {topic.removeprefix("performer/"): json.loads(payload) for _, topic, payload in rows}


def told(listener: Callable[[], list[str]], *topics: str) -> Callable[[], bool]:
    """Whether all of these are among what is retained."""
    return lambda: set(topics) <= set(retained(listener()))


def test_a_broker_knows_where_the_music_is_and_its_troubles_are_not_heard(tmp_path: Path) -> None:
    with broker(tmp_path) as desk, performing(tmp_path, "night-drive", "--seed", "5", rig=RIG.format(port=desk.port)) as hall:
        live = desk.listen()
        hall.wait_for_music()
        until(lambda: any(line.startswith("0 performer/bar ") for line in live()), "the broker hears no bar")
        first = desk.listen()
        until(told(first, "online", "section", "bar", "chord"), "not everything is retained")
        state = retained(first())
        assert state["online"] == 1
        assert state["section"] == "intro"
        hall.ask("/performer/cue", "blinder")
        until(lambda: any(line.startswith("0 performer/cue/blinder ") for line in live()), "the cue did not come")

        os.kill(hall.pid("slow"), signal.SIGKILL)
        until(lambda: "0 performer/online 0" in live(), "the last will was not heard")
        until(lambda: live().index("0 performer/online 0") < len(live()) - 1 - live()[::-1].index("0 performer/online 1"), "nobody is back")

        desk.kill()
        until(lambda: not hall.status()["outputs"]["desk"]["up"], "the death of the broker was not noticed")
        assert any("desk" in error for error in hall.status()["errors"])
        hall.wait_for_notes(20)
        hall.ask("/performer/section", "drop", "now")
        hall.wait(lambda: any(h.address == "/section" and h.args == ("drop",) for h in hall.heard()), 20, "no drop")
        desk.start()
        second = desk.listen()
        until(lambda: '0 performer/section "drop"' in second(), "what lasts was not told again")
        late = desk.listen()
        until(told(late, "online", "section", "bar"), "not everything is retained again")
        assert retained(late())["section"] == "drop"
        assert not any("cue/" in line for line in late() if line.startswith("1 "))
        until(lambda: hall.status()["outputs"]["desk"]["up"], "the output is not up again")
        hall.leave()
        until(lambda: "0 performer/online 0" in late(), "nobody said that it is over")
        compare(hall.heard(), hall.replayed())
        assert not stuck(hall.heard())


def test_without_the_broker_the_show_goes_on_and_the_status_says_so(tmp_path: Path) -> None:
    with performing(tmp_path, "night-drive", "--seed", "5", rig=RIG.format(port=free_port())) as hall:
        hall.wait_for_music()
        until(lambda: any("desk" in error for error in hall.status()["errors"]), "nothing is said about the broker")
        row = hall.status()["outputs"]["desk"]
        assert (row["up"], bool(row["trouble"])) == (False, True)
        hall.wait_for_notes(40)
        assert hall.status()["outputs"]["ears"]["up"]
        hall.leave()
        compare(hall.heard(), hall.replayed())
