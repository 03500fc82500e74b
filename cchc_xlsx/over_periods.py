"""How a unit's figures of several periods become one: each way once, its spellings side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cchc_xlsx.aggregate import Cells, parts_of_units, way_of
from cchc_xlsx.form import Aggregate, Indicator, OverPeriods


@dataclass(frozen=True)
class InPeriod:
    """A figure of one period, None where it is blank.

    `of` are the figures of the rows that its total needs (`Indicator.of`), None where blank;
    `parts` those that a rolled-up figure carries along, else none.
    """

    figure: float | None
    of: tuple[float | None, ...] = ()
    parts: tuple[float, ...] = ()


@dataclass(frozen=True)
class OneFigure:
    """What becomes of them: the figure, and its parts where they are more than it tells."""

    figure: float | None
    parts: tuple[float, ...] = ()


Periods = Sequence[InPeriod]
"""A row in the periods that a unit reported, in their order; at least one."""


@dataclass(frozen=True)
class WayOverPeriods:
    """A way of putting periods together; `formula` is the same over the cells of a workbook.

    A formula is asked for where there is a figure. Where figures carry parts there is none: cells
    do not tell parts. ``{choice}`` in the name stands for the answer that prevails.
    """

    name: str
    one: Callable[[Indicator, Periods], OneFigure]
    formula: Callable[[Indicator, Sequence[Cells]], str]


def way_over_periods(indicator: Indicator) -> WayOverPeriods:
    """The way a row's figures of several periods become one."""
    return WAYS_OVER_PERIODS[indicator.over_periods]


def in_words(indicator: Indicator) -> str:
    """How a row's figures of several periods become one, as it is said after a semicolon."""
    measure, way = indicator.measure, way_over_periods(indicator)
    if measure and measure.prevails is not None:
        return way.name.format(choice=measure.choices[measure.prevails])
    return WAYS_OVER_PERIODS[OverPeriods.LAST].name if way.one is _prevailing else way.name


def over_periods(indicator: Indicator, periods: Periods) -> OneFigure:
    """One figure of several periods."""
    return way_over_periods(indicator).one(indicator, periods)


def _figures(periods: Periods) -> list[float]:
    """Those that are filled."""
    return [each.figure for each in periods if each.figure is not None]


def _filled(cells: Sequence[Cells]) -> list[str]:
    """The cells of those that are filled."""
    return [each.figure for each in cells if each.figure]


def _carried(periods: Periods) -> list[tuple[float, ...]]:
    """The parts of rolled-up figures."""
    return [each.parts for each in periods if each.parts]


# --- last -----------------------------------------------------------------------------------


def _last(indicator: Indicator, periods: Periods) -> OneFigure:
    """The last report's, blank where it is blank there: an older figure would pass for a new one.

    A rate keeps the parts of that report, whatever becomes of the rows that it is made of.
    """
    last = periods[-1]
    return OneFigure(last.figure, _parts(indicator, last) if indicator.of else last.parts)


def _last_cell(indicator: Indicator, cells: Sequence[Cells]) -> str:
    return f"={cells[-1].figure}"


# --- added ----------------------------------------------------------------------------------


def _added(indicator: Indicator, periods: Periods) -> OneFigure:
    figures, carried = _figures(periods), _carried(periods)
    if not figures:
        return OneFigure(None)
    # As many units as reported in the period in which fewest did: what a sum lacks must show.
    parts = (sum(figures), min(parts[-1] for parts in carried)) if carried else ()
    return OneFigure(sum(figures), parts)


def _sum_of_cells(indicator: Indicator, cells: Sequence[Cells]) -> str:
    return f"=SUM({','.join(_filled(cells))})"


# --- prevailing -----------------------------------------------------------------------------


def _prevailing_choice(indicator: Indicator) -> int | None:
    return indicator.measure.prevails if indicator.measure else None


def _prevailing(indicator: Indicator, periods: Periods) -> OneFigure:
    """The choice that prevails, if it was made in any period; else that of the last.

    Of a roll-up nobody knows which of its units answered alike in two periods: the period with
    the most answers stands for all.
    """
    figures, choice = _figures(periods), _prevailing_choice(indicator)
    fullest = max(_carried(periods), key=lambda parts: parts[-1:] + parts, default=())
    last = figures[-1] if figures else None
    return OneFigure(choice if choice in figures else last, fullest)


def _prevailing_cell(indicator: Indicator, cells: Sequence[Cells]) -> str:
    choice, filled = _prevailing_choice(indicator), _filled(cells)
    made = ",".join(f"{each}={choice}" for each in filled)
    return f"=IF(OR({made}),{choice},{filled[-1]})" if choice is not None else f"={filled[-1]}"


# --- recalculated from the parts -------------------------------------------------------------


def _parts(indicator: Indicator, each: InPeriod) -> tuple[float, ...]:
    if each.parts:
        return each.parts
    figures = (np.array([np.nan if part is None else part]) for part in (each.figure, *each.of))
    return tuple(parts_of_units(indicator, *figures)[0].tolist())


def _recalculated(indicator: Indicator, periods: Periods) -> OneFigure:
    *parts, reported = zip(*(_parts(indicator, each) for each in periods), strict=True)
    sums = [sum(part) for part in parts]
    value = way_of(indicator).total(indicator, [*sums, sum(reported)])
    assert not isinstance(value, Mapping), f"{indicator.code}: no figure of one unit"
    if indicator.aggregate is Aggregate.MEAN:
        # A plain mean of periods counts once for every unit.
        sums = [0.0 if value is None else value * max(reported)]
    return OneFigure(value if any(reported) else None, (*sums, max(reported)))


def _recalculated_cells(indicator: Indicator, cells: Sequence[Cells]) -> str:
    formula = way_of(indicator).over_periods
    assert formula, f"{indicator.code}: is never recalculated"
    return formula(cells)


# --- all of them ----------------------------------------------------------------------------


WAYS_OVER_PERIODS: Mapping[OverPeriods, WayOverPeriods] = {
    OverPeriods.NONE: WayOverPeriods("không gộp", _last, _last_cell),
    OverPeriods.ADDED: WayOverPeriods("cộng các kỳ", _added, _sum_of_cells),
    OverPeriods.LAST: WayOverPeriods("lấy số của kỳ cuối", _last, _last_cell),
    OverPeriods.PREVAILING: WayOverPeriods(
        "có kỳ nào «{choice}» thì cả năm «{choice}»", _prevailing, _prevailing_cell
    ),
    OverPeriods.RECALCULATED: WayOverPeriods(
        "tính lại từ các kỳ", _recalculated, _recalculated_cells
    ),
}
