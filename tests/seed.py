"""The seed: one department's appendix of quarter III of 2022, row by row."""

from __future__ import annotations

import csv
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "seed-appendix.tsv"


def seed_rows() -> list[dict[str, str]]:
    """The 185 rows in order; every column is the text as it was printed."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def seed_entries() -> dict[str, float]:
    """The figures by code; a row that was left blank is not listed."""
    return {row["code"]: float(row["value_parsed"]) for row in seed_rows() if row["value_parsed"]}


def seed_notes() -> dict[str, str]:
    """The column Ghi chú by code; a blank note is not listed."""
    return {row["code"]: row["note"] for row in seed_rows() if row["note"]}
