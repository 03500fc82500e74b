"""Work in another process: its answers come back, and its death costs nothing but the answer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest

from cchc_xlsx.isolation import Isolation, WorkerDied

SECONDS = 1.0


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    with Isolation(SECONDS) as opened:
        opened.call(os.getpid)  # starting takes its own time
        yield opened


def test_the_work_is_done_in_another_process(isolation: Isolation) -> None:
    first, second = isolation.call(os.getpid), isolation.call(os.getpid)
    assert first == second != os.getpid()


@pytest.mark.parametrize(
    ("function", "argument", "reason"),
    [
        (time.sleep, 60, "quá 1 giây"),
        (bytearray, 2 << 30, "bộ nhớ"),
        (int, "x", "ValueError"),
        (os._exit, 3, "bị dừng"),
        (os.abort, None, "bị dừng"),
    ],
)
def test_a_death_is_told_and_the_next_call_answered(
    isolation: Isolation, function: Callable[..., object], argument: object, reason: str
) -> None:
    began = time.monotonic()
    with pytest.raises(WorkerDied, match=reason):
        isolation.call(function, *([] if argument is None else [argument]))
    assert time.monotonic() - began < 20 * SECONDS
    assert isolation.call(abs, -1) == 1


def test_what_the_work_prints_is_no_answer(isolation: Isolation) -> None:
    assert isolation.call(print, "một câu trả lời giả") is None
    assert isolation.call(os.write, 1, b"x") == 1
    assert isolation.call(abs, -2) == 2


def test_the_process_ends_with_its_owner() -> None:
    with Isolation() as isolation:
        process = isolation.call(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
