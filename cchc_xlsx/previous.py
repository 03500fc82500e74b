"""What units reported for earlier periods, and with which of it a figure may be compared.

Three questions, three answers. *The last report* is the one whose window ended last before the
present one ends: it is shown. *The opening figures* are those of the report whose window ended on
the day before the present one begins: only from there do the flows of this period lead to its
stocks, so rules that name ``prev([…])`` see these. *The comparable report* depends on over which
time a row counts (`Basis`): see `Previous.comparable`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from cchc_xlsx.errors import InputError
from cchc_xlsx.figures import NO_FILL, Fill
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Basis, Period
from cchc_xlsx.submission import Reading, Submission


@dataclass(frozen=True)
class Previous:
    """Reports for earlier periods: those of each unit by its code, of one period at most one.

    `unusable` are the files that were found beside them and could not be used, `findings` what was
    lost of a consolidated workbook.
    """

    by_unit: Mapping[str, tuple[Submission, ...]] = field(default_factory=dict)
    unusable: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(
        cls,
        submissions: Iterable[Submission],
        rejected: Sequence[Reading] = (),
        findings: Sequence[Finding] = (),
    ) -> Previous:
        """Of these submissions, which must be fit for use: accepted, unit and period known.

        Raises `InputError` when there are none: nothing would be compared, and nobody told.
        """
        by_unit: dict[str, tuple[Submission, ...]] = {}
        for each in submissions:
            # What could not be read then is not known now.
            readable = replace(each, fill=Fill(each.fill.values))
            by_unit[_key(each.unit_code)] = (*by_unit.get(_key(each.unit_code), ()), readable)
        if not by_unit:
            raise InputError(_no_report(rejected, findings))
        unusable = tuple(each.submission.file for each in rejected)
        return cls(by_unit, unusable, tuple(findings))

    @property
    def submissions(self) -> list[Submission]:
        """All of them, unit by unit."""
        return [each for reports in self.by_unit.values() for each in reports]

    def __bool__(self) -> bool:
        return bool(self.by_unit)

    def of_units(self, units: Iterable[str]) -> Previous:
        """The same with the reports of these units only."""
        keys = self.by_unit.keys() & map(_key, units)
        return replace(self, by_unit={key: self.by_unit[key] for key in keys})

    def before(self, period: Period) -> dict[str, Submission]:
        """The last report of each unit before a period, by the unit's code."""
        last = (self.last(code, period) for code in self.by_unit)
        return {each.unit_code: each for each in last if each}

    def last(self, unit: str, period: Period) -> Submission | None:
        """The last report of a unit before a period; None when there is none."""
        return self._last(unit, period, lambda _: True)

    def opening(self, unit: str, period: Period) -> Fill:
        """The figures of a unit when a period began; blanks when nobody knows them."""
        eve = period.begins - timedelta(days=1)
        report = self._last(unit, period, lambda earlier: earlier.ends == eve)
        return report.fill if report else NO_FILL

    def comparable(self, unit: str, period: Period, basis: Basis) -> Submission | None:
        """The last report of a unit that figures of this basis can be compared with.

        What counts in the period, only with a period of as many months; what adds up over the year,
        only within the year; what counts at a point in time, with any.
        """
        months = period.months
        fits: Mapping[Basis, Callable[[Period], bool]] = {
            Basis.IN_PERIOD: lambda earlier: earlier.months == months,
            Basis.CUMULATIVE: lambda earlier: earlier.year == period.year,
            Basis.POINT_IN_TIME: lambda _: True,
        }
        return self._last(unit, period, fits[basis]) if basis in fits else None

    def _last(self, unit: str, period: Period, fits: Callable[[Period], bool]) -> Submission | None:
        ends = period.ends
        earlier = (
            (each.period, each)
            for each in self.by_unit.get(_key(unit), ())
            if each.period and each.period.ends < ends and fits(each.period)
        )
        # Of two that end on one day, the shorter tells more about what came right before.
        latest = max(earlier, key=lambda pair: (pair[0].ends, pair[0].begins), default=None)
        return latest[1] if latest else None

    def refuse_unless_before(self, periods: Collection[Period]) -> None:
        """Raises `InputError` when these reports lie before none of the periods."""
        if not self or not periods or any(self.before(period) for period in periods):
            return
        own = {each.period for reports in self.by_unit.values() for each in reports if each.period}
        raise InputError(
            f"--previous phải là báo cáo của kỳ trước {_names(periods)}; "
            f"các tệp đã cho là của {_names(own)}."
        )


NO_PREVIOUS = Previous()


_MOST_REASONS = 3


def _no_report(rejected: Sequence[Reading], findings: Sequence[Finding]) -> str:
    """Why there is nothing to compare with, as far as that is known."""
    said = (*findings, *(finding for each in rejected for finding in each.findings))
    reasons = [f"{each.file}: {each.message}" for each in said if each.severity is Severity.ERROR]
    why = reasons[:_MOST_REASONS] or ["Các tệp đã cho không có số liệu nào."]
    return " ".join(("--previous: không có báo cáo nào dùng được.", *why))


def _key(unit: str) -> str:
    return unit.casefold()


def _names(periods: Collection[Period]) -> str:
    in_order = sorted(periods, key=lambda period: period.ends)
    return ", ".join(period.name for period in in_order)
