"""Submissions → one consolidation: every row's total by its own declared semantics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from cchc_xlsx.aggregate import Value, parts_of, parts_text, way_of
from cchc_xlsx.batch import Batch
from cchc_xlsx.expression import Figures
from cchc_xlsx.figures import tabulate
from cchc_xlsx.form import Form, Indicator, Period
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission

if TYPE_CHECKING:
    import pandas as pd


class Line(NamedTuple):
    """A figure with its origin.

    `parts`, as text, are what a rolled-up figure is made of; `original` is what the unit reported
    where the coordinator corrected it (``5``, ``(trống)``), else empty.
    """

    unit: str
    period: str
    code: str
    value: float
    note: str
    file: str
    cell: str
    parts: str
    original: str


@dataclass(frozen=True)
class Total:
    """A row over all units. A blank is never counted as 0.

    `parts` are the sums that `value` is made of (see `aggregate.Way`). `reported` units out of
    `expected` filled the row.
    """

    value: Value
    parts: tuple[float, ...]
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
        known = {unit.code: unit for unit in self.batch.roster}
        sent = (each.unit for each in self.submissions)
        return tuple(known.get(unit.code, unit) for unit in sent if unit)

    @cached_property
    def expected(self) -> int:
        """How many units should report: those of the roster and those that sent all the same."""
        return len(self.units) + len(self.batch.missing_units)

    @cached_property
    def figures(self) -> Figures:
        """The figures of `submissions` as arrays."""
        return tabulate(self.form, [each.fill for each in self.submissions])

    @cached_property
    def totals(self) -> Mapping[str, Total]:
        """The total of every row that takes a value."""
        return {indicator.code: self._total(indicator) for indicator in self.form.inputs}

    def _total(self, indicator: Indicator) -> Total:
        numbers = self.figures.numbers
        parts = parts_of(indicator, *(numbers[code] for code in (indicator.code, *indicator.of)))
        reported = sum(
            each.fill.values.get(indicator.code) is not None for each in self.submissions
        )
        value = way_of(indicator).total(indicator, parts)
        return Total(value, parts, reported, self.expected)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Tidy long data: the columns of `Line`, one row a line."""
        # Imported here: whoever only merges must not pay for it.
        import pandas as pd

        return pd.DataFrame(self.lines(), columns=Line._fields)

    def lines(self) -> list[Line]:
        """One line a filled figure, unit by unit."""
        return [
            _line(each, each.period, code, value)
            for each in self.submissions
            if each.period
            for code, value in each.fill.values.items()
            if value is not None
        ]


def _line(each: Submission, period: Period, code: str, value: float) -> Line:
    correction = each.adjusted.get(code)
    return Line(
        unit=each.unit_code,
        period=period.id,
        code=code,
        value=value,
        note=each.notes.get(code, ""),
        file=each.file,
        cell=each.cells.get(code, ""),
        parts=parts_text(each.parts.get(code, ())),
        original=correction.original_in_words if correction else "",
    )
