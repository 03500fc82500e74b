"""Each sender's own workbook back, with what has to be mended marked in it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cchc_xlsx.feedback.annotate import annotate
from cchc_xlsx.feedback.letter import draft, letter
from cchc_xlsx.feedback.opinions_sheet import Opinion
from cchc_xlsx.finding import Finding, worst_first
from cchc_xlsx.form import Form, Period
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.layout import CONTACT_COLUMNS, INFO_FIELDS, AppendixLayout, contact_answer
from cchc_xlsx.reader.safe import carries_tag
from cchc_xlsx.reading_rules import CHANGED_ROWS, KNOWN_BY_TEXT, OTHER_VERSION
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status
from cchc_xlsx.template import Content, write_template

__all__ = ["Returned", "prepare"]

_DAMAGED = {CHANGED_ROWS.id, KNOWN_BY_TEXT.id, OTHER_VERSION.id}
"""What a person cannot mend in the file itself: rows that are gone or moved, codes, the form."""


@dataclass(frozen=True)
class Returned:
    """What goes back to one sender; `workbook` is empty when no form fits what was sent."""

    reading: Reading
    text: str
    workbook: bytes
    to: str
    subject: str

    def mail(self, name: str) -> bytes:
        """A draft with the workbook attached under this name."""
        return draft(self.text, self.subject, self.to, name, self.workbook)


def goes_back(reading: Reading) -> bool:
    """Whether its sender has to do something about a file."""
    is_taken = reading.submission.status is not Status.SUPERSEDED
    return is_taken and any(finding.is_open for finding in reading.findings)


def prepare(
    form: Form,
    reading: Reading,
    data: bytes,
    name: str,
    *,
    usual: Period | None,
    roster: Mapping[str, ReportingUnit],
    due: str,
    isolation: Isolation,
) -> Returned:
    """A file with its opinion; `name` is what the workbook will be called.

    Where annotating would not help, because rows or codes are lost or the file is no ``.xlsx``, it
    is a fresh form of the same period (or the `usual` one) with every figure that could be read.
    """
    submission = reading.submission
    known = roster.get(submission.unit_code)
    office = known.name if known else submission.unit.name if submission.unit else "quý cơ quan"
    period = submission.period or usual
    title = period.title if period else "kỳ này"
    open_findings = (finding for finding in reading.findings if finding.is_open)
    opinion = Opinion(office, title, due, tuple(worst_first(open_findings)))
    workbook = _annotated(form, reading, data, opinion, isolation)
    is_fresh = not workbook
    if is_fresh and period:
        workbook = _fresh(form, reading, period, opinion)
    return Returned(
        reading,
        letter(opinion, name, is_fresh=is_fresh),
        workbook,
        known.email if known else "",
        f"Đề nghị sửa, bổ sung báo cáo cải cách hành chính {title[0].lower()}{title[1:]}",
    )


def _annotated(
    form: Form, reading: Reading, data: bytes, opinion: Opinion, isolation: Isolation
) -> bytes:
    """The file itself with the opinion in it; nothing when that would not help."""
    is_damaged = _DAMAGED & {finding.rule for finding in reading.findings}
    if is_damaged or not reading.submission.cells or not carries_tag(data, form):
        return b""
    try:
        return isolation.call(annotate, data, opinion, dict(reading.submission.answers))
    except WorkerDied:
        return b""


# --- a fresh form ---------------------------------------------------------------------------


def _fresh(form: Form, reading: Reading, period: Period, opinion: Opinion) -> bytes:
    submission = reading.submission
    values = submission.fill.values
    content = Content(
        form,
        period,
        submission.unit,
        {code: value for code, value in values.items() if value is not None},
        {code: note for code, note in submission.notes.items() if code in form.by_code},
        _info(form, submission.info),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.xlsx"
        write_template(content, path)
        data = path.read_bytes()
    layout = AppendixLayout(form)
    moved = tuple(_at_home(finding, layout) for finding in opinion.findings)
    return annotate(data, replace(opinion, findings=moved), dict(submission.answers))


def _at_home(finding: Finding, layout: AppendixLayout) -> Finding:
    """The same about the cells of a new workbook."""
    inputs = {indicator.code for indicator in layout.form.inputs}
    cells = tuple(layout.name(code) for code in finding.codes if code in inputs)
    return replace(finding, cells=cells)


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
