"""Work on bytes that nobody vouches for: in a process of its own, with a memory cap and a deadline.

The process is a plain Python of this installation that takes one call after the other over its
pipes. It is started when it is first needed, and again after it died. (multiprocessing would start
the caller's own script once more, which a script that only imports us does not expect.)
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import IO, Any, TypeVar

from cchc_xlsx.garbage import look_seldom

Result = TypeVar("Result")

SECONDS = 15.0
MEMORY = 1 << 30
"""Bytes of address space, where the system can cap it (Windows cannot without more)."""

LARGEST_OUTPUT = 64 * 2**20
"""Bytes of any file that the work writes, for libraries keep some of theirs in temporary ones."""


class WorkerDied(Exception):
    """The work took too long or too much memory, or broke the process; the text says which."""


class Isolation:
    """Calls functions in another process; a context manager that ends it."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Isolation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, which must have nothing to do."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def kill(self) -> None:
        """End the process whatever it does; a call that waits for its answer is told so."""
        if self._process:
            self._process.kill()

    def call(self, function: Callable[..., Result], *arguments: object) -> Result:
        """What the function returns for these arguments; all must be picklable.

        Raises `WorkerDied` when there is no answer within the deadline, and also for an exception
        of the function, which therefore should return its faults.
        """
        process = self._running() or self._start()
        late = threading.Event()

        def end_late() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, end_late)
        timer.start()
        try:
            answer = _ask(process, function, arguments)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.close()
            reason = f"quá {self._seconds:.0f} giây" if late.is_set() else "tiến trình đọc bị dừng"
            raise WorkerDied(reason) from error
        finally:
            timer.cancel()
            timer.join()
        if late.is_set():  # it has just answered, but is killed: the next call needs another
            self.close()
        if isinstance(answer, _Failed):
            self.close()
            raise WorkerDied(answer.reason)
        result: Result = answer
        return result

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The process, if it still lives: it may have died since its last answer."""
        if self._process and self._process.poll() is not None:
            self.close()
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        paths = [os.path.abspath(path) for path in sys.path]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-c", f"from {__name__} import _serve; _serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # One thread of OpenBLAS, for each reserves more memory than all our work takes.
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"},
        )
        return self._process


class _Failed:
    """The answer when the function did not return."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _ask(
    process: subprocess.Popen[bytes], function: Callable[..., Any], arguments: tuple[object, ...]
) -> Any:
    assert process.stdin
    assert process.stdout
    pickle.dump((function, arguments), process.stdin)
    process.stdin.flush()
    return pickle.load(process.stdout)


# --- in the other process -----------------------------------------------------------------------


def _serve() -> None:
    """Answer calls until there are no more. Nothing but answers is ever printed."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _cap()
    look_seldom()
    while _answer(sys.stdin.buffer, answers):
        pass


def _answer(calls: IO[bytes], answers: IO[bytes]) -> bool:
    try:
        function, arguments = pickle.load(calls)
    except EOFError:
        return False
    try:
        answer = pickle.dumps(function(*arguments))
    except MemoryError:
        answer = pickle.dumps(_Failed("cần quá nhiều bộ nhớ"))
    except BaseException as error:  # a panic of native code is no Exception
        answer = pickle.dumps(_Failed(f"nội dung bất thường ({type(error).__name__})"))
    answers.write(answer)
    answers.flush()
    return True


def _cap() -> None:
    """Bound the memory, and the size of any file that is written, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such module
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, LARGEST_OUTPUT)):
        _, hard = resource.getrlimit(what)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # macOS refuses to bound what a process has mapped already.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (soft, hard))
