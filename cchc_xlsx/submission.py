"""What one file turned out to hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Period
from cchc_xlsx.intake.incoming import Origin
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.vietnamese import number_to_type


class Status(StrEnum):
    """What became of a file."""

    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Answer:
    """What the sender answered on `Ý kiến` to a finding: its key and its message then."""

    key: str
    message: str
    text: str


NO_FIGURE = "(trống)"
"""How the absence of a figure, or of a text, is written where an empty cell would say nothing."""


@dataclass(frozen=True)
class Adjustment:
    """A coordinator's correction of a figure; None is a blank.

    `is_unreadable` tells of an original that nobody could read from one that was left blank.
    """

    original: float | None
    corrected: float | None
    reason: str
    who: str
    is_unreadable: bool = False

    @property
    def original_in_words(self) -> str:
        """The figure that the unit reported: ``72,5``, ``(trống)``, ``(không đọc được)``."""
        return UNREADABLE_FIGURE if self.is_unreadable else in_words(self.original)

    @property
    def corrected_in_words(self) -> str:
        """The figure in its place."""
        return in_words(self.corrected)


UNREADABLE_FIGURE = "(không đọc được)"


def in_words(figure: float | None) -> str:
    """A figure, or the absence of one, as findings and sheets write it."""
    return NO_FIGURE if figure is None else number_to_type(figure)


@dataclass(frozen=True)
class Suspect:
    """A cell that is most likely wrong, by the code of its row; see `suspects`.

    `value` is its figure now, None for a blank. `suggestion` is the one that stands out, if one
    does, `reason` why. `repairs` are the broken hard rules that hold once this cell is mended,
    `eases` other broken ones that are no more broken with the suggestion. The less `cost`, the
    more suspect.
    """

    code: str
    cell: str
    value: float | None
    suggestion: float | None
    reason: str
    repairs: tuple[str, ...]
    cost: float
    eases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A filled workbook as it was read.

    `fill` has a number, or None for a blank, for every code that takes a value; `cells` has the
    address of each (``Phụ lục!E14``), `note_cells` that of each note. `info` has the answers of
    `Thông tin` by the name of the question, `answers` those of `Ý kiến`. `modified` is when the
    file was last saved, as it says itself; `received` what the folder or the archive says. The
    figures of a rejected file are kept as far as they could be read, but must not be relied on.
    `parts` are those of the figures that were rolled up from other units, by code (see
    `aggregate.Way`); `leaves` are the codes of these units, `speaks_for` how many should have
    reported. `adjusted` has the corrections by code; `fill` holds the corrected figures. A
    submission that was put together from those of several periods names them in `sources`.
    `suspects` are the cells most likely wrong, best first.
    `uncovered` are the days of its period that at least one unit in it did not report.
    """

    file: str
    sha256: str
    status: Status = Status.ACCEPTED
    unit: ReportingUnit | None = None
    period: Period | None = None
    fill: Fill = field(default_factory=lambda: Fill({}))
    notes: Mapping[str, str] = field(default_factory=dict)
    info: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    note_cells: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    leaves: tuple[str, ...] = ()
    speaks_for: int = 1
    uncovered: frozenset[date] = frozenset()
    sources: tuple[Submission, ...] = ()
    adjusted: Mapping[str, Adjustment] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    modified: datetime | None = None
    received: datetime | None = None
    origin: Origin | None = None

    @property
    def unit_code(self) -> str:
        """The code of the reporting unit; empty while unknown."""
        return self.unit.code if self.unit else ""

    @property
    def units(self) -> tuple[str, ...]:
        """The codes of all units whose figures it holds: its own, and those rolled up in it."""
        return (self.unit_code, *self.leaves)

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two submissions the same: figures, unreadable cells, notes, answers."""
        blank_free = {code: value for code, value in self.fill.values.items() if value is not None}
        texts = (dict(each) for each in (self.notes, self.info))
        return blank_free, self.fill.unreadable, *texts, self.answers


@dataclass(frozen=True)
class Reading:
    """A submission with everything that had to be said while reading it."""

    submission: Submission
    findings: tuple[Finding, ...] = ()

    @property
    def is_accepted(self) -> bool:
        """Whether its figures count."""
        return self.submission.status is Status.ACCEPTED

    def breaks_any(self, rules: Set[str]) -> bool:
        """Whether a finding is of one of the rules with these ids."""
        return any(finding.rule in rules for finding in self.findings)

    def with_suspects(self, found: tuple[Suspect, ...]) -> Reading:
        """The same with the cells that are most likely wrong, which `suspects` has found."""
        return replace(self, submission=replace(self.submission, suspects=found))

    def with_findings(self, findings: Iterable[Finding]) -> Reading:
        """The same with more said about it."""
        return replace(self, findings=(*self.findings, *findings))

    def of_unit(self, unit: ReportingUnit) -> Reading:
        """The same under a unit's name; the findings follow."""
        return Reading(replace(self.submission, unit=unit), self.findings).about_its_file()

    def about_its_file(self) -> Reading:
        """The same, every finding with the file and the unit that it is about."""
        file, unit = self.submission.file, self.submission.unit_code
        said = tuple(
            finding
            if (finding.file, finding.unit) == (file, unit)
            else replace(finding, file=file, unit=unit)
            for finding in self.findings
        )
        return replace(self, findings=said)

    def rejected(self, finding: Finding) -> Reading:
        """The same, not to be used; the finding says why."""
        return self._with_status(Status.REJECTED, finding)

    def superseded(self, finding: Finding) -> Reading:
        """The same, another one taken instead; the finding says why."""
        return self._with_status(Status.SUPERSEDED, finding)

    def _with_status(self, status: Status, finding: Finding) -> Reading:
        changed = replace(self, submission=replace(self.submission, status=status))
        return changed.with_findings([finding]).about_its_file()
