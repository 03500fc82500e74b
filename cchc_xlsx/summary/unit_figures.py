"""The units' figures in the consolidated workbook, wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cchc_xlsx.aggregate import Cells
from cchc_xlsx.colours import ADJUSTED, AMBER, RED
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Indicator, Kind
from cchc_xlsx.over_periods import way_over_periods
from cchc_xlsx.spreadsheet import Book, Sheet
from cchc_xlsx.submission import Adjustment, Submission
from cchc_xlsx.summary.drill_down import DrillDown
from cchc_xlsx.summary.totals_layout import TotalsLayout

_COLOUR = {Severity.ERROR: RED, Severity.WARNING: AMBER}


@dataclass(frozen=True)
class UnitFigures:
    """Writes them: red or yellow where there is a finding, with a link to it."""

    book: Book
    sheet: Sheet
    merged: Consolidation
    layout: TotalsLayout
    places: DrillDown

    def write(self, row: Indicator, look: dict[str, Any]) -> None:
        """The figures of a row that takes a value; `look` is that of its line."""
        # LibreOffice loses the indent of a number in a cell whose text may wrap.
        look = look | {"bold": False, "align": "right", "indent": 1, "text_wrap": False}
        look |= {"num_format": number_format(row)}
        for each in self.merged.submissions:
            self._write(row, each, look)

    def _write(self, row: Indicator, each: Submission, look: dict[str, Any]) -> None:
        cell = self.layout.cell(each.unit_code, row.code)
        figure = each.fill.values.get(row.code)
        look = look | self._tint(row, each.unit_code, figure)
        look |= self._mark_adjusted(cell, row, each)
        style = self.book.style(**look)
        finding = self.places.finding(each.unit_code, row.code)
        # A blank stays one: some readers take a link's target for the text of its cell.
        if finding and figure is not None:
            self.sheet.link(cell, finding, "", style)
        if figure is None:
            self.sheet.blank(cell, style)
        elif formula := self._over_periods(row, each):
            self.sheet.formula(cell, formula, figure, style)
        else:
            self.sheet.number(cell, figure, style)

    def _tint(self, row: Indicator, unit: str, figure: float | None) -> dict[str, Any]:
        severity = self.places.severity(unit, row.code)
        if severity:
            return {"bg_color": _COLOUR[severity]}
        return {"bg_color": AMBER} if _is_adverse(row, figure) else {}

    def _mark_adjusted(self, cell: str, row: Indicator, each: Submission) -> dict[str, Any]:
        """The look of a figure that the coordinator corrected, and a comment with the original."""
        told = [
            _in_words(correction, source if each.sources else None)
            for source in each.sources or (each,)
            if (correction := source.adjusted.get(row.code))
        ]
        if not told:
            return {}
        self.sheet.comment(cell, "\n".join(told))
        return {"bold": True, "font_color": ADJUSTED, "border": 2, "border_color": ADJUSTED}

    def _over_periods(self, row: Indicator, each: Submission) -> str:
        """Of a year, the formula over the figures of its periods; empty for one that was read.

        Rolled-up figures are made of more than the cells tell: no formula gives them.
        """
        if not each.sources or any(row.code in source.parts for source in each.sources):
            return ""
        cells = [
            Cells(self._cell(source, row.code), tuple(self._cell(source, c) for c in row.of))
            for source in each.sources
        ]
        return way_over_periods(row).formula(row, cells)

    def _cell(self, source: Submission, code: str) -> str:
        period = source.period.id if source.period else ""
        return self.places.data.figure(source.unit_code, period, code)


def _in_words(correction: Adjustment, source: Submission | None) -> str:
    """A correction; of a year with the period of the figure."""
    period = f"{source.period.title}: " if source and source.period else ""
    return (
        f"{period}Số gốc {correction.original_in_words} (đơn vị báo cáo), điều chỉnh thành "
        f"{correction.corrected_in_words}: {correction.reason} – {correction.who}"
    )


def _is_adverse(row: Indicator, figure: float | None) -> bool:
    """Whether a unit chose a code that reports something bad, such as "Có vi phạm"."""
    return row.measure is not None and figure in row.measure.adverse


def number_format(row: Indicator, *, total: bool = False) -> str:
    """A percentage as it was typed, a total or a mean with two decimals; counts in thousands."""
    if row.measure and row.measure.kind is Kind.PERCENT:
        return "0.00" if total else "General"
    return "#,##0"
