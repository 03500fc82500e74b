"""The units' figures in the consolidated workbook, wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from cchc_xlsx.aggregate import Cells
from cchc_xlsx.colours import ADJUSTED, AMBER, RED
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Indicator, Kind
from cchc_xlsx.over_periods import way_over_periods
from cchc_xlsx.spreadsheet import Book, Sheet
from cchc_xlsx.submission import Adjustment, Submission
from cchc_xlsx.summary.drill_down import DrillDown, Mention
from cchc_xlsx.summary.totals_layout import TotalsLayout

_COLOUR = {Severity.ERROR: RED, Severity.WARNING: AMBER}


_REMEMBERED = 10_000
"""Figures of a row; most are small numbers that many units report."""


@dataclass(frozen=True)
class UnitFigures:
    """Writes them: red or yellow where there is a finding, with a link to it."""

    book: Book
    sheet: Sheet
    merged: Consolidation
    layout: TotalsLayout
    places: DrillDown

    def of_row(self, row: Indicator, look: dict[str, Any]) -> RowFigures:
        """The figures of a row that takes a value; `look` is that of its cells."""
        # LibreOffice loses the indent of a number in a cell whose text may wrap.
        look = look | {"bold": False, "align": "right", "indent": 1, "text_wrap": False}
        return RowFigures(self, row, look | {"num_format": number_format(row)})


class RowFigures:
    """Writes the units' figures of one row of the form, in `look`."""

    def __init__(self, figures: UnitFigures, row: Indicator, look: dict[str, Any]) -> None:
        self._figures, self._row, self._look = figures, row, look
        self._mentions = figures.places.mentions(row.code)
        self._adverse = row.measure.adverse if row.measure else frozenset[int]()
        self._plain = lru_cache(_REMEMBERED)(partial(self._rest, look=figures.book.look(**look)))

    def cell(self, each: Submission) -> str:
        """A unit's figure as XML from its address on; its link and its comment go to the sheet."""
        figure = each.fill.values.get(self._row.code)
        mention = self._mentions.get(each.unit_code)
        if mention or each.adjusted or each.sources or figure in self._adverse:
            return self._marked(each, figure, mention)
        return self._plain(figure)

    def _rest(self, figure: float | None, look: int) -> str:
        raw = self._figures.sheet.raw
        return raw.text("", look) if figure is None else raw.number(figure, look)

    def _marked(self, each: Submission, figure: float | None, mention: Mention | None) -> str:
        marks = self._tint(figure, mention) | self._mark_adjusted(each)
        look = self._figures.book.look(**(self._look | marks))
        if figure is None:
            # A blank stays one: some readers take a link's target for the text of its cell.
            return self._rest(None, look)
        if mention:
            self._figures.sheet.lead(self._address(each), mention.target, "")
        if formula := self._over_periods(each):
            return self._figures.sheet.raw.formula(formula, figure, look)
        return self._rest(figure, look)

    def _address(self, each: Submission) -> str:
        return self._figures.layout.cell(each.unit_code, self._row.code)

    def _tint(self, figure: float | None, mention: Mention | None) -> dict[str, Any]:
        if mention:
            return {"bg_color": _COLOUR[mention.severity]}
        return {"bg_color": AMBER} if figure in self._adverse else {}

    def _mark_adjusted(self, each: Submission) -> dict[str, Any]:
        """The look of a figure that the coordinator corrected, and a comment with the original."""
        told = [
            _in_words(correction, source if each.sources else None)
            for source in each.sources or (each,)
            if (correction := source.adjusted.get(self._row.code))
        ]
        if not told:
            return {}
        self._figures.sheet.comment(self._address(each), "\n".join(told))
        return {"bold": True, "font_color": ADJUSTED, "border": 2, "border_color": ADJUSTED}

    def _over_periods(self, each: Submission) -> str:
        """Of a year, the formula over the figures of its periods; empty for one that was read.

        Rolled-up figures are made of more than the cells tell: no formula gives them. Nor does one
        where the figures of the periods stand in a file beside the workbook.
        """
        row, is_beside = self._row, self._figures.places.beside
        if is_beside or any(row.code in source.parts for source in each.sources):
            return ""
        if not each.sources:
            return ""
        cells = [
            Cells(self._cell(source, row.code), tuple(self._cell(source, c) for c in row.of))
            for source in each.sources
        ]
        return way_over_periods(row).formula(row, cells)

    def _cell(self, source: Submission, code: str) -> str:
        period = source.period.id if source.period else ""
        return self._figures.places.data.figure(source.unit_code, period, code)


def _in_words(correction: Adjustment, source: Submission | None) -> str:
    """A correction; of a year with the period of the figure."""
    period = f"{source.period.title}: " if source and source.period else ""
    return (
        f"{period}Số gốc {correction.original_in_words} (đơn vị báo cáo), điều chỉnh thành "
        f"{correction.corrected_in_words}: {correction.reason} – {correction.who}"
    )


def number_format(row: Indicator, *, total: bool = False) -> str:
    """A percentage as it was typed, a total or a mean with two decimals; counts in thousands."""
    if row.measure and row.measure.kind is Kind.PERCENT:
        return "0.00" if total else "General"
    return "#,##0"
