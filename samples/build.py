"""Writes the sample workbooks of `filled` and `earlier` from the tables of `figures`.

Run ``python samples/build.py`` after changing a figure, the form or the template.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.output import replacing
from cchc_xlsx.roster import load_roster
from cchc_xlsx.template import Content, write_template

SAMPLES = Path(__file__).parent
PERIOD = "2022-Q3"
REAL_UNIT = "H51.05"
EARLIER_PERIOD, EARLIER_UNIT = "2022-6T", "H99.01"

Row = dict[str, str]


def table(name: str) -> list[Row]:
    """The rows of a tab-separated table of `figures`; a quotation mark in it means nothing."""
    path = SAMPLES / "figures" / f"{name}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def entry(text: str) -> float | str:
    """What to type into a cell: a number or, as in Excel, a text after an apostrophe."""
    return text[1:] if text.startswith("'") else float(text)


def entries(rows: list[Row], column: str) -> dict[str, float | str]:
    """A column of figures by code; an empty one leaves the cell as the template has it."""
    return {row["code"]: entry(row[column]) for row in rows if row[column]}


def notes(rows: list[Row]) -> dict[str, str]:
    """The notes by code."""
    return {row["code"]: row["note"] for row in rows if row["note"]}


def fill_in(unit: str) -> tuple[dict[str, float | str], dict[str, str]]:
    """The figures and the notes of a department."""
    if unit == REAL_UNIT:
        rows = table("so-tai-nguyen-moi-truong")
        return entries(rows, "value"), notes(rows)
    own_notes = [row for row in table("invented-notes") if row["unit"] == unit]
    return entries(table("invented"), unit), notes(own_notes)


def info(report: Row) -> dict[str, str | int]:
    """The answers of the sheet `Thông tin`: no persons, and only what the department knows."""
    answers = {key: text for key, text in report.items() if text and key != "unit"}
    return {key: int(text) if text.isdigit() else text for key, text in answers.items()}


def contents(form: Form) -> Iterator[Content]:
    """What the departments sent: one workbook for each row of `reports`."""
    units = {unit.code: unit for unit in load_roster(SAMPLES / "roster.csv")}
    for report in table("reports"):
        unit = units[report["unit"]]
        yield Content(form, form.period(PERIOD), unit, *fill_in(unit.code), info(report))


def earlier(form: Form) -> Content:
    """What one department sent for the period before: the same but for the rows of `earlier`."""
    figures, said = fill_in(EARLIER_UNIT)
    rows = table("earlier")
    for row in rows:
        figures.pop(row["code"], None)
        said.pop(row["code"], None)
    (unit,) = (each for each in load_roster(SAMPLES / "roster.csv") if each.code == EARLIER_UNIT)
    figures |= entries(rows, EARLIER_UNIT)
    return Content(form, form.period(EARLIER_PERIOD), unit, figures, said)


def main() -> None:
    """Write every workbook, in place of the one that is there."""
    form = load_form()
    folders = [*(("filled", content) for content in contents(form)), ("earlier", earlier(form))]
    for folder, content in folders:
        assert content.unit is not None
        path = SAMPLES / folder / f"{content.unit.code}_{content.period.id}.xlsx"
        with replacing(path) as beside:
            write_template(content, beside)
        print(path.relative_to(SAMPLES.parent))


if __name__ == "__main__":
    main()
