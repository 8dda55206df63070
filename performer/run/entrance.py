"""How engine and composer take their seats: at once, or from the wings when their cue comes.

Law of this file: before its cue an understudy begins the night and forgets it, so that what is read and compiled once is ready;
it writes, sends and beats nothing. Whoever cannot begin says why in one line and ends with 78.
"""

import os
import sys
from collections.abc import Callable, Mapping

from performer.engine.performance import Score
from performer.run.journal.landing import read_back
from performer.run.journal.writer import read_fd
from performer.run.memory import Memory
from performer.run.night import NightError, begin
from performer.run.supervisor.stage import Stage, StageError
from performer.run.supervisor.understudy import cued

EX_CONFIG = 78


def rehearse(environ: Mapping[str, str], score: Score | None = None) -> None:
    """Begin the night of the journal and forget it. Raises what a beginning raises."""
    stage = Stage.open(environ)
    edge = Memory(stage.fds["memory"]).commit
    begin(read_back(read_fd(stage.fds["journal"])), score=score, edge=edge[1] if edge else None)


def enter(seat: str, sit: Callable[[Mapping[str, str]], Callable[[], int]], score: Callable[[], Score | None] = lambda: None) -> int:
    """The program of a seat, as the supervisor starts it: ``sit`` down, and do what that returns. The exit code."""
    try:
        if not cued(os.environ, lambda: rehearse(os.environ, score())):
            return 0
        play = sit(os.environ)
    except (StageError, NightError, ValueError) as error:
        print(f"{seat}: {error}", file=sys.stderr)
        return EX_CONFIG
    return play()
