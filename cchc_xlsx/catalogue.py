"""All checks there are: the edit rules of a form, then those of reading and putting together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Form, Rule
from cchc_xlsx.layout import CHECKS_SHEET, AppendixCells, AppendixLayout
from cchc_xlsx.reading_rules import READING_RULES, ReadingRule


@dataclass(frozen=True)
class Check:
    """One id of the catalogue.

    Of an edit rule `check` and `message` are as the form writes them, and `rules` has one rule, or
    one for every row it was written for; of any other check they are empty, and so is `changed`,
    which says in what a rule differs from the catalogue that it was taken from.
    """

    id: str
    severity: Severity
    meaning: str
    check: str = ""
    message: str = ""
    hint: str = ""
    trial: bool = False
    changed: str = ""
    rules: tuple[Rule, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the rows that it looks at."""
        return tuple(dict.fromkeys(code for rule in self.rules for code in rule.codes))

    @property
    def is_live(self) -> bool:
        """Whether the workbook that staff fill checks it already."""
        return bool(self.rules) and self.rules[0].check.is_live


def formulas(form: Form) -> dict[Rule, str]:
    """The Excel formula of each rule that has one, as it stands on `Kiểm tra`: TRUE, FALSE, ""."""
    at = AppendixCells(AppendixLayout(form), from_sheet=CHECKS_SHEET)
    live = (rule for rule in form.rules if rule.check.is_live)
    return {rule: "=" + rule.check.to_excel(at, otherwise='""') for rule in live}


def catalogue(form: Form) -> list[Check]:
    """Every check in the order of the form, then of `reading_rules`."""
    by_id = groupby(form.rules, key=lambda rule: rule.id)
    return [*(_edit_rule(tuple(rules)) for _, rules in by_id), *map(_reading_rule, READING_RULES)]


def _edit_rule(rules: Sequence[Rule]) -> Check:
    first = rules[0]
    return Check(
        id=first.id,
        severity=first.severity,
        meaning=first.reason,
        check=first.written.check,
        message=first.written.message,
        hint=first.hint,
        trial=first.trial,
        changed=first.written.changed,
        rules=tuple(rules),
    )


def _reading_rule(rule: ReadingRule) -> Check:
    return Check(id=rule.id, severity=rule.severity, meaning=rule.meaning)
