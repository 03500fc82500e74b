"""Files of one form, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cchc_xlsx.batch.scope import most_common_period
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Period
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reading_rules import NEWER_TAKEN
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status, Submission

if TYPE_CHECKING:
    from cchc_xlsx.adjustments import JudgedRow


@dataclass(frozen=True)
class Batch:
    """Files of one form, read and checked, in the order they were found.

    `general` are the findings about no file in particular. `roster` is empty when none was given.
    `year` is the one whose periods are put together, if so. `adjusting` tells what became of each
    correction; None when no table of them was given. `previous` are the reports of earlier periods.
    """

    form: Form
    readings: tuple[Reading, ...]
    roster: tuple[ReportingUnit, ...] = ()
    general: tuple[Finding, ...] = ()
    year: int | None = None
    adjusting: tuple[JudgedRow, ...] | None = None
    previous: Previous = NO_PREVIOUS

    @cached_property
    def submissions(self) -> list[Submission]:
        """What every file turned out to hold."""
        return [reading.submission for reading in self.readings]

    @cached_property
    def findings(self) -> list[Finding]:
        """All findings: file by file, the worst of each first, then the general ones."""
        return [
            *(finding for reading in self.readings for finding in reading.findings),
            *self.general,
        ]

    @cached_property
    def accepted(self) -> list[Submission]:
        """The submissions whose figures count."""
        return self.with_status(Status.ACCEPTED)

    def with_status(self, status: Status) -> list[Submission]:
        """The submissions with a status."""
        return [each for each in self.submissions if each.status is status]

    @property
    def period(self) -> Period | None:
        """The period of all accepted submissions, when it is one."""
        periods = {each.period for each in self.accepted}
        return periods.pop() if len(periods) == 1 else None

    @cached_property
    def missing_units(self) -> list[ReportingUnit]:
        """The units of the roster whose figures are in no accepted workbook, not even a roll-up."""
        present = {code.casefold() for each in self.accepted for code in each.units}
        return [unit for unit in self.roster if unit.code.casefold() not in present]

    @cached_property
    def unknown_units(self) -> list[str]:
        """The codes of units that sent and are not in the roster; none without a roster."""
        known = {unit.code for unit in self.roster}
        codes = (each.unit_code for each in self.submissions)
        return sorted({code for code in codes if code and known and code not in known})

    @cached_property
    def of_another_period(self) -> list[Submission]:
        """The submissions of another period than most; of a year, those of another year."""
        if self.year:
            dated = (each for each in self.submissions if each.period)
            return [each for each in dated if each.period and each.period.year != self.year]
        usual = most_common_period(self.submissions)
        return [
            each for each in self.submissions if each.period and usual not in (None, each.period)
        ]

    @cached_property
    def adjusted(self) -> int:
        """How many figures were corrected."""
        return sum(len(each.adjusted) for each in self.accepted)

    @cached_property
    def explained(self) -> int:
        """How many warnings the senders have answered."""
        answered = (finding for finding in self.counting if finding.explained)
        return sum(finding.severity is Severity.WARNING for finding in answered)

    @cached_property
    def counting(self) -> list[Finding]:
        """The findings that decide: all but the faults of files that another has superseded."""
        superseded = {each.file for each in self.with_status(Status.SUPERSEDED)}
        return [
            finding
            for finding in self.findings
            if finding.file not in superseded or finding.rule == NEWER_TAKEN.id
        ]

    def count(self, severity: Severity) -> int:
        """How many findings of a severity decide."""
        return sum(finding.severity is severity for finding in self.counting)

    def has_failed(self, *, strict: bool = False) -> bool:
        """Whether an error stands; with `strict` also a warning that nobody explained."""
        is_open = any(finding.is_open for finding in self.counting)
        return bool(self.count(Severity.ERROR)) or (strict and is_open)
