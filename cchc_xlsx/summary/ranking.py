"""Rankings: what each chart of `Biểu đồ` compares, in the order it is drawn in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.expression import DECIMALS
from cchc_xlsx.finding import SEVERITY_WORDS, Severity
from cchc_xlsx.form import Chart, Kind
from cchc_xlsx.merged_layout import FINDINGS_SHEET, SENDERS_SHEET, TOTALS_SHEET
from cchc_xlsx.submission import Status
from cchc_xlsx.summary.totals_layout import TotalsLayout
from cchc_xlsx.vietnamese import some_of

MOST_DRAWN = 200
"""Above so many bars only the two ends of a ranking are drawn, and a remark says so."""

_AT_EACH_END = 50
_MOST_NAMES = 60

_BY_SIZE = "Xếp từ cao xuống thấp theo số liệu lúc tổng hợp."


@dataclass(frozen=True)
class Amount:
    """A figure that is drawn; None for a blank. `formula` fetches it from `Tổng hợp`, if any."""

    value: float | None
    formula: str = ""


@dataclass(frozen=True)
class Bar:
    """One line of a ranking: who, how much of each series, and what it is ranked by.

    `unit` is the code of the unit whose figures are drawn, if it is that.
    """

    name: str
    amounts: tuple[Amount, ...]
    score: float
    rank: int = 0
    unit: str = ""

    @property
    def total(self) -> float:
        """Its length."""
        return sum(amount.value or 0.0 for amount in self.amounts)


@dataclass(frozen=True)
class Ranking:
    """What one chart shows: bars of one series, or of several that are stacked.

    The highest score stands first; equal scores share a rank. `remarks` is what the chart alone
    does not tell: who is not in it and why.
    """

    title: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    remarks: tuple[str, ...]
    is_percent: bool = False

    @property
    def largest(self) -> float:
        """The length of the longest bar."""
        return max((bar.total for bar in self.bars), default=0.0)


def rankings(merged: Consolidation, layout: TotalsLayout) -> Iterator[Ranking]:
    """The charts that the form declares, then who has sent, how much, and with what findings."""
    for chart in merged.form.charts:
        yield _of_figures(chart, merged, layout)
    yield _of_senders(merged)
    yield _of_filled(merged)
    yield _of_findings(merged)


def _by_size(name: str, *amounts: Amount, unit: str = "") -> Bar:
    # Equal percentages share a rank, whatever the dust of binary fractions.
    score = round(sum(amount.value or 0.0 for amount in amounts), DECIMALS)
    return Bar(name, amounts, score, unit=unit)


def _ranked(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """The bars by descending score; those of one score stay in the order they came in."""
    ordered = sorted(bars, key=lambda bar: -bar.score)
    ranks = [1] * len(ordered)
    for at, (before, bar) in enumerate(pairwise(ordered), start=1):
        ranks[at] = ranks[at - 1] if bar.score == before.score else at + 1
    return tuple(
        Bar(bar.name, bar.amounts, bar.score, rank, bar.unit)
        for bar, rank in zip(ordered, ranks, strict=True)
    )


def _ends(bars: tuple[Bar, ...], seen_on: str) -> tuple[tuple[Bar, ...], tuple[str, ...]]:
    """The bars to draw and, where those in the middle are left out, what is said of it."""
    if len(bars) <= MOST_DRAWN:
        return bars, ()
    remark = (
        f"Có {len(bars)} dòng; chỉ vẽ {_AT_EACH_END} dòng đầu và {_AT_EACH_END} dòng cuối, "
        f"các dòng ở giữa xem trang {seen_on}."
    )
    return (*bars[:_AT_EACH_END], *bars[-_AT_EACH_END:]), (remark,)


def _named(what: str, names: Sequence[str], seen_on: str) -> tuple[str, ...]:
    """A remark that names some units; none when there is nobody to name."""
    if not names:
        return ()
    told = some_of(names, _MOST_NAMES, separator="; ")
    seen = f" (xem trang {seen_on})" if len(names) > _MOST_NAMES else ""
    return (f"{what} ({len(names)}): {told}{seen}.",)


# --- the charts of the form -------------------------------------------------------------------


@dataclass(frozen=True)
class _UnitCells:
    """Where a unit's figures stand in `Tổng hợp`: `expression.Addresses`."""

    layout: TotalsLayout
    unit_code: str

    def value(self, code: str) -> str:
        return self.layout.looked_up(self.unit_code, code)

    def state(self, code: str) -> str:
        return f"COUNT({self.value(code)})"


def _of_figures(chart: Chart, merged: Consolidation, layout: TotalsLayout) -> Ranking:
    columns = [expression.over(merged.figures).tolist() for expression in chart.series.values()]
    bars, without = [], []
    for unit, *figures in zip(merged.units, *columns, strict=True):
        amounts = [Amount(None if math.isnan(figure) else figure) for figure in figures]
        if any(amount.value is not None for amount in amounts):
            bars.append(_by_size(unit.name, *amounts, unit=unit.code))
        else:
            without.append(unit.name)
    drawn, left_out = _ends(_ranked(bars), TOTALS_SHEET)
    live = tuple(_live(chart, bar, layout) for bar in drawn)
    remarks = (_BY_SIZE, *left_out, *_named("Chưa có số liệu", without, TOTALS_SHEET))
    is_percent = chart.measure.kind is Kind.PERCENT
    return Ranking(chart.title, tuple(chart.series), live, remarks, is_percent)


