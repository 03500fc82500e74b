"""Each sender's own workbook back, with what has to be mended marked in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cchc_xlsx.feedback.annotate import annotate
from cchc_xlsx.feedback.fresh_form import fresh_form, moved
from cchc_xlsx.feedback.letter import Enclosed, draft, letter
from cchc_xlsx.feedback.opinions_sheet import Opinion
from cchc_xlsx.finding import Finding, Severity, worst_first
from cchc_xlsx.form import Form, Period
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reader.safe import carries_tag
from cchc_xlsx.reading_rules import CHANGED_ROWS, KNOWN_BY_TEXT, OTHER_VERSION
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status
from cchc_xlsx.waivers import asked_about, settled

_DAMAGED = {CHANGED_ROWS.id, KNOWN_BY_TEXT.id, OTHER_VERSION.id}
"""What a person cannot mend in the file itself: rows that are gone or moved, codes, the form."""


@dataclass(frozen=True)
class Returned:
    """What goes back to one sender; `workbook` is empty when no form fits what was sent."""

    text: str
    workbook: bytes
    to: str
    subject: str

    def contents(self, name: str, *, eml: bool) -> dict[str, bytes]:
        """The files, by suffix: the workbook, the text of the mail, with `eml` a draft of it."""
        files = {".xlsx": self.workbook, ".txt": self.text.encode()}
        if eml:
            attached = f"{name}.xlsx"
            files[".eml"] = draft(self.text, self.subject, self.to, attached, self.workbook)
        return {suffix: content for suffix, content in files.items() if content}


def goes_back(reading: Reading) -> bool:
    """Whether its sender has to do something about a file."""
    is_taken = reading.submission.status is not Status.SUPERSEDED
    return is_taken and any(finding.is_open for finding in reading.findings)


@dataclass(frozen=True)
class Feedbacker:
    """Writes opinions: `usual` is the period where a file does not tell its own, `due` a day.

    A fresh form shows the unit its last figures out of `previous`.
    """

    form: Form
    roster: tuple[ReportingUnit, ...]
    usual: Period | None
    due: str
    isolation: Isolation
    previous: Previous = NO_PREVIOUS

    def prepare(self, reading: Reading, data: bytes, name: str) -> Returned:
        """A file with its opinion; `name` is what the workbook will be called.

        Where annotating would not help, because rows or codes are lost or the file is no ``.xlsx``,
        it is a fresh form with the figures that could be read.
        """
        submission = reading.submission
        known = {unit.code: unit for unit in self.roster}.get(submission.unit_code)
        period = submission.period or self.usual
        title = period.title if period else "Kỳ này"
        office = known or submission.unit
        asked = _asked(reading)
        opinion = Opinion(
            office.name if office else "quý cơ quan",
            title,
            self.due,
            asked,
            tuple(asked_about(submission, finding) for finding in asked),
            settled(reading),
        )
        workbook, enclosed = self._annotated(reading, data, opinion), Enclosed.MARKED
        if not workbook and period:
            workbook, enclosed = self._fresh(reading, period, opinion), Enclosed.FRESH
        return Returned(
            letter(opinion, name, enclosed if workbook else Enclosed.NOTHING),
            workbook,
            known.email if known else "",
            f"Đề nghị sửa, bổ sung báo cáo cải cách hành chính {title[0].lower()}{title[1:]}",
        )

    def _annotated(self, reading: Reading, data: bytes, opinion: Opinion) -> bytes:
        """The file itself with the opinion in it; nothing when that would not help."""
        is_damaged = _DAMAGED & {finding.rule for finding in reading.findings}
        if is_damaged or not reading.submission.cells or not carries_tag(data, self.form):
            return b""
        return self._safely_annotated(data, opinion)

    def _fresh(self, reading: Reading, period: Period, opinion: Opinion) -> bytes:
        fresh = fresh_form(self.form, reading, period, self.previous)
        findings = moved(self.form, reading, opinion.findings)
        new = findings[: len(findings) - len(opinion.findings)]
        keys = (*(finding.key for finding in new), *opinion.keys)
        return self._safely_annotated(fresh, replace(opinion, findings=findings, keys=keys))

    def _safely_annotated(self, data: bytes, opinion: Opinion) -> bytes:
        try:
            return self.isolation.call(annotate, data, opinion)
        except WorkerDied:
            return b""


def _asked(reading: Reading) -> tuple[Finding, ...]:
    """What the sender is asked, worst first; what is answered already comes last."""
    asked = [finding for finding in reading.findings if finding.severity is not Severity.INFO]
    return tuple(sorted(worst_first(asked), key=lambda finding: not finding.is_open))
