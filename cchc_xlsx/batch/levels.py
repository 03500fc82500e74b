"""Two levels in one batch: a roll-up holds figures that must not be counted again."""

from __future__ import annotations

from collections.abc import Sequence

from cchc_xlsx.finding import Finding
from cchc_xlsx.reading_rules import TWO_LEVELS
from cchc_xlsx.submission import Reading, Submission


def counted_once(readings: Sequence[Reading]) -> list[Reading]:
    """Where a roll-up holds the figures of a unit, a workbook of that unit is not counted again."""
    holders: dict[tuple[str, str], Submission] = {}
    outcome = list(readings)
    for at in sorted(range(len(readings)), key=lambda at: -len(readings[at].submission.leaves)):
        reading, submission = readings[at], readings[at].submission
        if not reading.is_accepted or submission.period is None:
            continue
        codes = (submission.unit_code, *submission.leaves)
        keys = [(code.casefold(), submission.period.id) for code in codes]
        holder = next((holders[key] for key in keys if key in holders), None)
        if holder:
            outcome[at] = reading.rejected(_is_in(submission, holder))
        else:
            holders |= dict.fromkeys(keys, submission)
    return outcome


def _is_in(submission: Submission, holder: Submission) -> Finding:
    return TWO_LEVELS.finding(
        f"Số liệu của {submission.unit_code} đã nằm trong tệp tổng hợp {holder.file} "
        f"({holder.unit_code}); không cộng hai lần.",
        "Bỏ một trong hai tệp rồi chạy lại.",
    )
