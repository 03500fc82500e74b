"""How a row is consolidated over reporting units: each way once, its spellings side by side.

Every unit contributes *parts* that may simply be added up; what is made of their sums is the
total. So totals of totals come out right, and a ratio survives as many levels as one likes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cchc_xlsx.expression import Numbers
from cchc_xlsx.form import Aggregate, Indicator
from cchc_xlsx.message import excel_text

Value = float | Mapping[int, int] | None
"""A number; how many units chose each code; or None when there is nothing to total."""


@dataclass(frozen=True)
class Ranges:
    """Where the units' cells of a row stand, and those of the rows that its total needs.

    `beyond` are the parts that the cells do not tell: a rolled-up figure shows one number, but is
    made of the parts of many units.
    """

    own: str
    of: tuple[str, ...]
    beyond: tuple[float, ...]


@dataclass(frozen=True)
class Cells:
    """Where a unit's figure of one period stands in a workbook, and those its total needs.

    Empty for a blank.
    """

    figure: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """A way of consolidating.

    `operands` is how many other rows it needs (`Indicator.of`). `parts` takes the figures of n
    units (NaN is blank), first the row's own, then the operands', and gives arrays of n, the last
    of them 1 for every unit that filled the row; `total` takes their sums. `formula` is the same
    over the cells of a workbook; it gives an empty text where there is nothing to total. `shown` is
    the value as that formula gives it. `over_periods` is `total` as a formula over the cells of one
    unit's periods, where figures of several periods are recalculated. `answers` tells from the sums
    how many units gave each answer, where the figures are answers.
    """

    name: str
    operands: int
    parts: Callable[..., Sequence[Numbers]]
    total: Callable[[Indicator, Sequence[float]], Value]
    formula: Callable[[Indicator, Ranges], str]
    shown: Callable[[Indicator, Sequence[float]], float | str]
    over_periods: Callable[[Sequence[Cells]], str] | None = None
    answers: Callable[[Indicator, Sequence[float]], Mapping[int, float]] | None = None


def way_of(indicator: Indicator) -> Way:
    """The way a row is consolidated."""
    return WAYS[indicator.aggregate]


def parts_of_units(indicator: Indicator, *figures: Numbers) -> Numbers:
    """The parts of n units, as an array of n by parts; a unit that has none counts 0."""
    own = way_of(indicator).parts(indicator, *figures)
    return np.nan_to_num(np.stack([*own, _filled(figures[0])], axis=1))


def parts_count(indicator: Indicator) -> int:
    """How many parts a unit contributes to a row."""
    blank = np.full(1, np.nan)
    parts = parts_of_units(indicator, blank, *(blank for _ in indicator.of))
    return int(parts.shape[1])


def are_parts(indicator: Indicator, parts: Sequence[float]) -> bool:
    """Whether these can be parts of a row.

    They are as many as its way has, and sums of what units report; how many units filled the row
    and gave each answer are whole numbers. An answer that is none of the choices is in no count.
    """
    if len(parts) != parts_count(indicator) or not all(map(math.isfinite, parts)):
        return False
    counted = parts if way_of(indicator).answers else parts[-1:]
    is_whole = all(float(part).is_integer() for part in counted)
    return min(parts) >= 0 and is_whole and sum(counted[:-1]) <= parts[-1]


def reported_formula(at: Ranges) -> str:
    """How many units filled the row, as a formula without its ``=``."""
    return _more(f"COUNT({at.own})", at.beyond[-1])


def parts_text(parts: Sequence[float]) -> str:
    """Parts as a workbook carries them along: ``13;18;1``, each number exactly."""
    return ";".join(format(part, ".17g") for part in parts)


def read_parts(text: str) -> tuple[float, ...]:
    """What `parts_text` wrote. Raises `ValueError` for anything else."""
    return tuple(float(part) for part in text.split(";")) if text else ()


def _filled(figures: Numbers) -> Numbers:
    return (~np.isnan(figures)).astype(np.float64)


def _more(formula: str, number: float) -> str:
    """A formula and a number added to it, unless that is 0."""
    return f"({formula}{number:+.17g})" if number else formula


# --- sum, mean ------------------------------------------------------------------------------


def _figures(indicator: Indicator, figures: Numbers) -> Sequence[Numbers]:
    return (figures,)


def _sum(indicator: Indicator, sums: Sequence[float]) -> float | None:
    figures, count = sums
    return figures if count else None


def _mean(indicator: Indicator, sums: Sequence[float]) -> float | None:
    figures, count = sums
    return figures / count if count else None


def _unless_blank(at: Ranges, formula: str) -> str:
    return f'=IF(COUNT({at.own})=0,"",{formula})'


def _sum_formula(indicator: Indicator, at: Ranges) -> str:
    return _unless_blank(at, _more(f"SUM({at.own})", at.beyond[0]))


def _mean_formula(indicator: Indicator, at: Ranges) -> str:
    figures = _more(f"SUM({at.own})", at.beyond[0])
    return _unless_blank(at, f"{figures}/{reported_formula(at)}")


def _mean_over_periods(cells: Sequence[Cells]) -> str:
    figures = _listed(each.figure for each in cells if each.figure)
    return f"=SUM({figures})/COUNT({figures})"


def _listed(cells: Iterable[str]) -> str:
    """Cells as the arguments of a function."""
    return ",".join(cells)


# --- ratio, weighted mean: over the units that report both --------------------------------------


def _numerator_and_denominator(
    indicator: Indicator, figures: Numbers, numerator: Numbers, denominator: Numbers
) -> Sequence[Numbers]:
    # A NaN on one side makes both parts of the unit NaN, and NaN is left out of the sums.
    return numerator + 0 * denominator, denominator + 0 * numerator


def _weighted_and_weight(
    indicator: Indicator, figures: Numbers, weight: Numbers
) -> Sequence[Numbers]:
    return figures * weight, weight + 0 * figures


def _percentage(indicator: Indicator, sums: Sequence[float]) -> float | None:
    numerator, denominator, _ = sums
    return 100 * numerator / denominator if denominator else None


def _weighted_mean(indicator: Indicator, sums: Sequence[float]) -> float | None:
    weighted, weight, _ = sums
    return weighted / weight if weight else None


def _both(left: str, right: str) -> str:
    return f"ISNUMBER({left})*ISNUMBER({right})"


def _quotient(at: Ranges, dividend: str, divisor: str, times: str = "") -> str:
    """A formula for the quotient of two sums, whose cells do not tell `at.beyond`."""
    above, below = _more(dividend, at.beyond[0]), _more(divisor, at.beyond[1])
    return f'=IF({below}=0,"",{times}{above}/{below})'


def _percentage_formula(indicator: Indicator, at: Ranges) -> str:
    numerator, denominator = at.of
    both = _both(numerator, denominator)
    above, below = (f"SUMPRODUCT({both}*{part})" for part in (numerator, denominator))
    return _quotient(at, above, below, times="100*")


def _weighted_formula(indicator: Indicator, at: Ranges) -> str:
    (weight,) = at.of
    both = _both(at.own, weight)
    return _quotient(at, f"SUMPRODUCT({both}*{at.own}*{weight})", f"SUMPRODUCT({both}*{weight})")


def _percentage_over_periods(cells: Sequence[Cells]) -> str:
    pairs = [each.of for each in cells if all(each.of)]
    above, below = (_listed(pair[at] for pair in pairs) for at in (0, 1))
    return f"=100*SUM({above})/SUM({below})"


def _weighted_over_periods(cells: Sequence[Cells]) -> str:
    both = [each for each in cells if each.figure and all(each.of)]
    weighted = "+".join(f"{each.figure}*{each.of[0]}" for each in both)
    return f"=({weighted})/SUM({_listed(each.of[0] for each in both)})"


# --- counts of answers ------------------------------------------------------------------------


def _yes(indicator: Indicator, figures: Numbers) -> Sequence[Numbers]:
    return ((figures == 1).astype(np.float64),)


def _count_yes(indicator: Indicator, sums: Sequence[float]) -> float:
    return sums[0]


def _yes_and_no(indicator: Indicator, sums: Sequence[float]) -> Mapping[int, float]:
    yes, count = sums
    return {1: yes, 0: count - yes}


def _yes_of_answers(indicator: Indicator, sums: Sequence[float]) -> str:
    yes, count = sums
    return f"{yes:.0f}/{count:.0f}" if count else ""


def _count_yes_formula(indicator: Indicator, at: Ranges) -> str:
    yes = _more(f"COUNTIF({at.own},1)", at.beyond[0])
    return _unless_blank(at, f'{yes}&"/"&{reported_formula(at)}')


def _choices(indicator: Indicator) -> Mapping[int, str]:
    return indicator.measure.choices if indicator.measure else {}


def _each_choice(indicator: Indicator, figures: Numbers) -> Sequence[Numbers]:
    return [(figures == code).astype(np.float64) for code in _choices(indicator)]


def _by_choice(indicator: Indicator, sums: Sequence[float]) -> Mapping[int, float]:
    return dict(zip(_choices(indicator), sums, strict=False))


def _distribution(indicator: Indicator, sums: Sequence[float]) -> Mapping[int, int]:
    return {code: int(count) for code, count in _by_choice(indicator, sums).items()}


def _distribution_in_words(indicator: Indicator, sums: Sequence[float]) -> str:
    if not sums[-1]:
        return ""
    counts = _distribution(indicator, sums)
    return "; ".join(f"{meaning}: {counts[code]}" for code, meaning in _choices(indicator).items())


def _distribution_formula(indicator: Indicator, at: Ranges) -> str:
    parts = [
        f"{excel_text(f'{meaning}: ')}&{_more(f'COUNTIF({at.own},{code})', beyond)}"
        for (code, meaning), beyond in zip(_choices(indicator).items(), at.beyond, strict=False)
    ]
    return _unless_blank(at, '&"; "&'.join(parts))


# --- all of them ------------------------------------------------------------------------------


def _as_number(
    total: Callable[[Indicator, Sequence[float]], float | None],
) -> Callable[[Indicator, Sequence[float]], float | str]:
    def shown(indicator: Indicator, sums: Sequence[float]) -> float | str:
        value = total(indicator, sums)
        return "" if value is None else value

    return shown


WAYS: Mapping[Aggregate, Way] = {
    Aggregate.NONE: Way(
        "Không tổng hợp", 0, lambda indicator, figures: (), lambda indicator, sums: None,
        lambda indicator, at: '=""', lambda indicator, sums: "",
    ),
    Aggregate.SUM: Way("Cộng", 0, _figures, _sum, _sum_formula, _as_number(_sum)),
    Aggregate.RATIO: Way(
        "Tỷ lệ, tính lại từ tử số và mẫu số", 2, _numerator_and_denominator, _percentage,
        _percentage_formula, _as_number(_percentage), over_periods=_percentage_over_periods,
    ),
    Aggregate.WEIGHTED_MEAN: Way(
        "Bình quân gia quyền", 1, _weighted_and_weight, _weighted_mean,
        _weighted_formula, _as_number(_weighted_mean), over_periods=_weighted_over_periods,
    ),
    Aggregate.MEAN: Way(
        "Bình quân giản đơn", 0, _figures, _mean,
        _mean_formula, _as_number(_mean), over_periods=_mean_over_periods,
    ),
    Aggregate.COUNT_YES: Way(
        "Số trả lời Có / số đơn vị trả lời", 0, _yes, _count_yes,
        _count_yes_formula, _yes_of_answers, answers=_yes_and_no,
    ),
    Aggregate.DISTRIBUTION: Way(
        "Số đơn vị theo từng mã", 0, _each_choice, _distribution,
        _distribution_formula, _distribution_in_words, answers=_by_choice,
    ),
}  # fmt: skip
