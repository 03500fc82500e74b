"""Two levels in one batch: a roll-up holds figures that must not be counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cchc_xlsx.finding import Finding
from cchc_xlsx.reading_rules import TWO_LEVELS
from cchc_xlsx.submission import Reading, Submission


def counted_once(readings: Sequence[Reading]) -> list[Reading]:
    """Where a roll-up holds the figures of a unit, nothing else of that unit is counted.

    Of a year that goes for all its periods: a unit that is in a roll-up in one of them and comes by
    itself in another would stand twice in what is not added.
    """
    holders: dict[str, Submission] = {}
    outcome = list(readings)
    for at in sorted(range(len(readings)), key=lambda at: -len(readings[at].submission.leaves)):
        reading, submission = readings[at], readings[at].submission
        if not reading.is_accepted:
            continue
        unit = submission.unit_code.casefold()
        codes = {code.casefold(): code for code in submission.units}
        held = {code: holders[code] for code in codes if code in holders}
        others = {c: each for c, each in held.items() if each.unit_code.casefold() != unit}
        if others:
            outcome[at] = reading.rejected(_is_in(submission, codes, others))
        else:
            holders = dict.fromkeys(codes, submission) | holders
    return outcome


def _is_in(
    submission: Submission, codes: Mapping[str, str], holders: Mapping[str, Submission]
) -> Finding:
    """`codes` are those of its units as they are written, `holders` who counts some of them."""
    shared = ", ".join(codes[code] for code in holders)
    where = ", ".join(dict.fromkeys(_named(each, submission) for each in holders.values()))
    message = f"Số liệu của {shared} đã nằm trong tệp tổng hợp {where}; không cộng hai lần."
    if any(each.period != submission.period for each in holders.values()):
        message = (
            f"Trong năm này {shared} đã nằm trong tệp tổng hợp {where}; gộp cả năm không dùng thêm "
            "tệp ở cấp khác, vì những số không cộng các kỳ sẽ tính hai lần."
        )
    lost = ", ".join(code for code in submission.leaves if code.casefold() not in holders)
    if not lost:
        return TWO_LEVELS.finding(message, "Bỏ một trong hai tệp rồi chạy lại.")
    return TWO_LEVELS.finding(
        f"{message} Vì vậy tệp này không được tổng hợp, còn thiếu số liệu của {lost}.",
        "Tổng hợp lại ở cấp dưới để mỗi cơ quan chỉ nằm trong một tệp, rồi chạy lại.",
    )


def _named(holder: Submission, beside: Submission) -> str:
    """A roll-up by its file and unit, and by its period where that is another."""
    is_other = holder.period and holder.period != beside.period
    period = f", {holder.period.name}" if holder.period and is_other else ""
    return f"{holder.file} ({holder.unit_code}{period})"
