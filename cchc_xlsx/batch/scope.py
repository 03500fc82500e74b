"""Which periods a command takes, and what becomes of files of other periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cchc_xlsx.batch.levels import counted_once
from cchc_xlsx.errors import InputError
from cchc_xlsx.form import Period
from cchc_xlsx.reading_rules import OTHER_PERIOD, UNIT_OR_PERIOD
from cchc_xlsx.submission import Reading, Submission


class Scope(Protocol):
    """What a command takes of the files that it reads."""

    @property
    def year(self) -> int | None:
        """The year whose periods are put together, if so."""

    def in_time(self, readings: Sequence[Reading]) -> list[Reading]:
        """The readings, those of other periods rejected or named. May raise `InputError`."""

    def once(self, readings: Sequence[Reading]) -> list[Reading]:
        """The readings, one a unit and period; whose figures others hold does not count again."""


@dataclass(frozen=True)
class AnyPeriod:
    """Every period, for an export: there is nothing to say about them."""

    year: None = None

    def in_time(self, readings: Sequence[Reading]) -> list[Reading]:
        return list(readings)

    def once(self, readings: Sequence[Reading]) -> list[Reading]:
        return list(readings)


@dataclass(frozen=True)
class UsualPeriod(AnyPeriod):
    """Every period, for a check: files of another one than most are named."""

    def in_time(self, readings: Sequence[Reading]) -> list[Reading]:
        usual = most_common_period(each.submission for each in readings)
        return [_named(each, usual) for each in readings]


@dataclass(frozen=True)
class OnePeriod:
    """One period, for a merge: the one that is wanted, else that of most files."""

    wanted: Period | None = None
    year: None = None

    def in_time(self, readings: Sequence[Reading]) -> list[Reading]:
        """Raises `InputError` when no period stands out."""
        wanted = self.wanted or _one_period_of(readings)
        if wanted is None:
            return list(readings)
        return [_only(each, wanted.name, wanted == each.submission.period) for each in readings]

    def once(self, readings: Sequence[Reading]) -> list[Reading]:
        return counted_once(readings)


@dataclass(frozen=True)
class WholeYear:
    """The periods of a year, which are put together; none of them twice."""

    year: int

    def in_time(self, readings: Sequence[Reading]) -> list[Reading]:
        return [_only(each, f"năm {self.year}", self._is_in(each)) for each in readings]

    def _is_in(self, reading: Reading) -> bool:
        period = reading.submission.period
        return period is not None and period.year == self.year

    def once(self, readings: Sequence[Reading]) -> list[Reading]:
        from cchc_xlsx.year import without_covered

        return without_covered(counted_once(readings))


def most_common_period(submissions: Iterable[Submission]) -> Period | None:
    """The period of most submissions; None when none stands out."""
    ranking = Counter(each.period for each in submissions if each.period).most_common(2)
    is_tied = len(ranking) == 2 and ranking[0][1] == ranking[1][1]
    return ranking[0][0] if ranking and not is_tied else None


def _one_period_of(readings: Sequence[Reading]) -> Period | None:
    """The period of most submissions; None when nothing could be read."""
    submissions = [each.submission for each in readings if each.submission.period]
    usual = most_common_period(submissions)
    if submissions and usual is None:
        known = ", ".join(sorted({each.period.id for each in submissions if each.period}))
        raise InputError(f"Các tệp thuộc nhiều kỳ báo cáo ({known}). Chọn một kỳ bằng --period.")
    return usual


def _only(reading: Reading, wanted: str, is_wanted: bool) -> Reading:
    """The reading, rejected when it is of another time; one of no known period says so itself."""
    period = reading.submission.period
    if period is None or is_wanted:
        return reading
    return reading.rejected(
        UNIT_OR_PERIOD.finding(
            f"Tệp báo cáo {period.name}, không phải {wanted}; không tổng hợp.",
            "Gửi tệp của đúng kỳ báo cáo.",
        )
    )


def _named(reading: Reading, usual: Period | None) -> Reading:
    """The reading, with a word on its period when it is another than most have."""
    period = reading.submission.period
    if period is None or usual is None or period == usual:
        return reading
    said = f"Tệp báo cáo {period.name}, còn phần lớn các tệp báo cáo {usual.name}."
    finding = OTHER_PERIOD.finding(said, "Kiểm tra xem cơ quan có gửi nhầm kỳ không.")
    return reading.with_findings([finding]).about_its_file()
