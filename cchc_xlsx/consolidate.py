"""Submissions → one consolidation: every row's total by its own declared semantics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from cchc_xlsx.batch import Batch
from cchc_xlsx.form import Aggregate, Form, Indicator, Period
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission


@dataclass(frozen=True)
class Total:
    """A row over all units. A blank is never counted as 0.

    `value` is a number; for `Aggregate.COUNT_YES` how many units answered 1; for
    `Aggregate.DISTRIBUTION` how many chose each code; None when there is nothing to total.
    `reported` units out of `expected` filled the row.
    """

    value: float | Mapping[int, int] | None
    aggregate: Aggregate
    reported: int
    expected: int


@dataclass(frozen=True)
class Consolidation:
    """The accepted submissions of one period side by side."""

    batch: Batch
    period: Period | None

    @property
    def form(self) -> Form:
        """The form."""
        return self.batch.form

    @cached_property
    def submissions(self) -> tuple[Submission, ...]:
        """The accepted submissions: in the order of the roster, then the others."""
        order = {unit.code: at for at, unit in enumerate(self.batch.roster)}
        return tuple(
            sorted(self.batch.accepted, key=lambda each: order.get(each.unit_code, len(order)))
        )

    @cached_property
    def units(self) -> tuple[ReportingUnit, ...]:
        """The units of `submissions`, under the roster's name where it has one."""
        names = {unit.code: unit for unit in self.batch.roster}
        known = (each.unit for each in self.submissions)
        return tuple(names.get(unit.code, unit) for unit in known if unit)

    @property
    def expected(self) -> int:
        """How many units should report: those of the roster and those that sent all the same."""
        return len(self.units) + len(self.batch.missing_units)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Figures by code (rows, in the form's order) and unit code (columns); NaN is blank."""
        codes = [row.code for row in self.form.inputs]
        columns = {
            each.unit_code: [each.fill.values.get(code) for code in codes]
            for each in self.submissions
        }
        return pd.DataFrame(columns, index=codes, dtype="float64")

    @cached_property
    def _by_unit(self) -> Mapping[str, Submission]:
        return {each.unit_code: each for each in self.submissions}

    def figure(self, unit_code: str, code: str) -> float | None:
        """The figure of a unit; None when it is blank or could not be read."""
        return self._by_unit[unit_code].fill.values.get(code)

    @cached_property
    def totals(self) -> Mapping[str, Total]:
        """The total of every row that takes a value."""
        return {row.code: self._total(row) for row in self.form.inputs}

    def _total(self, row: Indicator) -> Total:
        figures = self.values.loc[row.code]
        others = [self.values.loc[code] for code in row.of]
        value = _TOTALS[row.aggregate](row, figures, *others)
        return Total(value, row.aggregate, int(figures.notna().to_numpy().sum()), self.expected)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Tidy long data: unit, period, code, value, note, file, cell; one line a filled figure."""
        lines = [
            (each.unit_code, each.period.id, code, value, each.notes.get(code, ""), each.file,
             each.cells.get(code, ""))
            for each in self.submissions
            if each.period
            for code, value in each.fill.values.items()
            if value is not None
        ]  # fmt: skip
        return pd.DataFrame(
            lines, columns=["unit", "period", "code", "value", "note", "file", "cell"]
        )


def _sum(row: Indicator, figures: pd.Series[float]) -> float | None:
    return float(figures.sum()) if figures.count() else None


def _ratio(
    row: Indicator,
    figures: pd.Series[float],
    numerator: pd.Series[float],
    denominator: pd.Series[float],
) -> float | None:
    """In percent, over the units that report both numerator and denominator."""
    both = numerator.notna() & denominator.notna()
    whole = denominator[both].sum()
    return float(100 * numerator[both].sum() / whole) if whole else None


def _weighted_mean(
    row: Indicator, figures: pd.Series[float], weight: pd.Series[float]
) -> float | None:
    """Over the units that report both the figure and its weight."""
    both = figures.notna() & weight.notna()
    whole = weight[both].sum()
    return float((figures[both] * weight[both]).sum() / whole) if whole else None


def _mean(row: Indicator, figures: pd.Series[float]) -> float | None:
    return float(figures.mean()) if figures.count() else None


def _count_yes(row: Indicator, figures: pd.Series[float]) -> float | None:
    return int((figures == 1).sum())


def _distribution(row: Indicator, figures: pd.Series[float]) -> Mapping[int, int]:
    choices = row.measure.choices if row.measure else {}
    return {code: int((figures == code).sum()) for code in choices}


_TOTALS: Mapping[Aggregate, Callable[..., float | Mapping[int, int] | None]] = {
    Aggregate.SUM: _sum,
    Aggregate.RATIO: _ratio,
    Aggregate.WEIGHTED_MEAN: _weighted_mean,
    Aggregate.MEAN: _mean,
    Aggregate.COUNT_YES: _count_yes,
    Aggregate.DISTRIBUTION: _distribution,
}
