"""Many files read: whoever reads them and whatever dies meanwhile, the outcome is the same."""

from __future__ import annotations

import gc
import hashlib
import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from cchc_xlsx import api
from cchc_xlsx.batch import Batch, BatchReader
from cchc_xlsx.batch.reading import MANY
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.garbage import OBJECTS_BETWEEN_LOOKS
from cchc_xlsx.intake import Listed, list_files
from cchc_xlsx.isolation import Isolation
from cchc_xlsx.workers import MOST_TOGETHER, IsolatedExecutor, Workers, in_order, processors
from tests.many import write_many
from tests.small_form import write_small_form

COUNT = 3 * MOST_TOGETHER + 5

Check = Callable[..., Batch]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_form(tmp_path_factory.mktemp("form"))


@pytest.fixture(scope="module")
def inbox(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sound workbooks, and between them what nobody can read or what is none of ours."""
    folder = tmp_path_factory.mktemp("inbox")
    write_many(folder, load_form(small), COUNT)
    (folder / "X004a.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "X020.csv").write_bytes(b"x")
    return folder


@pytest.fixture(scope="module")
def check(small: Path, inbox: Path) -> Check:
    def checked(**options: object) -> Batch:
        return api.check([inbox], form=small, **options)  # type: ignore[arg-type]

    return checked


@pytest.fixture(scope="module")
def expected(check: Check) -> Batch:
    """What this process reads by itself."""
    assert COUNT < MANY, "or other processes would read them"
    return check()


# --- whoever reads them ---------------------------------------------------------------------------


def processes() -> Executor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.parametrize(
    "executor",
    [lambda: IsolatedExecutor(2), lambda: ThreadPoolExecutor(3), processes],
    ids=["isolated", "threads", "processes"],
)
def test_any_executor_gives_the_same(
    executor: Callable[[], Executor], check: Check, expected: Batch
) -> None:
    with executor() as opened:
        assert check(executor=opened) == expected
        assert opened.submit(abs, -1).result() == 1, "whoever opened it ends it"


def test_each_file_is_named_in_its_order(expected: Batch) -> None:
    files = [each.file for each in expected.submissions]
    assert files == sorted(files)
    assert len(files) == COUNT + 1
    assert {finding.file for reading in expected.readings for finding in reading.findings} <= {
        *files
    }
    assert [each.sha256 for each in expected.submissions] == [
        hashlib.sha256(Path(file).read_bytes()).hexdigest() for file in files
    ]


def test_suspects_are_found_elsewhere_too(expected: Batch) -> None:
    suspected = [each for each in expected.submissions if each.suspects]
    assert len(suspected) == len(range(0, COUNT, 10))


# --- whatever dies meanwhile ----------------------------------------------------------------------


def killing(pid: int, after: int) -> Callable[[Sequence[Listed]], Iterator[Listed]]:
    """Passes files on; when so many were opened, it kills a process."""

    def progress(files: Sequence[Listed]) -> Iterator[Listed]:
        for number, file in enumerate(files):
            if number == after:
                os.kill(pid, signal.SIGKILL)
            yield file

    return progress


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("after", [1, MOST_TOGETHER + 1, COUNT])
@pytest.mark.parametrize(
    "executor", [lambda: IsolatedExecutor(2), processes], ids=["isolated", "processes"]
)
def test_a_process_that_is_killed_loses_nothing(
    executor: Callable[[], Executor], after: int, check: Check, expected: Batch
) -> None:
    opened = executor()
    pid = opened.submit(os.getpid).result()
    with suppress(BrokenExecutor), opened:
        assert check(executor=opened, progress=killing(pid, after)) == expected


def test_an_executor_that_is_shut_down_loses_nothing(check: Check, expected: Batch) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    assert check(executor=executor) == expected


class Muddled(Executor):
    """Answers, but not what it was asked."""

    def submit(self, function: object, /, *arguments: object, **_: object) -> Future[object]:  # type: ignore[override]
        future: Future[object] = Future()
        future.set_result([b"\x90"])
        return future


def test_an_answer_that_is_none_is_not_believed(small: Path, inbox: Path, expected: Batch) -> None:
    with Isolation() as isolation:
        reader = BatchReader(load_form(small), isolation, Workers(Muddled()))
        read = reader.read(list_files([inbox])).readings
    assert [each.submission.sha256 for each in read] == [
        each.sha256 for each in expected.submissions
    ]


# --- processes of our own -------------------------------------------------------------------------


def test_a_death_costs_its_own_work_only() -> None:
    with IsolatedExecutor(1) as executor:
        answers = [executor.submit(os._exit, 3), executor.submit(abs, -1)]
        assert "bị dừng" in str(answers[0].exception())
        assert answers[1].result() == 1


def test_nobody_waits_for_work_that_nobody_wants() -> None:
    """Or whoever stops the command waits for its files."""
    executor = IsolatedExecutor(1)
    asked = [executor.submit(os.read, 99, 1) for _ in range(3)]
    executor.shutdown()
    assert all(each.done() for each in asked)


def test_a_script_without_a_guard_runs_once(small: Path, tmp_path: Path) -> None:
    """Which `multiprocessing` asks of every script, and nobody knows."""
    if processors() < 2:
        pytest.skip("no other process is started on one processor")
    write_many(tmp_path / "inbox", load_form(small), MANY)
    script = tmp_path / "phân tích.py"
    script.write_text(
        "import sys\n"
        "import cchc_xlsx\n"
        "from cchc_xlsx.workers import Workers\n"
        f"batch = cchc_xlsx.check([{str(tmp_path / 'inbox')!r}], form={str(small)!r})\n"
        "print(len(batch.accepted))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"{MANY}\n", "")


# --- bytes stream through -------------------------------------------------------------------------


def test_the_order_is_that_of_the_work_and_little_waits() -> None:
    handed, most, answered = 0, 0, []

    def submit(task: int) -> Future[int]:
        nonlocal handed, most
        handed += 1
        most = max(most, handed)
        future: Future[int] = Future()
        waiting.append((task, future))
        if len(waiting) == 2:  # the later one is done first
            for each, asked in reversed(waiting):
                asked.set_result(each)
            waiting.clear()
        return future

    waiting: list[tuple[int, Future[int]]] = []
    for task, future in in_order(range(100), submit, lambda _: 2**23):
        handed -= 1
        answered.append((task, future.result()))
    assert answered == [(task, task) for task in range(100)]
    assert most <= 5


def test_files_are_dropped_when_they_are_read(form: Form, tmp_path: Path) -> None:
    size, count = 2**20, 60
    for number in range(count):
        (tmp_path / f"{number}.xlsx").write_bytes(number.to_bytes(2) * (size // 2))
    with Isolation() as isolation:
        reader = BatchReader(form, isolation)
        reader.read(list_files([tmp_path / "0.xlsx"]))
        tracemalloc.start()
        try:
            reader.read(list_files([tmp_path]))
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 10 * size


def test_a_library_call_leaves_the_search_for_garbage_as_it_was(check: Check) -> None:
    before = gc.get_threshold()
    seen: list[tuple[int, int, int]] = []

    def watched(files: Sequence[Listed]) -> Iterator[Listed]:
        for each in files:
            seen.append(gc.get_threshold())
            yield each

    check(progress=watched)
    assert set(seen) == {(OBJECTS_BETWEEN_LOOKS, 20, 20)}
    assert gc.get_threshold() == before


def test_calls_in_two_threads_leave_the_search_for_garbage_as_it_was(check: Check) -> None:
    before = gc.get_threshold()
    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(check) for _ in range(2)]
        assert all(call.result().accepted for call in calls)
    assert gc.get_threshold() == before
