"""A run of the tests prints the seeds that it draws with, and what was counted, also with xdist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.draws import COUNTED, EDGES, EXPRESSIONS

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_a_run_prints_its_seeds_and_counts(tmp_path: Path, workers: list[str]) -> None:
    test = f"def test_one(record_property): record_property({COUNTED!r}, '7 cases, 0 differ')\n"
    (tmp_path / "test_one.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--hypothesis-seed=5", *workers, str(tmp_path)],
        capture_output=True, encoding="utf-8", cwd=ROOT, timeout=120, check=False,
    )  # fmt: skip
    seeds = f"seeds: edges of the rules {EDGES}, expressions {EXPRESSIONS}, --hypothesis-seed=5"
    assert seeds in done.stdout.splitlines()
    assert "7 cases, 0 differ" in done.stdout.splitlines()
    assert done.returncode == 0
