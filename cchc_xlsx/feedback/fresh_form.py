"""A new form with the figures of a workbook that cannot be mended in place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

from cchc_xlsx.causes import place
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Period
from cchc_xlsx.layout import (
    CONTACT_COLUMNS,
    INFO_FIELDS,
    INFO_SHEET,
    NOTE,
    VALUE,
    AppendixLayout,
    contact_answer,
)
from cchc_xlsx.previous import Previous
from cchc_xlsx.reading_rules import CHANGED_ROWS
from cchc_xlsx.submission import Reading, Submission
from cchc_xlsx.template import Content, write_template
from cchc_xlsx.vietnamese import number_to_type


def fresh_form(form: Form, reading: Reading, period: Period, previous: Previous) -> bytes:
    """A workbook of this period with every figure, note and answer that could be read.

    Figures that may belong to other rows are left out: see `moved`. The unit's last figures stand
    beside them as in any new workbook.
    """
    submission = reading.submission
    unit = submission.unit_code
    doubtful = _doubtful(reading)
    figures = submission.fill.values.items()
    content = Content(
        form,
        period,
        submission.unit,
        {code: value for code, value in figures if value is not None and code not in doubtful},
        {code: note for code, note in submission.notes.items() if code in form.by_code},
        _info(form, submission.info),
        previous=previous.last(unit, period),
        opening=previous.opening(unit, period),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.xlsx"
        write_template(content, path)
        return path.read_bytes()


def moved(form: Form, reading: Reading, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings at the cells of a new workbook, after one on the figures that were left out."""
    layout = AppendixLayout(form)
    submission = reading.submission
    doubtful = sorted(_doubtful(reading), key=layout.row)
    left_out = [_left_out(submission, doubtful, layout)] if doubtful else []
    return (*left_out, *(_at_home(finding, submission, layout) for finding in findings))


def _doubtful(reading: Reading) -> Set[str]:
    """The codes with a figure whose row was doubled, moved or contradicted."""
    values = reading.submission.fill.values
    told = (finding.codes for finding in reading.findings if finding.rule == CHANGED_ROWS.id)
    return {code for codes in told for code in codes if values.get(code) is not None}


def _left_out(submission: Submission, codes: Sequence[str], layout: AppendixLayout) -> Finding:
    told = (
        f"{layout.name(code)} (trong tệp đã gửi: {submission.cells[code]} "
        f"«{number_to_type(submission.fill.values[code] or 0)}»)"
        for code in codes
    )
    return CHANGED_ROWS.finding(
        f"Các ô sau để trống vì chưa chắc số liệu thuộc dòng nào: {'; '.join(told)}.",
        "Nhập lại số liệu đúng vào các ô này.",
        codes=codes,
        cells=[layout.name(code) for code in codes],
    )


def _at_home(finding: Finding, submission: Submission, layout: AppendixLayout) -> Finding:
    """The same about the cells of a new workbook."""
    inputs = {indicator.code for indicator in layout.form.inputs}
    is_of_notes = not set(submission.note_cells.values()).isdisjoint(finding.cells)
    column = NOTE if is_of_notes else VALUE
    kept = tuple(cell for cell in finding.cells if cell.startswith(f"{INFO_SHEET}!"))
    cells = tuple(layout.name(code, column) for code in finding.codes if code in inputs)
    hint = finding.hint
    for suspect in submission.suspects:
        code = suspect.code
        hint = hint.replace(place(suspect.cell, code), place(layout.name(code), code))
    return replace(finding, cells=cells + kept, hint=hint)


def _info(form: Form, info: Mapping[str, str]) -> dict[str, str | int]:
    """The answers of `Thông tin`, numbers as numbers."""
    contacts = {
        contact_answer(number, column)
        for number, _ in enumerate(form.contacts, start=1)
        for column in CONTACT_COLUMNS
    }
    typed: dict[str, Callable[[str], str | int]] = {
        field.key: _whole if field.bounds else str for field in INFO_FIELDS
    }
    return {
        key: typed.get(key, str)(text)
        for key, text in info.items()
        if key in typed or key in contacts
    }


def _whole(text: str) -> str | int:
    return int(text) if text.isascii() and text.isdigit() else text
