"""Commands and calls timed side by side: in turn, several times, as a whole.

Only ratios of medians out of one run are worth quoting: machines differ, and so do their hours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
POLLING = 0.1
"""Seconds between two looks at how much memory the processes of a command hold."""


@dataclass
class Times:
    """What the runs of one contender took: seconds, and the most memory of one in MiB."""

    seconds: list[float] = field(default_factory=list)
    mebibytes: float = 0.0

    @property
    def median(self) -> float:
        """The median of the runs, in seconds."""
        return median(self.seconds)


Contender = Callable[[], float]
"""Does its work once; returns the most memory that it held, in MiB, or 0 where nobody asks."""


def interleaved(contenders: Mapping[str, Contender], runs: int) -> dict[str, Times]:
    """Every contender in turn, so many times, after nothing but their own first steps."""
    times = {name: Times() for name in contenders}
    for _ in range(runs):
        for name, work in contenders.items():
            began = time.perf_counter()
            held = work()
            times[name].seconds.append(time.perf_counter() - began)
            times[name].mebibytes = max(times[name].mebibytes, held)
    return times


def call(work: Callable[[], object]) -> Contender:
    """A call of the library, or of a rival, in this process."""

    def once() -> float:
        work()
        return 0.0

    return once


def command(arguments: Sequence[str], *, fails: bool = False) -> Contender:
    """A whole command in a process of its own, with all processes that it starts.

    A merge of workbooks with faults ends with status 1; then `fails` says so.
    """

    def once() -> float:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        memory = _Memory(started.pid)
        _, said = started.communicate()
        memory.stop()
        if started.returncode != int(fails):
            raise RuntimeError(f"{arguments}: status {started.returncode}\n{said.decode()}")
        return memory.most

    return once


class _Memory(threading.Thread):
    """Watches how much memory the processes of a session hold together (Linux only)."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._ended = threading.Event()
        self.most = 0.0
        self.start()

    def run(self) -> None:
        while not self._ended.wait(POLLING):
            self.most = max(self.most, _held(self._session))

    def stop(self) -> None:
        """Stop watching."""
        self._ended.set()
        self.join()


def _held(session: int) -> float:
    """MiB that the processes of a session hold; what they share is counted to each by its part."""
    whole = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == session:
                rollup = (process / "smaps_rollup").read_text()
                whole += int(rollup.partition("\nPss:")[2].split()[0])
        except (OSError, IndexError, ValueError):  # it has ended meanwhile
            continue
    return whole / 1024
