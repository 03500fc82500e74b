"""Figures as arrays, and what makes a figure usable: the workbook's spelling and ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cchc_xlsx.expression import Figures, State, round_half_away
from cchc_xlsx.form import LARGEST, PERCENT_DECIMALS, Form, Indicator, Kind


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


def with_suggestions(form: Form, fill: Fill, codes: Collection[str]) -> Fill:
    """`fill` with the defining formulas of these codes worked out, where they can be.

    Formulas may rest on one another, so they are worked out until nothing new comes.
    """
    values = dict(fill.values)
    waiting = [form.by_code[code] for code in codes]
    while waiting:
        figures = tabulate(form, [Fill(values, fill.unreadable)])
        found = {row.code: value for row in waiting if (value := suggested(row, figures)) is not None}
        waiting = [row for row in waiting if _rests_on(row, found)]
        values |= found
    return Fill(values, fill.unreadable)


def _rests_on(indicator: Indicator, codes: Collection[str]) -> bool:
    return indicator.formula is not None and not set(codes).isdisjoint(indicator.formula.codes)


def suggested(indicator: Indicator, figures: Figures) -> float | None:
    """What the row's defining formula gives for the first of the submissions; None if undecided.

    A formula that needs no figure (a ``sum``) is undecided while all its parts are blank: a blank
    is not a zero.
    """
    formula = indicator.formula
    assert formula is not None, f"{indicator.code} has no formula"
    if all(figures.states[code][0] == State.BLANK for code in formula.codes):
        return None
    value = formula.over(figures)
    if np.isnan(value[0]):
        return None
    return float(round_half_away(value, formula_decimals(indicator))[0])


def formula_decimals(indicator: Indicator) -> int:
    """To how many decimals a defining formula is rounded."""
    whole = indicator.measure is not None and indicator.measure.kind.is_whole
    return 0 if whole else PERCENT_DECIMALS
