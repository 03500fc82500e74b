"""Many files together: one workbook of a unit and period, the right period, who has not sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from cchc_xlsx import checks
from cchc_xlsx.adjustments import Table, adjusted
from cchc_xlsx.batch.remarks import not_adjusted, not_compared, not_sent, passed_over
from cchc_xlsx.batch.result import Batch
from cchc_xlsx.batch.roster_codes import under_roster_codes
from cchc_xlsx.batch.scope import AnyPeriod, OnePeriod, Scope, UsualPeriod, WholeYear
from cchc_xlsx.batch.weights import weighed
from cchc_xlsx.causes import told_once, without_consequences
from cchc_xlsx.changes import check_changes
from cchc_xlsx.errors import InputError, system_reason
from cchc_xlsx.form import Form
from cchc_xlsx.intake import Incoming, Intake
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reader.safe import SafeReader
from cchc_xlsx.reading_rules import OWN_OUTPUT, UNREADABLE_FILE
from cchc_xlsx.rivals import one_each
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status, Submission
from cchc_xlsx.suspects import with_suspects
from cchc_xlsx.waivers import with_explanations
from cchc_xlsx.workbook import NotAWorkbook

__all__ = [
    "AnyPeriod",
    "Batch",
    "OnePeriod",
    "Progress",
    "Scope",
    "UsualPeriod",
    "WholeYear",
    "not_compared",
    "read_batch",
    "read_previous",
]

Progress = Callable[[Sequence[Incoming]], Iterable[Incoming]]
"""Passes the files on one by one, showing how far it is."""


_ANY_PERIOD = AnyPeriod()


def read_batch(
    intake: Intake,
    reader: SafeReader,
    form: Form,
    roster: tuple[ReportingUnit, ...] = (),
    *,
    scope: Scope = _ANY_PERIOD,
    keep: Sequence[str] = (),
    own_unit: str = "",
    adjustments: Table | None = None,
    previous: Previous = NO_PREVIOUS,
    progress: Progress = iter,
) -> Batch:
    """Read and check files together, beside the reports of earlier periods.

    `keep` names files that count where a unit sent several. Roll-ups of `own_unit` are passed over,
    for they come from an earlier merge of the same files. The rules see the figures as
    `adjustments` correct them. Raises `InputError` when no period stands out where one has to, for
    a name in `keep` that cannot be followed, and when `previous` is not of an earlier period.
    """
    readings = [_read(file, reader) for file in progress(intake.files)]
    readings, own = _without_own_output(readings, own_unit)
    readings = scope.in_time(under_roster_codes(readings, roster))
    readings = scope.once(one_each(form, readings, keep))
    outcomes = None
    if adjustments:
        readings, outcomes = adjusted(form, readings, adjustments)
    readings = _checked(form, readings, previous)
    readings = [with_explanations(form, reading) for reading in readings]
    readings = without_consequences(form, readings)
    settled = tuple(told_once(reading) for reading in weighed(form, readings))
    batch = Batch(form, settled, roster, year=scope.year, adjusting=outcomes, previous=previous)
    general = (
        *not_adjusted(batch),
        *(adjustments.findings if adjustments else ()),
        *passed_over(replace(intake, own=[*intake.own, *own])),
        *not_sent(batch),
        *previous.findings,
        *not_compared(previous, _without_previous(batch)),
    )
    return replace(batch, general=general)


def _without_previous(batch: Batch) -> list[str]:
    """The units that no earlier report is known of."""
    return [
        each.unit_code
        for each in batch.accepted
        if each.period and not batch.previous.last(each.unit_code, each.period)
    ]


def read_previous(
    intake: Intake, reader: SafeReader, form: Form, roster: tuple[ReportingUnit, ...] = ()
) -> Previous:
    """The reports of earlier periods in these files. Raises `InputError` when there is none."""
    readings, _ = _without_own_output([_read(file, reader) for file in intake.files], own_unit="")
    settled = one_each(form, under_roster_codes(readings, roster))
    usable = [each.submission for each in settled if each.is_accepted]
    rejected = [each for each in settled if each.submission.status is Status.REJECTED]
    return Previous.of(usable, rejected)


def _read(file: Incoming, reader: SafeReader) -> Reading:
    try:
        reading = reader.read(file.data(), file.name)
    except (OSError, NotAWorkbook) as error:
        reason = system_reason(error) if isinstance(error, OSError) else str(error)
        finding = UNREADABLE_FILE.finding(
            f"Không mở được tệp: {reason}.",
            "Đóng tệp nếu đang mở trong Excel; giải nén nếu là tệp nén có mật khẩu; rồi chạy lại.",
        )
        reading = Reading(Submission(file=file.name, sha256="")).rejected(finding)
    return replace(
        reading, submission=replace(reading.submission, origin=file.origin, received=file.time)
    )


def _without_own_output(
    readings: Sequence[Reading], own_unit: str
) -> tuple[list[Reading], list[str]]:
    """The readings but for workbooks of earlier merges, and the names of those.

    Raises `InputError` when nothing else is there.
    """

    def is_own(reading: Reading) -> bool:
        submission = reading.submission
        is_of_own = submission.unit_code.casefold() == own_unit.casefold()
        return bool(submission.leaves and is_of_own) or OWN_OUTPUT.id in {
            said.rule for said in reading.findings
        }

    own = [each for each in readings if is_own(each)]
    names = [each.submission.file for each in own]
    if own and len(own) == len(readings):
        raise InputError(
            f"Chỉ có tệp tổng hợp do phần mềm tạo ra, không có báo cáo nào: {', '.join(names)}."
        )
    return [each for each in readings if each not in own], names


def _checked(form: Form, readings: Sequence[Reading], previous: Previous) -> list[Reading]:
    """With what the form's rules and earlier periods have to say of every accepted submission."""
    accepted = [each.submission for each in readings if each.is_accepted]
    previous.refuse_unless_before({each.period for each in accepted if each.period})
    found = iter(checks.check(form, accepted, previous))

    def checked(reading: Reading) -> Reading:
        changes = check_changes(form, reading.submission, previous)
        told = reading.with_findings([*next(found), *changes])
        return with_suspects(form, told, previous)

    return [checked(each) if each.is_accepted else each for each in readings]
