"""The benchmarks work, and their tables are in the documents; nobody judges times here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.localisation import ALL, BEGIN, COUNTS, END, HEADS, PAGE, SLIPS, TITLES

ROOT = Path(__file__).parent.parent


def test_every_line_of_the_table_is_measured() -> None:
    run = subprocess.run(
        [sys.executable, "benchmarks/speed.py", "--short"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    lines = [line for line in run.stdout.splitlines() if line.startswith("|")]
    works = [line.split("|")[1].strip() for line in lines[2:]]
    assert [work.partition(",")[0] for work in works] == [
        "`check` of one file",
        "`check` of one file with an error",
        "`--help`",
        "checking 6 submissions",
        "`template` for 6 units",
        "reading and checking 6",
        "reading and checking 6",
        "`merge` of 3 workbooks",
        "`merge` of 6 workbooks",
        "`merge` of 6",
        "`merge` of 12",
    ]
    for line in lines[2:]:
        ours, theirs, ratio = (float(cell) for cell in line.split("|")[3:6])
        assert ours > 0
        assert theirs > 0
        assert ratio > 0


def test_the_page_has_the_tables_of_the_script() -> None:
    """The lines and columns, not the numbers: those take ten minutes."""
    page = PAGE.read_text(encoding="utf-8")
    written = page[page.index(BEGIN) : page.index(END)]
    rows = [line.strip("| ").split(" | ") for line in written.splitlines() if line[:1] == "|"]
    for count, first in zip(COUNTS, range(0, len(rows), len(SLIPS) + 3), strict=True):
        head, _, *lines = rows[first : first + len(SLIPS) + 3]
        assert head == [TITLES[count], *HEADS]
        assert [line[0] for line in lines] == [*SLIPS, ALL]
        assert {len(line) for line in lines} == {len(HEADS) + 1}