def _live(chart: Chart, bar: Bar, layout: TotalsLayout) -> Bar:
    """A bar that is drawn, with the formulas for its figures."""
    cells = _UnitCells(layout, bar.unit)
    amounts = tuple(
        Amount(amount.value, "=" + expression.to_excel(cells, otherwise='""'))
        for amount, expression in zip(bar.amounts, chart.series.values(), strict=True)
    )
    return replace(bar, amounts=amounts)


# --- who has sent -----------------------------------------------------------------------------

_SENT, _UNUSABLE, _NOT_SENT = "Đã tổng hợp", "Có nộp, không dùng được", "Chưa nộp"
_ALL, _NO_PARENT = "Tất cả cơ quan", "Không rõ cơ quan cấp trên"


def _of_senders(merged: Consolidation) -> Ranking:
    """How many units have sent; by the office they report through where the roster names several.

    A unit counts once, by the best of its files.
    """
    batch = merged.batch
    rejected = {each.unit_code for each in batch.with_status(Status.REJECTED)}
    outcomes = [
        *((unit, _SENT) for unit in merged.units),
        *(
            (unit, _UNUSABLE if unit.code in rejected else _NOT_SENT)
            for unit in batch.missing_units
        ),
    ]
    groups = _groups(merged)
    counts: dict[str, Counter[str]] = {}
    for unit, outcome in outcomes:
        counts.setdefault(groups[unit.code], Counter())[outcome] += 1
    series = (_SENT, _UNUSABLE, _NOT_SENT)
    bars = [
        Bar(group, tuple(Amount(count[name]) for name in series), count[_SENT] / count.total())
        for group, count in counts.items()
    ]
    drawn, left_out = _ends(_ranked(bars), SENDERS_SHEET)
    remarks = [*left_out]
    if len(bars) > 1:
        remarks.append("Xếp theo tỷ lệ cơ quan đã được tổng hợp, từ cao xuống thấp.")
    for name in (_UNUSABLE, _NOT_SENT):
        named = [unit.name for unit, outcome in outcomes if outcome == name]
        remarks += _named(name, named, SENDERS_SHEET)
    if strays := sum(not each.unit_code for each in batch.with_status(Status.REJECTED)):
        remarks.append(f"Ngoài ra có {strays} tệp không dùng được, không rõ của cơ quan nào.")
    return Ranking("Tình hình nộp báo cáo (số cơ quan)", series, drawn, tuple(remarks))


def _groups(merged: Consolidation) -> Mapping[str, str]:
    """For each unit's code the group it is counted in: all in one unless the roster tells."""
    units = (*merged.units, *merged.batch.missing_units)
    names = {unit.code: unit.name for unit in units}
    groups = {unit.code: _group(names, unit.parent) for unit in units}
    return groups if len(set(groups.values())) > 1 else dict.fromkeys(groups, _ALL)


def _group(names: Mapping[str, str], parent: str) -> str:
    return names.get(parent) or (f"Nhóm {parent}" if parent else _NO_PARENT)


# --- how much was filled in, and with what findings -----------------------------------------------


def _of_filled(merged: Consolidation) -> Ranking:
    bars = [
        _by_size(unit.name, Amount(sum(value is not None for value in each.fill.values.values())))
        for unit, each in zip(merged.units, merged.submissions, strict=True)
    ]
    drawn, left_out = _ends(_ranked(bars), SENDERS_SHEET)
    title = f"Số chỉ tiêu đã nhập (trên {len(merged.form.inputs)})"
    return Ranking(title, ("Số chỉ tiêu",), drawn, (_BY_SIZE, *left_out))


def _of_findings(merged: Consolidation) -> Ranking:
    """Errors and warnings by unit, those that decide: the same that the verdict counts."""
    units = (*merged.units, *merged.batch.missing_units)
    names = {unit.code: unit.name for unit in units}
    counts = {code: Counter[Severity]() for code in names}
    nobodys = 0
    for finding in merged.batch.counting:
        if finding.severity is not Severity.INFO:
            if finding.unit in names:
                counts[finding.unit][finding.severity] += 1
            else:
                nobodys += 1
    grave = (Severity.ERROR, Severity.WARNING)
    bars = [
        _by_size(names[code], *(Amount(count[severity]) for severity in grave))
        for code, count in counts.items()
        if count
    ]
    drawn, left_out = _ends(_ranked(bars), FINDINGS_SHEET)
    clean = [names[code] for code, count in counts.items() if not count]
    remarks = (_BY_SIZE, *left_out, *_named("Không có lỗi, cảnh báo", clean, SENDERS_SHEET))
    if nobodys:
        remarks += (f"Ngoài ra có {nobodys} vấn đề không thuộc cơ quan nào ở trên.",)
    series = tuple(SEVERITY_WORDS[severity] for severity in grave)
    return Ranking("Số lỗi và cảnh báo của từng cơ quan", series, drawn, remarks)
