"""Submissions → findings: the edit rules of the form over all submissions at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cchc_xlsx.expression import Figures, Numbers, State
from cchc_xlsx.figures import tabulate
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Rule
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import format_number


def check(form: Form, submissions: Sequence[Submission]) -> list[Finding]:
    """All findings of the form's rules, submission by submission in the order given."""
    figures = tabulate(form, [submission.fill for submission in submissions])
    outcomes = verdicts(form, figures)
    return [
        finding
        for at, submission in enumerate(submissions)
        for finding in (
            *_broken(form, figures, outcomes, submission, at),
            *_blanks(form, figures, submission, at),
        )
    ]


def verdicts(form: Form, figures: Figures) -> Numbers:
    """An array of rules by submissions: 1 the rule holds, 0 it is broken, NaN it cannot be told."""
    if not form.rules:
        return np.empty((0, figures.count))
    return np.stack([rule.check.over(figures) for rule in form.rules])


def _broken(
    form: Form, figures: Figures, outcomes: Numbers, submission: Submission, at: int
) -> Iterator[Finding]:
    for position in np.flatnonzero(outcomes[:, at] == 0):
        yield _finding(form.rules[position], figures, submission, at)


def _finding(rule: Rule, figures: Figures, submission: Submission, at: int) -> Finding:
    cells = tuple(submission.cells[code] for code in rule.codes if code in submission.cells)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=rule.message.fill(figures, at, format_number),
        hint=rule.hint or "Kiểm tra lại các ô này và sửa số sai.",
        file=submission.file,
        unit=submission.unit_code,
        codes=rule.codes,
        cells=cells,
    )


def _blanks(form: Form, figures: Figures, submission: Submission, at: int) -> Iterator[Finding]:
    """One finding a section for its blank cells, however many there are."""
    blank: dict[str, list[str]] = {}
    for row in form.inputs:
        if figures.states[row.code][at] == State.BLANK:
            blank.setdefault(form.section_of[row.code].code, []).append(row.code)
    for section, codes in blank.items():
        heading = form.by_code[section]
        of = sum(form.section_of[row.code] is heading for row in form.inputs)
        yield BLANKS.finding(
            f"Phần {heading.stt} {heading.label}: còn {len(codes)}/{of} chỉ tiêu để trống.",
            "Nhập 0 nếu không phát sinh; để trống nghĩa là chưa có số liệu.",
            codes=codes,
            cells=[submission.cells[code] for code in codes if code in submission.cells],
            file=submission.file,
            unit=submission.unit_code,
        )
