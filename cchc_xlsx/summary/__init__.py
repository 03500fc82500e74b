"""A consolidation → the one workbook that the coordinator forwards."""

from __future__ import annotations

from pathlib import Path

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.journal import Journal
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.merged_layout import (
    ADJUSTMENTS_SHEET,
    ANSWERS_SHEET,
    CHARTS_SHEET,
    DATA_SHEET,
    FINDINGS_SHEET,
    JOURNAL_SHEET,
    NOTES_SHEET,
    SENDERS_SHEET,
    TOTALS_SHEET,
    UNITS_SHEET,
    DataFile,
)
from cchc_xlsx.spreadsheet import Book
from cchc_xlsx.summary.adjustments_sheet import write_adjustments
from cchc_xlsx.summary.charts import write_charts
from cchc_xlsx.summary.data_file import write_data_file
from cchc_xlsx.summary.drill_down import DrillDown
from cchc_xlsx.summary.heat_map import write_answers
from cchc_xlsx.summary.journal_sheet import write_journal
from cchc_xlsx.summary.lists import write_data, write_findings, write_notes, write_senders
from cchc_xlsx.summary.totals_layout import TotalsLayout
from cchc_xlsx.summary.totals_sheet import write_totals
from cchc_xlsx.summary.unit_figures import UnitFigures
from cchc_xlsx.summary.units_sheet import write_units

__all__ = ["write_data_file", "write_summary"]

_SHEETS = (
    TOTALS_SHEET,
    FINDINGS_SHEET,
    SENDERS_SHEET,
    NOTES_SHEET,
    DATA_SHEET,
    CHARTS_SHEET,
    ANSWERS_SHEET,
    ADJUSTMENTS_SHEET,
    JOURNAL_SHEET,
)


_FILTERED = {"autofilter": True, "format_columns": True, "format_rows": True}
"""What may be done to a sheet that may not be sorted; there is no password."""


def write_summary(
    merged: Consolidation, path: Path, journal: Journal, beside: DataFile | None = None
) -> None:
    """Write the consolidated workbook; the caller sees to its replacement being atomic.

    `beside` is the file that holds the lines of `Dữ liệu`, if it is not this workbook that does.
    The same consolidation and journal give the same bytes.
    """
    codes = tuple(unit.code for unit in merged.units)
    layout = TotalsLayout(
        merged.form, codes, len(merged.groups), has_previous=merged.previous is not None
    )
    places = DrillDown(merged, path.parent, beside)
    with Book(path, large=True) as book:
        book.set_properties({"category": MERGED_TAG, "created": journal.created})
        sheets = (book.sheet(name) for name in _SHEETS)
        totals, findings, senders, notes, data, charts, answers, adjustments, made = sheets
        write_totals(book, totals, merged, layout, places)
        if not layout.across:
            units = book.sheet(UNITS_SHEET)
            write_units(book, units, UnitFigures(book, units, merged, layout, places))
        write_findings(book, findings, merged, layout, places)
        write_senders(book, senders, merged)
        write_notes(book, notes, merged, layout)
        write_data(book, data, merged, places)
        if merged.batch.year:
            # Figures of a year are formulas over its lines, which sorting would exchange.
            data.raw.protect("", _FILTERED)
        write_charts(book, charts, merged, layout)
        write_answers(book, answers, merged, layout)
        write_adjustments(book, adjustments, merged, layout)
        write_journal(book, made, merged, journal)
