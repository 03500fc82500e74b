"""The form's rules over many submissions at once: which hold, are broken, cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cchc_xlsx.expression import Expression, Figures, Numbers
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Form, Rule

AT_ONCE = 16_000
"""Figures in one array: of such arrays the processor's cache holds several, and memory for them is
at hand. Each figure takes four times as long in an array that is much larger."""


def verdicts(form: Form, figures: Figures) -> Numbers:
    """An array of rules by submissions: 1 the rule holds, 0 it is broken, NaN it cannot be told."""
    outcomes = np.empty((len(form.rules), figures.count))
    most = max(AT_ONCE // max(figures.count, 1), 1)
    for alike in form.rules_alike:
        for positions in (alike[at : at + most] for at in range(0, len(alike), most)):
            checks = [form.rules[position].check for position in positions]
            outcomes[list(positions)] = checks[0].over(_side_by_side(checks, figures))
    return outcomes


def _side_by_side(checks: Sequence[Expression], figures: Figures) -> Figures:
    """The figures of expressions of one shape, a row for each, under the names of the first."""
    if len(checks) == 1:
        return figures
    named = list(zip(*(check.names for check in checks), strict=True))

    def rows(columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        # np.stack does the same and takes three times as long.
        joined = {names[0]: np.concatenate([columns[name] for name in names]) for names in named}
        return {name: each.reshape(len(checks), -1) for name, each in joined.items()}

    states = rows(figures.states) if checks[0].asks_for_states else {}
    return Figures(rows(figures.numbers), states)


def to_be_told(form: Form, outcomes: Numbers) -> NDArray[np.bool_]:
    """An array of rules by submissions: whether a rule is broken and has to be told.

    Not told is a rule that sees a figure which is wrong already by itself.
    """
    broken: NDArray[np.bool_] = outcomes == 0
    rules = [(form.rules[at], broken[at]) for at in np.flatnonzero(broken.any(axis=1))]
    for own, impossible in [each for each in rules if _is_about_one_figure(each[0])]:
        for rule, where in rules:
            if own.codes[0] in rule.codes and not _is_about_one_figure(rule):
                where &= ~impossible
    return broken


def _is_about_one_figure(rule: Rule) -> bool:
    """Whether a figure that breaks the rule is wrong by itself."""
    return len(rule.codes) == 1 and rule.severity is Severity.ERROR
