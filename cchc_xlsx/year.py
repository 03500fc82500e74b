"""The periods of a year put together: for every unit one submission with the year's figures.

Windows may overlap: the first quarter lies within the first half of the year. Of overlapping
windows the longer one counts, so that nothing is added twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from cchc_xlsx.figures import Fill
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import (
    Form,
    Indicator,
    OverPeriods,
    Period,
    PeriodKind,
    days_between,
    spans_in_words,
)
from cchc_xlsx.over_periods import InPeriod, OneFigure, over_periods
from cchc_xlsx.reading_rules import WINDOW_COVERED, WINDOW_MISSING
from cchc_xlsx.submission import Reading, Submission


def year_of(form: Form, year: int) -> Period:
    """The whole year as a period: the form's own, if it has one that spans all the others."""
    periods = form.periods_of(year)
    first, last = min(periods, key=lambda each: each.begins), max(periods, key=lambda p: p.ends)
    spanning = (p for p in periods if p.begins == first.begins and p.ends == last.ends)
    whole = PeriodKind("NAM", "năm {year}", first.kind.begins, last.kind.ends)
    return next(spanning, Period(year, whole))


def without_covered(readings: Sequence[Reading]) -> list[Reading]:
    """Accepted workbooks of a unit whose window overlaps a longer one are superseded by that."""
    taken: dict[str, list[Submission]] = {}
    for reading in sorted(readings, key=_longest_first):
        submission = reading.submission
        if (
            reading.is_accepted
            and _overlapping(submission, taken.get(submission.unit_code, [])) is None
        ):
            taken.setdefault(submission.unit_code, []).append(submission)

    def settled(reading: Reading) -> Reading:
        submission = reading.submission
        of_unit = taken.get(submission.unit_code, [])
        if not reading.is_accepted or any(submission is each for each in of_unit):
            return reading
        longer = _overlapping(submission, of_unit)
        assert longer
        return reading.superseded(_covered(submission, longer))

    return [settled(reading) for reading in readings]


def _longest_first(reading: Reading) -> tuple[timedelta, date]:
    period = reading.submission.period
    return (period.begins - period.ends, period.begins) if period else (timedelta(), date.min)


def _overlapping(submission: Submission, others: Iterable[Submission]) -> Submission | None:
    period = submission.period
    return next(
        (
            other
            for other in others
            if period
            and other.period
            and period.begins <= other.period.ends
            and other.period.begins <= period.ends
        ),
        None,
    )


def _covered(submission: Submission, longer: Submission) -> Finding:
    assert submission.period
    assert longer.period
    return WINDOW_COVERED.finding(
        f"Số liệu {submission.period.name} ({submission.period.window}) trùng thời gian với "
        f"{longer.period.name} ({longer.period.window}) của tệp {longer.file}; không cộng hai lần.",
    )


# --- one submission for the year ----------------------------------------------------------------


def whole_year(form: Form, year: Period, accepted: Iterable[Submission]) -> list[Submission]:
    """One submission for each unit, of its submissions in windows that do not overlap."""
    by_unit: dict[str, list[Submission]] = {}
    for submission in accepted:
        by_unit.setdefault(submission.unit_code, []).append(submission)
    return [_one(form, year, _in_order(sources)) for sources in by_unit.values()]


def _in_order(sources: Iterable[Submission]) -> list[Submission]:
    return sorted(sources, key=lambda each: each.period.begins if each.period else date.min)


def _one(form: Form, year: Period, sources: Sequence[Submission]) -> Submission:
    figures = {row.code: _one_figure(row, sources) for row in form.inputs}
    last = sources[-1]
    leaves = tuple(dict.fromkeys(code for each in sources for code in each.leaves))
    return replace(
        last,
        period=year,
        fill=Fill(
            {code: each.figure for code, each in figures.items()},
            frozenset(row.code for row in form.inputs if _is_unreadable(row, last)),
        ),
        parts={code: each.parts for code, each in figures.items() if each.parts},
        notes={},
        cells={},
        note_cells={},
        adjusted={},
        sources=tuple(sources),
        leaves=leaves,
        uncovered=frozenset(_uncovered(year, sources)).union(*(each.uncovered for each in sources)),
        speaks_for=max(len(leaves), *(each.speaks_for for each in sources)),
    )


