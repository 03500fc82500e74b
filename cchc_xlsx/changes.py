"""Submissions beside earlier ones → findings: figures that jump, cumulative figures that fall."""

from __future__ import annotations

from collections.abc import Iterator

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Basis, Form, Indicator, Kind, Period
from cchc_xlsx.previous import Previous
from cchc_xlsx.reading_rules import FALL, JUMP, ReadingRule
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import format_number

HIGHEST_FACTOR = 3
"""A count of more than so many times the last one, or of less than that part of it, is a jump."""

LEAST_CHANGE = 10
"""What changes by less is no jump: 1 document after 4 says nothing."""


def check_changes(form: Form, submission: Submission, previous: Previous) -> Iterator[Finding]:
    """What has to be asked about the figures of a submission, beside those of earlier periods."""
    if submission.period is None or not previous:
        return
    earlier = {
        basis: previous.comparable(submission.unit_code, submission.period, basis)
        for basis in Basis
    }
    for indicator in form.inputs:
        before = earlier[indicator.basis]
        if before and before.period:
            yield from _change(indicator, submission, before, before.period, submission.period)


def _change(
    indicator: Indicator, now: Submission, before: Submission, then: Period, when: Period
) -> Iterator[Finding]:
    last, figure = before.fill.values.get(indicator.code), now.fill.values.get(indicator.code)
    if last is None or figure is None or last == figure:
        return
    told = _told(indicator, last, figure)
    if told is None:
        return
    rule, said, hint = told
    word = "lên" if figure > last else "xuống"
    yield rule.finding(
        f"«{indicator.title}» {said}: từ {format_number(last)} ({then.name}) {word} "
        f"{format_number(figure)} ({when.name}).",
        hint,
        codes=[indicator.code],
        cells=[now.cells[indicator.code]] if indicator.code in now.cells else [],
        file=now.file,
        unit=now.unit_code,
    )


def _told(indicator: Indicator, last: float, figure: float) -> tuple[ReadingRule, str, str] | None:
    """The rule that asks about a change, what it says and the hint; None when all is well."""
    assert indicator.measure is not None, f"{indicator.code} takes no value"
    kind = indicator.measure.kind
    # The codes of a code list are in no order.
    if indicator.basis is Basis.CUMULATIVE and figure < last and kind is not Kind.CHOICE:
        return FALL, "là số lũy kế nhưng giảm so với kỳ trước", _FALL_HINT
    if kind is Kind.COUNT and is_jump(last, figure):
        return JUMP, f"{'tăng' if figure > last else 'giảm'} bất thường", _JUMP_HINT
    return None


_JUMP_HINT = "Kiểm tra xem có gõ thừa, thiếu chữ số không; nếu đúng, giải thích ở cột Ghi chú."
_FALL_HINT = (
    "Nhập số lũy kế từ đầu năm đến thời điểm báo cáo, không phải số phát sinh trong kỳ; nếu đúng "
    "là giảm, giải thích ở cột Ghi chú."
)


def is_jump(last: float, figure: float) -> bool:
    """Whether a count is far from the last one, and not only because both are small."""
    low, high = sorted((last, figure))
    return high - low >= LEAST_CHANGE and high > HIGHEST_FACTOR * low
