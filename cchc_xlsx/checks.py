"""Submissions → findings: the form's rules over all submissions at once, blanks, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cchc_xlsx.expression import Figures, Numbers, State
from cchc_xlsx.figures import NO_FILL, Fill, has_no_base, tabulate
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator, Rule
from cchc_xlsx.note_checks import check_notes
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import format_number


def check(
    form: Form, submissions: Sequence[Submission], previous: Previous = NO_PREVIOUS
) -> list[list[Finding]]:
    """What is to be said about figures and notes, a list for each submission in the order given."""
    fills = [submission.fill for submission in submissions]
    figures = tabulate(form, fills, [_opening(submission, previous) for submission in submissions])
    outcomes = verdicts(form, figures)
    return [
        [
            *_broken(form, figures.only(at), outcomes[:, at], submission),
            *_blanks(form, figures.only(at), submission),
            *check_notes(form, submission),
        ]
        for at, submission in enumerate(submissions)
    ]


def _opening(submission: Submission, previous: Previous) -> Fill:
    """The figures that the unit had when the period began."""
    if submission.period is None:
        return NO_FILL
    return previous.opening(submission.unit_code, submission.period)


def verdicts(form: Form, figures: Figures) -> Numbers:
    """An array of rules by submissions: 1 the rule holds, 0 it is broken, NaN it cannot be told."""
    if not form.rules:
        return np.empty((0, figures.count))
    return np.stack([rule.check.over(figures) for rule in form.rules])


def _broken(
    form: Form, figures: Figures, outcomes: Numbers, submission: Submission
) -> Iterator[Finding]:
    for position in np.flatnonzero(outcomes == 0):
        yield _finding(form.rules[position], figures, submission)


def _finding(rule: Rule, figures: Figures, submission: Submission) -> Finding:
    cells = tuple(submission.cells[code] for code in rule.codes if code in submission.cells)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=rule.message.fill(figures, format_number),
        hint=rule.hint or "Kiểm tra lại các ô này và sửa số sai.",
        file=submission.file,
        unit=submission.unit_code,
        codes=rule.codes,
        cells=cells,
    )


_FEW = 3


def _labels(form: Form, codes: Sequence[str]) -> str:
    return "; ".join(f"«{form.by_code[code].label}»" for code in codes)


def _blanks(form: Form, figures: Figures, submission: Submission) -> Iterator[Finding]:
    """One finding a section for its blank cells, however many there are."""
    for section, indicators in form.inputs_by_section.items():
        codes = [each.code for each in indicators if _is_missing(each, figures)]
        if codes:
            heading = form.by_code[section]
            yield BLANKS.finding(
                f"Phần {heading.stt} {heading.label}: còn {len(codes)}/{len(indicators)} chỉ tiêu "
                "để trống" + (f": {_labels(form, codes)}." if len(codes) <= _FEW else "."),
                "Nhập 0 nếu không phát sinh; để trống nghĩa là chưa có số liệu. "
                "Tỷ lệ không tính được thì để trống và ghi lý do ở cột Ghi chú.",
                codes=codes,
                cells=[submission.cells[code] for code in codes if code in submission.cells],
                file=submission.file,
                unit=submission.unit_code,
            )


def _is_missing(indicator: Indicator, figures: Figures) -> bool:
    is_blank = figures.states[indicator.code][0] == State.BLANK
    return bool(is_blank) and not has_no_base(indicator, figures)
