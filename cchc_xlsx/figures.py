"""Figures as arrays, and what makes a figure usable: the workbook's spelling and ours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cchc_xlsx.expression import (
    Expression,
    Figures,
    Numbers,
    State,
    States,
    previous,
    round_half_away,
)
from cchc_xlsx.form import LARGEST, Form, Indicator, Kind


@dataclass(frozen=True)
class Fill:
    """What one workbook holds: a number or None (blank) by code, and the codes nobody can read."""

    values: Mapping[str, float | None]
    unreadable: frozenset[str] = field(default=frozenset())

    @staticmethod
    def of(
        codes: tuple[str, ...], numbers: Numbers, unreadable: frozenset[str] = frozenset()
    ) -> Fill:
        """A fill of figures that stand in an array by these codes; NaN is a blank."""
        figures = (None if each != each else each for each in numbers.tolist())
        fill = Fill(dict(zip(codes, figures, strict=True)), unreadable)
        # What these properties would work out, and keep in the same place.
        fill.__dict__.update(codes=codes, numbers=numbers)
        return fill

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the figures in their order: one tuple for all that were read together."""
        return tuple(self.values)

    @cached_property
    def numbers(self) -> Numbers:
        """The figures as an array, in the order of `values`; NaN is a blank."""
        return np.array([*self.values.values()], dtype=np.float64)  # NumPy takes None for NaN

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in at all."""
        return not self.unreadable and all(value is None for value in self.values.values())


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


NO_FILL = Fill({})
"""The figures of a workbook that there is none of."""


def tabulate(
    form: Form,
    fills: Sequence[Fill],
    openings: Sequence[Fill] = (),
    notes: Sequence[Fill] = (),
) -> Figures:
    """The figures of n workbooks as arrays of n by name, ready for the rules.

    `openings` are the figures that each had when its period began, `notes` what its notes tell by
    the names of `Form.note_figures`; blank where none are given.
    """
    codes, asked = tuple(indicator.code for indicator in form.inputs), form.note_figures
    now = _tabulated(codes, fills)
    then = _tabulated(codes, openings) if openings else _blank(codes, len(fills))
    told = _tabulated(asked, notes) if notes else _blank(asked, len(fills))
    return Figures(
        now.numbers | {previous(code): then.numbers[code] for code in codes} | told.numbers,
        now.states | {previous(code): then.states[code] for code in codes} | told.states,
    )


@dataclass(frozen=True)
class _Table:
    numbers: dict[str, Numbers]
    states: dict[str, States]


def _tabulated(names: tuple[str, ...], fills: Sequence[Fill]) -> _Table:
    rows = _numbers(names, fills).reshape(len(fills), len(names))
    numbers = np.ascontiguousarray(rows.T)
    states = (~np.isnan(numbers)).astype(np.int8)  # `State.USABLE` is 1, `State.BLANK` 0
    for at, fill in enumerate(fills):
        if fill.unreadable:
            hidden = [name in fill.unreadable for name in names]
            states[hidden, at], numbers[hidden, at] = State.UNREADABLE, np.nan
    return _Table(dict(zip(names, numbers, strict=True)), dict(zip(names, states, strict=True)))


def _numbers(names: tuple[str, ...], fills: Sequence[Fill]) -> Numbers:
    """The figures of these names, fill by fill in one array; NaN where there is none."""
    if fills and fills[0].codes == names and all(fill.codes is fills[0].codes for fill in fills):
        return np.concatenate([fill.numbers for fill in fills])
    return np.array([fill.values.get(name) for fill in fills for name in names], dtype=np.float64)


def _blank(names: Iterable[str], count: int) -> _Table:
    numbers = np.full(count, np.nan)
    states = np.full(count, State.BLANK, dtype=np.int8)
    return _Table(dict.fromkeys(names, numbers), dict.fromkeys(names, states))


def has_no_base(indicator: Indicator, figures: Figures) -> NDArray[np.bool_]:
    """Of n submissions, whether a rate has nothing to be a rate of: its base or weight is 0."""
    if not indicator.of:
        return np.zeros(figures.count, dtype=np.bool_)
    base: NDArray[np.bool_] = figures.numbers[indicator.of[-1]] == 0
    return base


SUGGESTION_DECIMALS = 2
"""What the template's own formulas give is rounded to this many decimals, as a person types it."""


def with_formulas(
    form: Form,
    fill: Fill,
    suggestions: Mapping[str, Expression],
    typed: Mapping[str, Expression] | None = None,
) -> Fill:
    """`fill` with the cells of these codes worked out from their formulas.

    A suggestion that cannot be told leaves its cell blank, and so does one whose figures are all
    blank: a blank is not a zero. A typed formula that cannot be told is unreadable, as is one that
    goes in circles and one whose result cannot be a figure of its row.
    """
    typed = typed or {}
    values, unreadable = dict(fill.values), set(fill.unreadable)
    waiting = {**suggestions, **typed}
    while waiting:
        ready = [code for code in waiting if waiting.keys().isdisjoint(waiting[code].codes)]
        if not ready:
            circular = {code for code in waiting if code in rests_on(code, waiting)}
            unreadable |= circular
            waiting = {code: waiting[code] for code in waiting.keys() - circular}
            continue
        for code in ready:
            value = _worked_out(form, waiting.pop(code), Fill(values, frozenset(unreadable)))
            if value is not None and code in suggestions:
                value = rounded(value)
            if _is_sound(form, code, value, undecided_is_sound=code in suggestions):
                values[code] = value
            else:
                unreadable.add(code)
    return Fill(values, frozenset(unreadable))


def _worked_out(form: Form, formula: Expression, fill: Fill) -> float | None:
    table = _tabulated(formula.codes, [fill])
    figures = Figures(table.numbers, table.states)
    blank = [figures.states[code][0] == State.BLANK for code in formula.codes]
    if blank and all(blank):
        return None
    # A formula of constants alone names no submission; it is one number all the same.
    value = formula.over(figures) if blank else formula.over(_NO_FIGURES)
    # To the 15 digits that Excel keeps: what it shows as 435 is no fraction.
    return None if np.isnan(value[0]) else float(format(value[0], ".15g"))


_NO_FIGURES = Figures({"": np.zeros(1)}, {"": np.zeros(1, dtype=np.int8)})


def rounded(value: float, decimals: int = SUGGESTION_DECIMALS) -> float:
    """A value as a person types it into its cell."""
    return float(round_half_away(np.array([value]), decimals)[0])


def _is_sound(form: Form, code: str, value: float | None, *, undecided_is_sound: bool) -> bool:
    measure = form.by_code[code].measure
    if value is None or measure is None:
        return undecided_is_sound
    return is_usable(measure.kind, value)


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


def is_same(one: object, other: object) -> bool:
    """Whether two figures, totals or contents of cells are the same.

    Numbers are, but for the dust of binary fractions and beyond the 15 digits that programs keep.
    """
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-14, abs_tol=5e-10)
    return one == other
