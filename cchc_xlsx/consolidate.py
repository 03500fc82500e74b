"""Submissions → one consolidation: every row's total by its own declared semantics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from cchc_xlsx.aggregate import Value, parts_of_units, parts_text, way_of
from cchc_xlsx.batch import Batch
from cchc_xlsx.expression import Figures, Numbers
from cchc_xlsx.figures import tabulate
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator, Period
from cchc_xlsx.previous import NO_PREVIOUS
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission
from cchc_xlsx.year import gaps, lacking, whole_year

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
    """A row over several units. A blank is never counted as 0.

    `parts` are the sums that `value` is made of (see `aggregate.Way`), `beyond` those of them that
    the units' figures alone do not tell. `expected` units should have filled the row.
    """

    value: Value
    parts: tuple[float, ...]
    beyond: tuple[float, ...]
    expected: int

    @property
    def reported(self) -> int:
        """How many units filled the row."""
        return int(self.parts[-1])


@dataclass(frozen=True)
class Group:
    """The units that report through one office, side by side: `submissions[first:last]`."""

    name: str
    first: int
    last: int
    expected: int


@dataclass(frozen=True)
class Consolidation:
    """The submissions of one period side by side: the accepted ones of a batch, one a unit.

    Of a whole year, each is put together from the submissions of its periods.
    """

    batch: Batch
    period: Period | None
    unordered: tuple[Submission, ...]

    @property
    def form(self) -> Form:
        """The form."""
        return self.batch.form

    def with_findings(self, findings: Iterable[Finding]) -> Consolidation:
        """The same with more said about it as a whole."""
        batch = replace(self.batch, general=(*self.batch.general, *findings))
        more = replace(self, batch=batch)
        # Findings change no figure: what has been worked out is not worked out again.
        vars(more).update(vars(self) | {"batch": batch})
        return more

    @cached_property
    def _roster(self) -> Mapping[str, ReportingUnit]:
        return {unit.code: unit for unit in self.batch.roster}

    @cached_property
    def submissions(self) -> tuple[Submission, ...]:
        """One a unit: in the order of the roster, group by group, then those it does not know."""
        parents = list(dict.fromkeys(unit.parent for unit in self.batch.roster))
        order = {unit.code: at for at, unit in enumerate(self.batch.roster)}

        def place(each: Submission) -> tuple[int, int]:
            unit = self._roster.get(each.unit_code)
            return (parents.index(unit.parent), order[unit.code]) if unit else (len(parents), 0)

        return tuple(sorted(self.unordered, key=place))

    @cached_property
    def units(self) -> tuple[ReportingUnit, ...]:
        """The units of `submissions`, under the roster's name where it has one."""
        sent = (each.unit for each in self.submissions)
        return tuple(self._roster.get(unit.code, unit) for unit in sent if unit)

    @cached_property
    def expected(self) -> int:
        """How many units should report: those of the roster and those that sent all the same.

        A submission that was rolled up from other units stands for as many as those are.
        """
        return sum(each.speaks_for for each in self.submissions) + len(self.batch.missing_units)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The codes of all units whose figures are in it, those of roll-ups too."""
        return tuple(code for each in self.submissions for code in each.leaves or (each.unit_code,))

    @property
    def uncovered(self) -> frozenset[date]:
        """The days of the period that the figures of at least one unit do not cover."""
        return frozenset[date]().union(*(each.uncovered for each in self.submissions))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The units by the office they report through; none when there is but one such office."""
        missing = Counter(unit.parent for unit in self.batch.missing_units)
        runs = [
            (parent, list(run)) for parent, run in groupby(range(len(self.units)), self._parent)
        ]
        groups = [
            Group(
                self._group_name(parent),
                run[0],
                run[-1] + 1,
                sum(self.submissions[at].speaks_for for at in run) + missing[parent or ""],
            )
            for parent, run in runs
        ]
        return tuple(groups) if len(groups) > 1 else ()

    def _parent(self, at: int) -> str | None:
        """The parent of the unit at a position; None of one that the roster does not know."""
        unit = self._roster.get(self.units[at].code)
        return unit.parent if unit else None

    def _group_name(self, parent: str | None) -> str:
        if parent is None:
            return "Ngoài danh sách"
        if parent in self._roster:
            return self._roster[parent].name
        return f"Nhóm {parent}" if parent else "Khác"

    @cached_property
    def previous(self) -> Consolidation | None:
        """The reports of the last period before this one side by side; None without any."""
        if self.period is None:
            return None
        before = self.batch.previous.before(self.period).values()
        periods = {each.period for each in before if each.period}
        if not periods:
            return None
        last = max(periods, key=lambda period: (period.ends, period.begins))
        reports = tuple(each for each in before if each.period == last)
        return Consolidation(replace(self.batch, previous=NO_PREVIOUS), last, reports)

    # --- totals -------------------------------------------------------------------------------

    @cached_property
    def figures(self) -> Figures:
        """The figures of `submissions` as arrays."""
        return tabulate(self.form, [each.fill for each in self.submissions])

    @cached_property
    def totals(self) -> Mapping[str, Total]:
        """The total of every row that takes a value."""
        return {row.code: self.total(row, 0, None, self.expected) for row in self.form.inputs}

    def subtotal(self, row: Indicator, group: Group) -> Total:
        """The total of a row over the units of a group."""
        return self.total(row, group.first, group.last, group.expected)

    def total(self, row: Indicator, first: int, last: int | None, expected: int) -> Total:
        """The total of a row over ``submissions[first:last]``."""
        told, parts = self._parts[row.code]
        sums: list[float] = parts[first:last].sum(axis=0).tolist()
        beyond = (0.0,) * len(sums)
        if parts is not told:
            beyond = tuple((parts - told)[first:last].sum(axis=0).tolist())
        return Total(way_of(row).total(row, sums), tuple(sums), beyond, expected)

    @cached_property
    def _parts(self) -> Mapping[str, tuple[Numbers, Numbers]]:
        """For each row the parts of every unit: as its figures tell them, and as they are."""
        return {row.code: self._parts_of(row) for row in self.form.inputs}

    def _parts_of(self, row: Indicator) -> tuple[Numbers, Numbers]:
        numbers = self.figures.numbers
        told = parts_of_units(row, *(numbers[code] for code in (row.code, *row.of)))
        if not self._rolled_up:
            return told, told
        parts = told.copy()
        for at, each in self._rolled_up:
            if carried := each.parts.get(row.code):
                parts[at] = carried
        return told, parts

    @cached_property
    def _rolled_up(self) -> list[tuple[int, Submission]]:
        """The submissions whose figures carry parts, each with its position."""
        return [(at, each) for at, each in enumerate(self.submissions) if each.parts]

    # --- as data ------------------------------------------------------------------------------

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Tidy long data: the columns of `Line`, one row a line."""
        # Imported here: whoever only merges must not pay for it.
        import pandas as pd

        return pd.DataFrame(self.lines(), columns=Line._fields)

    @property
    def sources(self) -> Iterator[Submission]:
        """What was read: `submissions`, and of a whole year those of its periods."""
        return (source for each in self.submissions for source in each.sources or (each,))

    def lines(self) -> list[Line]:
        """One line a filled figure, unit by unit."""
        return [
            line_of(each, period, code, value)
            for each, period in self.dated
            for code, value in each.fill.values.items()
            if value is not None
        ]

    def lines_of(self, code: str) -> Iterator[Line]:
        """The same of one row of the form."""
        for each, period in self.dated:
            value = each.fill.values.get(code)
            if value is not None:
                yield line_of(each, period, code, value)

    @cached_property
    def dated(self) -> list[tuple[Submission, str]]:
        """The sources, each with the code of its period."""
        return [(each, each.period.id) for each in self.sources if each.period]


def consolidate(batch: Batch, period: Period | None) -> Consolidation:
    """The accepted submissions side by side; of a whole year (`period` is it), put together."""
    if batch.year is None or period is None:
        return Consolidation(batch, period, tuple(batch.accepted))
    submissions = whole_year(batch.form, period, batch.accepted)
    findings = (*gaps(period, submissions), *lacking(batch.form, period, submissions))
    return Consolidation(batch, period, tuple(submissions)).with_findings(findings)


def line_of(each: Submission, period: str, code: str, value: float) -> Line:
    """The line of a figure."""
    parts = parts_text(each.parts[code]) if code in each.parts else ""
    original = each.adjusted[code].original_in_words if code in each.adjusted else ""
    note, cell = each.notes.get(code, ""), each.cells.get(code, "")
    return Line(each.unit_code, period, code, value, note, each.file, cell, parts, original)
