"""Totals as live formulas over the units' cells, beside the values they must be written with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cchc_xlsx.consolidate import Total
from cchc_xlsx.form import Aggregate, Indicator
from cchc_xlsx.message import excel_text

NAMES: Mapping[Aggregate, str] = {
    Aggregate.NONE: "",
    Aggregate.SUM: "Cộng",
    Aggregate.RATIO: "Tỷ lệ, tính lại từ tử số và mẫu số",
    Aggregate.WEIGHTED_MEAN: "Bình quân gia quyền",
    Aggregate.MEAN: "Bình quân giản đơn",
    Aggregate.COUNT_YES: "Số trả lời Có / số đơn vị trả lời",
    Aggregate.DISTRIBUTION: "Số đơn vị theo từng mã",
}


@dataclass(frozen=True)
class Ranges:
    """Where the units' cells stand: of the row itself, and of the rows that its total needs."""

    own: str
    of: tuple[str, ...]


def total_formula(row: Indicator, ranges: Ranges) -> str:
    """The formula of a total; it gives an empty text when there is nothing to total."""
    return _FORMULAS[row.aggregate](row, ranges)


def total_value(row: Indicator, total: Total) -> float | str:
    """What the formula gives."""
    if total.value is None:
        return ""
    if isinstance(total.value, Mapping):
        chosen = total.value.items()
        meanings = row.measure.choices if row.measure else {}
        return (
            "; ".join(f"{meanings[code]}: {count}" for code, count in chosen) if _any(total) else ""
        )
    if total.aggregate is Aggregate.COUNT_YES:
        return f"{total.value:.0f}/{total.reported}" if _any(total) else ""
    return total.value


def _any(total: Total) -> bool:
    return total.reported > 0


def _unless_empty(own: str, formula: str) -> str:
    return f'=IF(COUNT({own})=0,"",{formula})'


def _sum(row: Indicator, at: Ranges) -> str:
    return _unless_empty(at.own, f"SUM({at.own})")


def _mean(row: Indicator, at: Ranges) -> str:
    return _unless_empty(at.own, f"SUM({at.own})/COUNT({at.own})")


def _ratio(row: Indicator, at: Ranges) -> str:
    numerator, denominator = at.of
    both = f"ISNUMBER({numerator})*ISNUMBER({denominator})"
    whole = f"SUMPRODUCT({both}*{denominator})"
    return f'=IF({whole}=0,"",100*SUMPRODUCT({both}*{numerator})/{whole})'


def _weighted_mean(row: Indicator, at: Ranges) -> str:
    (weight,) = at.of
    both = f"ISNUMBER({at.own})*ISNUMBER({weight})"
    whole = f"SUMPRODUCT({both}*{weight})"
    return f'=IF({whole}=0,"",SUMPRODUCT({both}*{at.own}*{weight})/{whole})'


def _count_yes(row: Indicator, at: Ranges) -> str:
    return _unless_empty(at.own, f'COUNTIF({at.own},1)&"/"&COUNT({at.own})')


def _distribution(row: Indicator, at: Ranges) -> str:
    meanings = row.measure.choices if row.measure else {}
    parts = [
        f"{excel_text(f'{meaning}: ')}&COUNTIF({at.own},{code})"
        for code, meaning in meanings.items()
    ]
    return _unless_empty(at.own, '&"; "&'.join(parts))


_FORMULAS: Mapping[Aggregate, Callable[[Indicator, Ranges], str]] = {
    Aggregate.SUM: _sum,
    Aggregate.RATIO: _ratio,
    Aggregate.WEIGHTED_MEAN: _weighted_mean,
    Aggregate.MEAN: _mean,
    Aggregate.COUNT_YES: _count_yes,
    Aggregate.DISTRIBUTION: _distribution,
}
