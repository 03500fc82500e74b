"""A real cluster of two processes: the same workbook, and nothing lost when one is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

import cchc_xlsx
from cchc_xlsx import api
from cchc_xlsx.errors import InputError
from cchc_xlsx.form_file import load_form
from cchc_xlsx.intake import Listed
from cchc_xlsx.workers import MOST_TOGETHER
from tests.command import run_both
from tests.many import write_many
from tests.small_form import write_small_form

COUNT = 4 * MOST_TOGETHER


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_form(tmp_path_factory.mktemp("form"))


@pytest.fixture(scope="module")
def inbox(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_many(folder, load_form(small), COUNT)
    return folder


@pytest.fixture(scope="module")
def expected(small: Path, inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The consolidated workbook as this machine makes it."""
    output = tmp_path_factory.mktemp("expected") / "tong-hop.xlsx"
    api.merge([inbox], output, form=small, reproducible=True)
    return output.read_bytes()


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as opened:
        yield opened


def test_the_workbook_is_the_same_byte_for_byte(
    cluster: LocalCluster, small: Path, inbox: Path, expected: bytes, tmp_path: Path
) -> None:
    output, address = tmp_path / "tong-hop.xlsx", cluster.scheduler_address
    options = ("--form", small, "--reproducible", "--no-cache", "--dask", address)
    _, errors = run_both("merge", inbox, "-o", output, *options, status=1)
    assert errors == ""
    assert output.read_bytes() == expected


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_worker_killed_in_the_middle_loses_nothing(
    cluster: LocalCluster, small: Path, inbox: Path, expected: bytes, tmp_path: Path
) -> None:
    output = tmp_path / "tong-hop.xlsx"
    with Client(cluster) as client:
        workers = client.run(os.getpid)

        def killing(files: Sequence[Listed]) -> Iterator[Listed]:
            for number, file in enumerate(files):
                if number == 2 * MOST_TOGETHER:
                    os.kill(min(workers.values()), signal.SIGKILL)
                yield file

        executor = client.get_executor(pure=False)
        api.merge(
            [inbox], output, form=small, reproducible=True, executor=executor, progress=killing
        )
    assert output.read_bytes() == expected


def test_nobody_answers(inbox: Path) -> None:
    _, errors = run_both("check", inbox, "--dask", "127.0.0.1:9", status=2)
    assert errors == "Lỗi: --dask: không kết nối được với cụm Dask ở «127.0.0.1:9».\n"


def test_a_cluster_without_machines(small: Path) -> None:
    with (
        LocalCluster(n_workers=0, dashboard_address=None) as empty,
        pytest.raises(InputError, match="không có máy nào"),
        api.cluster_at(empty.scheduler_address),
    ):
        pass


_SERVE = """
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        input()
"""


def test_a_cluster_with_another_program(tmp_path: Path) -> None:
    package = Path(cchc_xlsx.__file__).parent
    shutil.copytree(package, tmp_path / package.name)
    with (tmp_path / package.name / "words.py").open("a", encoding="utf-8") as file:
        file.write("# another program\n")
    (tmp_path / "serve.py").write_text(_SERVE, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, tmp_path / "serve.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        text=True,
    ) as served:
        assert served.stdin
        assert served.stdout
        with (
            pytest.raises(InputError, match="phải cài đúng phiên bản"),
            api.cluster_at(served.stdout.readline().strip()),
        ):
            pass
        served.communicate("\n")
