"""How often Python looks for garbage in circles: seldom while we work, never at the end.

Nearly all that reading makes lives to the end of it, so that looking as often as usual was a fifth
of its time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def seldom_looked_for() -> Iterator[None]:
    """For the time of a call, in a process that may be somebody else's."""
    before = gc.get_threshold()
    look_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
