"""How often Python looks for garbage in circles: seldom while we work, never at the end.

Nearly all that reading makes lives to the end of it, so that looking as often as usual was a fifth
of its time.
"""

from __future__ import annotations

import gc
import threading

OBJECTS_BETWEEN_LOOKS = 20_000
"""New objects after which Python looks, 700 by itself."""


def look_seldom() -> None:
    """From now on, in a process that is ours."""
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, 20, 20)


def never_look_again() -> None:
    """Now that a process that is ours is done: the system takes back all of its memory at once.

    Python would look through all that is left before it ends, a seventh of the time of a `check`.
    """
    gc.freeze()


class _Calls:
    """For the time of library calls, in a process that may be somebody else's and has threads.

    The first call sets how often Python looks, the last sets it back. Nothing changes where it
    looks as seldom already, or not at all.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._before = gc.get_threshold()

    def __enter__(self) -> None:
        with self._lock:
            if not self._under_way:
                self._before = gc.get_threshold()
                if 0 < self._before[0] < OBJECTS_BETWEEN_LOOKS:
                    look_seldom()
            self._under_way += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._under_way -= 1
            if not self._under_way:
                gc.set_threshold(*self._before)


seldom_looked_for = _Calls()
