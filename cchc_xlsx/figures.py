"""Figures as arrays, and what makes a figure usable: the workbook's spelling and ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cchc_xlsx.expression import Expression, Figures, State, round_half_away
from cchc_xlsx.form import LARGEST, Form, Kind


@dataclass(frozen=True)
class Fill:
    """What one workbook holds: a number or None (blank) by code, and the codes nobody can read."""

    values: Mapping[str, float | None]
    unreadable: frozenset[str] = field(default=frozenset())


def is_usable(kind: Kind, number: float) -> bool:
    """Whether a number in a cell can be a figure of this kind at all.

    A fraction where something is counted is unreadable: 1.214 may be 1214.
    """
    return abs(number) < LARGEST and (number == int(number) or not kind.is_whole)


def state_formula(kind: Kind, cell: str) -> str:
    """The Excel formula for the `State` of a cell: `is_usable` in Excel's spelling."""
    sound = f"ABS({cell})<{LARGEST}"
    if kind.is_whole:
        sound = f"AND({sound},{cell}=ROUND({cell},0))"
    number = f"IF({sound},{State.USABLE:d},{State.UNREADABLE:d})"
    text = f"IF(ISNUMBER({cell}),{number},{State.UNREADABLE:d})"
    # COUNTBLANK takes the "" of an undecided formula for blank, as we do.
    return f"=IF(COUNTBLANK({cell})=1,{State.BLANK:d},{text})"


def tabulate(form: Form, fills: Sequence[Fill]) -> Figures:
    """The figures of n workbooks as arrays of n by code, ready for the rules."""
    codes = [indicator.code for indicator in form.inputs]
    numbers = {
        code: np.array(
            [np.nan if (value := fill.values.get(code)) is None else value for fill in fills],
            dtype=np.float64,
        )
        for code in codes
    }
    states = {
        code: np.array([_state(fill, code) for fill in fills], dtype=np.int8) for code in codes
    }
    return Figures(numbers, states)


def _state(fill: Fill, code: str) -> State:
    if code in fill.unreadable:
        return State.UNREADABLE
    return State.BLANK if fill.values.get(code) is None else State.USABLE


FORMULA_DECIMALS = 2
"""Whatever a formula gives is rounded to this many decimals, as a person would type it."""


def with_formulas(form: Form, fill: Fill, formulas: Mapping[str, Expression]) -> Fill:
    """`fill` with the cells of these codes worked out from their formulas.

    A formula that cannot be told leaves its cell blank, and so does one whose figures are all
    blank: a blank is not a zero. Formulas may rest on one another; those that go in circles are
    unreadable, and so is a result that cannot be a figure of its row.
    """
    values, unreadable = dict(fill.values), set(fill.unreadable)
    waiting = dict(formulas)
    while waiting:
        ready = [code for code in waiting if waiting.keys().isdisjoint(waiting[code].codes)]
        if not ready:
            circular = {code for code in waiting if code in rests_on(code, waiting)}
            unreadable |= circular
            waiting = {code: waiting[code] for code in waiting.keys() - circular}
            continue
        figures = tabulate(form, [Fill(values, frozenset(unreadable))])
        for code in ready:
            value = _worked_out(waiting.pop(code), figures)
            measure = form.by_code[code].measure
            if value is not None and measure and not is_usable(measure.kind, value):
                unreadable.add(code)
            else:
                values[code] = value
    return Fill(values, frozenset(unreadable))


def rests_on(code: str, formulas: Mapping[str, Expression]) -> set[str]:
    """The codes of formulas that a formula rests on, directly or through others."""
    behind: set[str] = set()
    following = [code]
    while following:
        named = formulas[following.pop()].codes
        new = {each for each in named if each in formulas} - behind
        behind |= new
        following.extend(new)
    return behind


def _worked_out(formula: Expression, figures: Figures) -> float | None:
    if formula.codes and all(figures.states[code][0] == State.BLANK for code in formula.codes):
        return None
    value = formula.over(figures)
    if np.isnan(value[0]):
        return None
    return float(round_half_away(value, FORMULA_DECIMALS)[0])
