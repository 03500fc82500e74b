"""Submissions → findings: the form's rules over all submissions at once, blanks, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cchc_xlsx.additive import rules_for_totals
from cchc_xlsx.expression import Expression, Figures, State
from cchc_xlsx.figures import NO_FILL, Fill, has_no_base, tabulate
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Rule
from cchc_xlsx.header_checks import check_header
from cchc_xlsx.note_checks import check_notes
from cchc_xlsx.note_figures import Notes, note_fill, notes_of, recognised
from cchc_xlsx.previous import NO_PREVIOUS, Previous
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.submission import Submission
from cchc_xlsx.verdicts import to_be_told, verdicts
from cchc_xlsx.vietnamese import format_number

BLOCK = 1000
"""So many submissions are checked together; of more, the arrays would take memory for nothing."""


def check(
    form: Form, submissions: Sequence[Submission], previous: Previous = NO_PREVIOUS
) -> list[list[Finding]]:
    """What is to be said about each submission, a list for each submission in the order given."""
    blocks = (submissions[at : at + BLOCK] for at in range(0, len(submissions), BLOCK))
    return [found for block in blocks for found in _checked(form, block, previous)]


def _checked(
    form: Form, submissions: Sequence[Submission], previous: Previous
) -> Iterator[list[Finding]]:
    notes = [notes_of(submission) for submission in submissions]
    with_notes = list(zip(submissions, notes, strict=True))
    figures = tabulate(
        form,
        [submission.fill for submission in submissions],
        [_opening(submission, previous) for submission in submissions] if previous else (),
        [note_fill(form, *each) for each in with_notes],
    )
    broken, missing = _broken(form, figures, with_notes), _missing(form, figures)
    for (submission, read), own, blank in zip(with_notes, broken, missing.T, strict=True):
        yield [
            *own,
            *_blanks(form, blank, submission),
            *check_header(form, submission),
            *check_notes(form, submission, read),
        ]


def _opening(submission: Submission, previous: Previous) -> Fill:
    """The figures that the unit had when the period began."""
    if submission.period is None:
        return NO_FILL
    return previous.opening(submission.unit_code, submission.period)


# --- rules ----------------------------------------------------------------------------------


def _broken(
    form: Form, figures: Figures, submissions: Sequence[tuple[Submission, Notes]]
) -> list[list[Finding]]:
    """What the rules say of each submission, in their order."""
    outcomes = verdicts(form, figures)
    rolled_up = np.array([bool(each.leaves) for each, _ in submissions], dtype=np.bool_)
    if rolled_up.any():
        # What a rule asks of one unit says nothing of many, but for the rules that hold of sums.
        outcomes[np.ix_(~_additive(form), rolled_up)] = np.nan
    broken = to_be_told(form, outcomes)
    found: list[list[Finding]] = [[] for _ in submissions]
    for position in np.flatnonzero(broken.any(axis=1)):
        rule, places = form.rules[position], np.flatnonzero(broken[position])
        own = figures.of(places, (*rule.check.names, *rule.message.names))
        messages = rule.message.filled(own, format_number)
        for at, message in zip(places.tolist(), messages, strict=True):
            found[at].append(_finding(rule, message, *submissions[at]))
    return found


def _additive(form: Form) -> NDArray[np.bool_]:
    """For each rule of the form whether it makes sense for totals."""
    additive = set(map(id, rules_for_totals(form)))
    return np.array([id(rule) in additive for rule in form.rules], dtype=np.bool_)


def _finding(rule: Rule, message: str, submission: Submission, notes: Notes) -> Finding:
    cells = tuple(submission.cells[code] for code in rule.codes if code in submission.cells)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=message + recognised(rule, submission, notes),
        hint=rule.hint or "Kiểm tra lại các ô này và sửa số sai.",
        file=submission.file,
        unit=submission.unit_code,
        codes=rule.codes,
        cells=cells,
    )


# --- blanks ---------------------------------------------------------------------------------


def _missing(form: Form, figures: Figures) -> NDArray[np.bool_]:
    """An array of inputs by submissions: whether a figure that can be given was not."""
    states = np.stack([figures.states[each.code] for each in form.inputs])
    blank: NDArray[np.bool_] = states == State.BLANK
    for each, where in zip(form.inputs, blank, strict=True):
        if each.of:
            where &= ~has_no_base(each, figures)
        if each.formula:
            where &= ~_waits_for_parts(each.formula, figures)
    return blank


def _waits_for_parts(formula: Expression, figures: Figures) -> NDArray[np.bool_]:
    """Of n submissions, whether a total cannot be worked out: it is its parts that are asked for.

    A total that adds up what is filled can be: where nothing is, it is as blank as they are.
    """
    return np.isnan(formula.over(figures))


def _blanks(form: Form, missing: NDArray[np.bool_], submission: Submission) -> Iterator[Finding]:
    """One finding a section for its blank cells, however many there are."""
    blank = {form.inputs[position].code for position in np.flatnonzero(missing)}
    for section, indicators in form.inputs_by_section.items() if blank else ():
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
