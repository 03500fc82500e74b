"""Many filled workbooks of the small form, fast to read."""

from __future__ import annotations

from pathlib import Path

from cchc_xlsx.form import Form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content, write_template

PERIOD = "2025-H1"


def write_many(folder: Path, form: Form, count: int, first: int = 0) -> None:
    """Workbooks of so many units; every tenth breaks the hard rule, each has a warning."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        held = 11 if number % 10 == 0 else number % 10
        content = Content(
            form,
            form.period(PERIOD),
            ReportingUnit(f"X{number:03}", f"Xã số {number}"),
            {"A1": 10.0, "A2": float(held), "A4": 100.0 + number, "B1": float(number % 2)},
        )
        write_template(content, folder / f"X{number:03}.xlsx")
