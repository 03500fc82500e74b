"""Many files together: one workbook of a unit and period, the right period, who has not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cchc_xlsx.batch.checking import with_checks
from cchc_xlsx.batch.reading import BatchReader, Received
from cchc_xlsx.batch.remarks import not_adjusted, not_compared, not_sent, passed_over
from cchc_xlsx.batch.result import Batch
from cchc_xlsx.batch.roster_codes import under_roster_codes
from cchc_xlsx.batch.scope import AnyPeriod, OnePeriod, Scope, UsualPeriod, WholeYear
from cchc_xlsx.batch.weights import weighed
from cchc_xlsx.causes import told_once, without_consequences
from cchc_xlsx.intake import Inbox, PassedOver, Progress, Why
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reading_rules import OWN_OUTPUT
from cchc_xlsx.rivals import one_each
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Reading, Status
from cchc_xlsx.waivers import with_explanations

if TYPE_CHECKING:
    from cchc_xlsx.adjustments import Table

__all__ = [
    "AnyPeriod",
    "Batch",
    "BatchReader",
    "OnePeriod",
    "Scope",
    "UsualPeriod",
    "WholeYear",
    "not_compared",
    "read_batch",
    "read_previous",
]

_ANY_PERIOD = AnyPeriod()


def read_batch(
    inbox: Inbox,
    reader: BatchReader,
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
    `adjustments` correct them. Raises `InputError` when there is nothing to read, when no period
    stands out where one has to, for a name in `keep` that cannot be followed, and when `previous`
    is not of an earlier period.
    """
    form, received = reader.form, _reports(inbox, reader, own_unit, progress)
    readings = scope.in_time(under_roster_codes(received.readings, roster))
    readings = scope.once(one_each(form, readings, keep))
    outcomes = None
    if adjustments:
        from cchc_xlsx.adjustments import adjusted

        readings, outcomes = adjusted(form, readings, adjustments)
    readings = _checked(reader, readings, previous)
    readings = [with_explanations(form, reading) for reading in readings]
    readings = without_consequences(form, readings)
    settled = tuple(told_once(reading) for reading in weighed(form, readings))
    batch = Batch(form, settled, roster, year=scope.year, adjusting=outcomes, previous=previous)
    general = (
        *not_adjusted(batch),
        *(adjustments.findings if adjustments else ()),
        *passed_over(received.passed_over),
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
    inbox: Inbox, reader: BatchReader, roster: tuple[ReportingUnit, ...] = ()
) -> Previous:
    """The reports of earlier periods in these files. Raises `InputError` when there is none."""
    readings = _reports(inbox, reader).readings
    settled = one_each(reader.form, under_roster_codes(readings, roster))
    usable = [each.submission for each in settled if each.is_accepted]
    rejected = [each for each in settled if each.submission.status is Status.REJECTED]
    return Previous.of(usable, rejected)


def _reports(
    inbox: Inbox, reader: BatchReader, own_unit: str = "", progress: Progress = iter
) -> Received:
    """What came of the files; workbooks of earlier merges are passed over.

    Raises `InputError` when nothing else is there.
    """
    received = reader.read(inbox, progress)

    def is_own(reading: Reading) -> bool:
        submission = reading.submission
        is_of_own = submission.unit_code.casefold() == own_unit.casefold()
        return bool(submission.leaves and is_of_own) or OWN_OUTPUT.id in {
            said.rule for said in reading.findings
        }

    own = [each.submission.file for each in received.readings if is_own(each)]
    readings = [each for each in received.readings if not is_own(each)]
    if not readings:
        raise inbox.nothing_found(own)
    passed_over = [PassedOver(name, Why.OWN_OUTPUT) for name in own]
    return Received(readings, [*received.passed_over, *passed_over])


def _checked(reader: BatchReader, readings: Sequence[Reading], previous: Previous) -> list[Reading]:
    """With what the form's rules and earlier periods have to say of every accepted submission."""
    periods = {each.submission.period for each in readings if each.is_accepted}
    previous.refuse_unless_before({period for period in periods if period})
    return with_checks(reader, readings, previous)
