"""Findings with one cause: told together, the cause in full once, and not what only follows.

A cause is a cell that is most likely wrong (see `suspects`), or several that equally are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from cchc_xlsx.expression import Comparison, Operation, code_of
from cchc_xlsx.finding import Finding, Severity, worst_first
from cchc_xlsx.form import Form
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.submission import Reading, Suspect
from cchc_xlsx.vietnamese import number_to_type

Cause = tuple[Suspect, ...]
"""The cells that most likely explain a finding; none where nothing is worth telling."""

MOST_TOLD = 3
"""Of more cells that are equally suspect the finding itself says as much."""


# --- what only follows --------------------------------------------------------------------------


def without_consequences(form: Form, readings: Iterable[Reading]) -> list[Reading]:
    """The same without the warnings that only follow from something else that is told.

    What a hard rule's one suspect mends in its own cell is told with that rule (a rate typed as
    0,72 is not the quotient, and below 1 %). What takes the blanks of a whole item for zeros is
    asked once they are filled.
    """
    concluding = dict(_conclusions(form))

    def is_told(finding: Finding, cause: Cause, blank: Collection[str]) -> bool:
        asked = concluding.get((finding.rule, finding.codes))
        return not _is_in_the_cell_of(cause, finding) and not (asked and asked.issubset(blank))

    def own(reading: Reading) -> Reading:
        blank = _blank_items(form, reading)
        told = zip(reading.findings, _causes(reading), strict=True)
        kept = tuple(finding for finding, cause in told if is_told(finding, cause, blank))
        return replace(reading, findings=kept)

    return [own(reading) for reading in readings]


def _is_in_the_cell_of(cause: Cause, finding: Finding) -> bool:
    """Whether it questions nothing but the one cell that a hard rule's cause is."""
    is_soft = finding.severity is not Severity.ERROR
    return is_soft and len(cause) == 1 and finding.codes == (cause[0].code,)


def _conclusions(form: Form) -> Iterator[tuple[tuple[str, tuple[str, ...]], frozenset[str]]]:
    """For each warning that concludes something about figures the codes of these figures.

    To ask whether a figure is filled is to ask about the blank itself: no such conclusion.
    """
    for rule in form.rules:
        root = rule.check.root
        if rule.severity is Severity.ERROR or not isinstance(root, Operation) or root.name != "=>":
            continue
        conclusion = root.operands[1]
        if isinstance(conclusion, Comparison):
            named = frozenset(code_of(name) for name, _ in conclusion.figures())
            yield (rule.id, rule.codes), named


def _blank_items(form: Form, reading: Reading) -> set[str]:
    """The rows of the items that are told to be blank altogether, and that nobody explained."""
    told = {
        code
        for finding in reading.findings
        if finding.rule == BLANKS.id and finding.is_open
        for code in finding.codes
    }
    if not told:
        return set()
    fill = reading.submission.fill
    filled = {code for code, value in fill.values.items() if value is not None} | fill.unreadable
    items = {form.item_of[code] for code in told} - {form.item_of[code] for code in filled}
    return {code for code, item in form.item_of.items() if item in items}


# --- one cause, told once -----------------------------------------------------------------------


def told_once(reading: Reading) -> Reading:
    """The same, the gravest findings first, those of one cause together; the first tells it."""
    groups: dict[Cause | int, list[Finding]] = {}
    for at, (finding, cause) in enumerate(zip(reading.findings, _causes(reading), strict=True)):
        groups.setdefault(cause or at, []).append(finding)
    told = (
        said
        for cause, group in groups.items()
        for said in (group if isinstance(cause, int) else _told(cause, group))
    )
    return replace(reading, findings=tuple(worst_first(told)))


def _told(cause: Cause, group: Sequence[Finding]) -> Iterator[Finding]:
    """The findings of one cause, the gravest first; each with the most weight that one has."""
    places = ", ".join(place(each.cell, each.code) for each in cause)
    weight = max(finding.weight for finding in group)
    said = in_words(cause)
    for finding in worst_first(group):
        yield replace(finding, hint=f"{said} {finding.hint}".strip(), weight=weight)
        said = f"Cùng nguyên nhân: {places}."


def _causes(reading: Reading) -> Iterator[Cause]:
    """The cause of each finding."""
    suspects = reading.submission.suspects
    own = [_leading(finding, suspects) for finding in reading.findings]
    known = [cause for cause in dict.fromkeys(own) if cause]
    for finding, cause in zip(reading.findings, own, strict=True):
        eased = (each for each in known if all(_eases(suspect, finding) for suspect in each))
        yield cause or next(eased, ())


def _leading(finding: Finding, suspects: Sequence[Suspect]) -> Cause:
    """The cells that most likely explain why a hard rule is broken."""
    own = [each for each in suspects if _is_about(each, finding) and finding.rule in each.repairs]
    least = min((each.cost for each in own), default=0.0)
    leading = tuple(each for each in own if each.cost == least)
    suggests = any(each.suggestion is not None for each in leading)
    says_nothing = not suggests and {each.code for each in leading} == {*finding.codes}
    return () if says_nothing or len(leading) > MOST_TOLD else leading


def _eases(suspect: Suspect, finding: Finding) -> bool:
    return _is_about(suspect, finding) and finding.rule in suspect.eases


def _is_about(suspect: Suspect, finding: Finding) -> bool:
    """Whether a finding is not about another cell alone."""
    return len(finding.codes) > 1 or suspect.code in finding.codes


# --- in words -----------------------------------------------------------------------------------


def in_words(cause: Cause) -> str:
    """A Vietnamese sentence on the cells that are most likely wrong."""
    if len(cause) > 1:
        return f"Nhiều khả năng sai một trong số: {_listed(cause)}."
    (suspect,) = cause
    where = place(suspect.cell, suspect.code)
    if suspect.suggestion is None:
        return f"Nhiều khả năng sai: {where}{_why(suspect.reason)}."
    count = len(suspect.repairs)
    checks = f"cả {count} kiểm tra đều đạt" if count > 1 else "kiểm tra này đạt"
    figure = number_to_type(suspect.suggestion)
    return f"Nhiều khả năng sai: {where}. Nếu là {figure} thì {checks}{_why(suspect.reason)}."


def _listed(cause: Cause) -> str:
    """Cells with the figures that they could be; a reason that all share stands once."""
    (reason, *others) = dict.fromkeys(each.reason for each in cause)
    if not others:
        return "; ".join(map(_guess, cause)) + _why(reason)
    return "; ".join(_guess(each) + _why(each.reason) for each in cause)


def _guess(suspect: Suspect) -> str:
    where = place(suspect.cell, suspect.code)
    if suspect.suggestion is None:
        return where
    return f"{where}, có thể là {number_to_type(suspect.suggestion)}"


def _why(reason: str) -> str:
    return f" ({reason})" if reason else ""


def place(cell: str, code: str) -> str:
    """How a sentence names a suspect's cell."""
    address = cell.rpartition("!")[2]
    return f"ô {address} ({code})" if address else f"chỉ tiêu {code}"
