"""Submissions → findings: the form's rules over all submissions at once, blanks, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cchc_xlsx.additive import rules_for_totals
from cchc_xlsx.expression import Figures, Numbers, State
from cchc_xlsx.figures import NO_FILL, Fill, has_no_base, tabulate
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Indicator, Rule
from cchc_xlsx.header_checks import check_header
from cchc_xlsx.note_checks import check_notes
from cchc_xlsx.note_figures import note_fill, recognised
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.submission import Submission
from cchc_xlsx.vietnamese import format_number


def check(
    form: Form, submissions: Sequence[Submission], previous: Previous = NO_PREVIOUS
) -> list[list[Finding]]:
    """What is to be said about each submission, a list for each submission in the order given."""
    figures = tabulate(
        form,
        [submission.fill for submission in submissions],
        [_opening(submission, previous) for submission in submissions],
        [note_fill(form, submission) for submission in submissions],
    )
    outcomes, missing = verdicts(form, figures), _missing(form, figures)
    rolled_up = np.array([bool(submission.leaves) for submission in submissions], dtype=np.bool_)
    # What a rule asks of one unit says nothing of many, but for the rules that hold of sums.
    outcomes[np.ix_(~_additive(form), rolled_up)] = np.nan
    return [
        [
            *_broken(form, figures, outcomes, at, submission),
            *_blanks(form, missing[:, at], submission),
            *check_header(form, submission),
            *check_notes(form, submission),
        ]
        for at, submission in enumerate(submissions)
    ]


def _additive(form: Form) -> NDArray[np.bool_]:
    """For each rule of the form whether it makes sense for totals."""
    additive = set(map(id, rules_for_totals(form)))
    return np.array([id(rule) in additive for rule in form.rules], dtype=np.bool_)


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
    form: Form, figures: Figures, outcomes: Numbers, at: int, submission: Submission
) -> Iterator[Finding]:
    broken = [form.rules[position] for position in np.flatnonzero(outcomes[:, at] == 0)]
    own = figures.only(at) if broken else figures
    for rule in _without_consequences(broken):
        yield _finding(rule, own, submission)


def _without_consequences(broken: Sequence[Rule]) -> list[Rule]:
    """The broken rules but for those that see a figure which is wrong already by itself."""
    own = [rule for rule in broken if len(rule.codes) == 1 and rule.severity is Severity.ERROR]
    impossible = {code for rule in own for code in rule.codes}
    return [rule for rule in broken if rule in own or impossible.isdisjoint(rule.codes)]


def _finding(rule: Rule, figures: Figures, submission: Submission) -> Finding:
    cells = tuple(submission.cells[code] for code in rule.codes if code in submission.cells)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=rule.message.fill(figures, format_number) + recognised(rule, submission),
        hint=rule.hint or "Kiểm tra lại các ô này và sửa số sai.",
        file=submission.file,
        unit=submission.unit_code,
        codes=rule.codes,
        cells=cells,
    )


# --- blanks ---------------------------------------------------------------------------------


def _missing(form: Form, figures: Figures) -> NDArray[np.bool_]:
    """An array of inputs by submissions: whether a figure that can be given was not."""
    return np.stack(
        [
            (figures.states[each.code] == State.BLANK)
            & ~has_no_base(each, figures)
            & ~_waits_for_parts(each, figures)
            for each in form.inputs
        ]
    )


def _waits_for_parts(indicator: Indicator, figures: Figures) -> NDArray[np.bool_]:
    """Of n submissions, whether a total cannot be worked out: it is its parts that are asked for.

    A total that adds up what is filled can be: where nothing is, it is as blank as they are.
    """
    if indicator.formula is None:
        return np.zeros(figures.count, dtype=np.bool_)
    return np.isnan(indicator.formula.over(figures))


def _blanks(form: Form, missing: NDArray[np.bool_], submission: Submission) -> Iterator[Finding]:
    """One finding a section for its blank cells, however many there are."""
    blank = {form.inputs[position].code for position in np.flatnonzero(missing)}
    for section, indicators in form.inputs_by_section.items():
        codes = [each.code for each in indicators if each.code in blank]
        if codes:
            heading = form.by_code[section]
            yield BLANKS.finding(
                f"Phần {heading.stt} {heading.label}: còn {len(codes)}/{len(indicators)} chỉ tiêu "
                f"để trống: {_which(form, codes, submission.fill)}.",
                "Nhập 0 nếu không phát sinh; để trống nghĩa là chưa có số liệu. "
                "Tỷ lệ không tính được thì để trống và ghi lý do ở cột Ghi chú.",
                codes=codes,
                cells=[submission.cells[code] for code in codes if code in submission.cells],
                file=submission.file,
                unit=submission.unit_code,
            )


_FEW = 3


def _which(form: Form, codes: Sequence[str], fill: Fill) -> str:
    """The blank rows of a section: a few by their labels, many by the items they stand under."""
    if len(codes) <= _FEW:
        return "; ".join(f"«{form.by_code[code].title}»" for code in codes)
    given = {code for code, value in fill.values.items() if value is not None} | fill.unreadable
    rows = Counter(item for code, item in form.item_of.items() if code in given.union(codes))
    blank = Counter(form.item_of[code] for code in codes)
    whole = [item for item in blank if blank[item] == rows[item]]
    partly = [item for item in blank if blank[item] < rows[item]]
    said = (
        ("chưa nhập mục ", [_item(form, item) for item in whole]),
        ("nhập dở mục ", [f"{_item(form, item)} (còn {blank[item]})" for item in partly]),
    )
    return "; ".join(intro + ", ".join(items) for intro, items in said if items)


def _item(form: Form, code: str) -> str:
    row = form.by_code[code]
    return f"{row.stt} «{row.title}»" if row.stt else f"«{row.title}»"
