"""Work handed to other processes in small pieces; what comes of it keeps the order of the pieces.

Any executor of `concurrent.futures` will do. Ours runs plain Pythons of this installation, see
`isolation`: multiprocessing would start the caller's own script once more.
"""

from __future__ import annotations

import os
import pickle
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import lru_cache
from types import TracebackType
from typing import Any, TypeVar

from cchc_xlsx.isolation import SECONDS, Isolation

Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_PROCESSES = 8
"""Each takes some 50 MB, and this one, which opens and decodes all files, feeds few more."""

MOST_TOGETHER = 16
"""Files of one piece of work: handing it over costs little beside the work itself."""

MOST_WAITING = 32 * 2**20
"""Bytes handed over and not yet answered."""


class Here(Executor):
    """Does the work at once, in this process; what it raises is in the future."""

    def submit(
        self, function: Callable[..., Result], /, *arguments: Any, **named: Any
    ) -> Future[Result]:
        """Do it now."""
        future: Future[Result] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


HERE = Here()


class IsolatedExecutor(Executor):
    """Does the work in processes of their own, each with a memory cap and a deadline.

    One that dies costs its piece of work (`isolation.WorkerDied`); the next has a new process.
    """

    def __init__(self, processes: int) -> None:
        self._own = threading.local()
        self._isolations: list[Isolation] = []
        self._threads = ThreadPoolExecutor(processes, initializer=self._open)

    def _open(self) -> None:
        """A process for this thread, which waits for its answers."""
        self._own.isolation = Isolation(MOST_TOGETHER * SECONDS)
        self._isolations.append(self._own.isolation)

    def submit(
        self, function: Callable[..., Result], /, *arguments: Any, **named: Any
    ) -> Future[Result]:
        """Do it when a process is free; all must be picklable."""
        return self._threads.submit(self._call, function, arguments)

    def _call(self, function: Callable[..., Result], arguments: tuple[object, ...]) -> Result:
        isolation: Isolation = self._own.isolation
        return isolation.call(function, *arguments)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, whatever they are doing: nobody waits for their answers any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for each in self._isolations:
            each.kill()
        self._threads.shutdown(wait=True)
        for each in self._isolations:
            each.close()


class Workers:
    """Who does the work: the executor that was given, else this process, and others once it pays.

    A context manager that ends the processes which it started; never an executor that was given.
    """

    def __init__(self, executor: Executor | None = None) -> None:
        self._given = executor
        self._own: IsolatedExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._own:
            self._own.shutdown()

    def elsewhere(self, *, pays: bool) -> Executor | None:
        """Who does work elsewhere; None where it is done here.

        `pays` tells whether there is enough of it to start processes for.
        """
        if self._given or self._own:
            return self._given or self._own
        if pays and processors() > 1:
            self._own = IsolatedExecutor(min(processors(), MOST_PROCESSES))
        return self._own


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def submitted(
    executor: Executor, function: Callable[..., Result], *arguments: Any
) -> Future[Result]:
    """What will come of a piece of work; also where the executor does not even take it."""
    try:
        return executor.submit(function, *arguments)
    except RuntimeError as error:  # it is broken, or shut down
        refused: Future[Result] = Future()
        refused.set_exception(error)
        return refused


def in_order(
    tasks: Iterable[Task],
    submit: Callable[[Task], Future[Result]],
    weight: Callable[[Task], int],
) -> Iterator[tuple[Task, Future[Result]]]:
    """Each piece of work with what comes of it, in the order of the pieces.

    `weight` is how many bytes a piece is; beyond `MOST_WAITING` no more are handed over before the
    first is answered.
    """
    waiting: deque[tuple[Task, Future[Result]]] = deque()
    handed_over = 0
    for task in tasks:
        waiting.append((task, submit(task)))
        handed_over += weight(task)
        while waiting and (handed_over > MOST_WAITING or waiting[0][1].done()):
            handed_over -= weight(waiting[0][0])
            yield waiting.popleft()
    yield from waiting


# --- what every piece of work needs ---------------------------------------------------------------


def packed(needed: object) -> bytes:
    """An object as bytes that go with every piece of work; see `unpacked`."""
    return zlib.compress(pickle.dumps(needed), 1)


@lru_cache(4)
def unpacked(data: bytes) -> Any:
    """The object: unpacked once in a process, however many pieces of work bring it."""
    return pickle.loads(zlib.decompress(data))
