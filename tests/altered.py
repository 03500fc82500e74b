"""Samples that break no rule, with other contents in some of their cells."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook

from cchc_xlsx.form import Form
from cchc_xlsx.layout import NOTE, VALUE, AppendixLayout

FILLED = Path(__file__).parent.parent / "samples" / "filled"
CLEAN, FOLLOWING = FILLED / "H99.03_2022-Q3.xlsx", FILLED / "H99.01_2022-Q3.xlsx"
"""A report whose totals are typed, and one whose totals are the template's own formulas."""


def altered(
    form: Form,
    sample: Path,
    cells: Mapping[str, float | str | None],
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """A sample with other contents in some of its cells, and other notes, by code."""
    layout = AppendixLayout(form)
    book = load_workbook(sample)
    for column, contents in ((VALUE, cells), (NOTE, notes or {})):
        for code, content in contents.items():
            sheet, _, place = layout.name(code, column).rpartition("!")
            book[sheet][place] = content
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