def _is_unreadable(row: Indicator, last: Submission) -> bool:
    """Whether the figure that would stand for the year is one that nobody can read."""
    return row.over_periods is OverPeriods.LAST and row.code in last.fill.unreadable


def _one_figure(row: Indicator, sources: Sequence[Submission]) -> OneFigure:
    return over_periods(row, [_in_period(row, each) for each in sources])


def _in_period(row: Indicator, submission: Submission) -> InPeriod:
    """A row of one submission with what its total needs."""
    values = submission.fill.values
    return InPeriod(
        values.get(row.code),
        tuple(values.get(code) for code in row.of),
        submission.parts.get(row.code, ()),
    )


# --- what is missing of the year ---------------------------------------------------------------


def gaps(year: Period, submissions: Sequence[Submission]) -> Iterator[Finding]:
    """What no report of a unit covers: told once for all units, where it is the same for all."""
    uncovered = {each.unit_code: _uncovered(year, each.sources) for each in submissions}
    common = set.intersection(*uncovered.values()) if uncovered else set()
    if common:
        yield WINDOW_MISSING.finding(
            f"Số liệu cả năm {year.year} chưa gồm thời gian {spans_in_words(common)}: không cơ "
            "quan nào có báo cáo của thời gian này.",
            "Bổ sung báo cáo của các kỳ còn thiếu, hoặc ghi rõ khi sử dụng số liệu.",
        )
    for each in submissions:
        if own := uncovered[each.unit_code] - common:
            yield WINDOW_MISSING.finding(
                f"Số liệu năm {year.year} của {each.unit_code} chưa gồm thời gian "
                f"{spans_in_words(own)}.",
                "Đề nghị cơ quan gửi báo cáo của kỳ còn thiếu.",
                unit=each.unit_code,
            )


def lacking(form: Form, year: Period, submissions: Sequence[Submission]) -> Iterator[Finding]:
    """Sums over periods in one of which the figure is wanting: they look whole and are not."""
    all_codes: dict[str, None] = {}
    for each in submissions:
        for source in each.sources:
            codes = list(_wanting(form, each, source))
            all_codes |= dict.fromkeys(codes)
            if codes and source.period:
                yield WINDOW_MISSING.finding(
                    f"Số cộng cả năm {year.year} của {each.unit_code} thiếu số của "
                    f"{source.period.name} (để trống hoặc không đọc được): {', '.join(codes)}.",
                    "Đề nghị cơ quan bổ sung số của kỳ đó; không phát sinh thì nhập 0.",
                    codes=codes,
                    cells=[source.cells[code] for code in codes if code in source.cells],
                    file=source.file,
                    unit=each.unit_code,
                )
    if all_codes:
        yield WINDOW_MISSING.finding(
            f"Tổng cả năm {year.year} của {len(all_codes)} chỉ tiêu chưa đủ: ít nhất một cơ quan "
            "thiếu số của một kỳ.",
            "Xem cảnh báo của từng cơ quan.",
            codes=[row.code for row in form.inputs if row.code in all_codes],
        )


def _wanting(form: Form, whole: Submission, source: Submission) -> Iterator[str]:
    """The rows that are added over the periods and have a sum, without this period."""
    for row in form.inputs:
        figures = (each.fill.values.get(row.code) for each in (whole, source))
        is_told, is_in_it = (figure is not None for figure in figures)
        if row.over_periods is OverPeriods.ADDED and is_told and not is_in_it:
            yield row.code


def _uncovered(year: Period, sources: Iterable[Submission]) -> set[date]:
    """The days of the year that no window of the sources covers."""
    covered = (
        days_between(each.period.begins, each.period.ends) for each in sources if each.period
    )
    return days_between(year.begins, year.ends).difference(*covered)
