"""The ladder of scheduling classes that a player climbs, and how high it got.

Law of this file: a refusal is no error; what was obtained is what is reported. Real-time priority decides nearly everything
about lateness under load (some hundred times at the 99th percentile), so it is asked for first.
"""

import ctypes
import gc
import os
import sys

PRIORITY = 50
NICE = -11
_ROOM = 256 << 20
_MCL_CURRENT, _MCL_FUTURE = 1, 2


def climb(priority: int = PRIORITY) -> str:
    """Take the best class that is granted: ``FIFO 50``, ``RR 50``, ``nice -11`` or ``normal``; say which."""
    for name in ("FIFO", "RR"):
        policy = getattr(os, f"SCHED_{name}", None)
        if policy is None:
            continue
        try:
            os.sched_setscheduler(0, policy, os.sched_param(priority))
        except OSError:
            continue
        return f"{name} {priority}"
    try:
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
    except (AttributeError, OSError):
        return "normal"
    return f"nice {NICE}"


def stay_in_memory() -> bool:
    """Lock this process's memory, so that no page of it must be fetched in mid-beat; False when that is refused.

    Nothing is locked where the limit is so low that later allocations would fail for it.
    """
    if sys.platform != "linux":
        return False
    import resource

    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    if os.geteuid() != 0 and limit != resource.RLIM_INFINITY and limit < _ROOM:
        return False
    return bool(ctypes.CDLL(None, use_errno=True).mlockall(_MCL_CURRENT | _MCL_FUTURE) == 0)


def no_more_collecting() -> None:
    """Stop the garbage collector for good: what a player makes dies by reference counts, and a collection is a hiccup."""
    gc.collect()
    gc.freeze()
    gc.disable()
