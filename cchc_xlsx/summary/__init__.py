"""A consolidation → the one workbook that the coordinator forwards."""

from __future__ import annotations

from pathlib import Path

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.spreadsheet import Book
from cchc_xlsx.summary.charts import write_charts
from cchc_xlsx.summary.heat_map import ANSWERS_SHEET, write_answers
from cchc_xlsx.summary.lists import write_data, write_findings, write_notes, write_senders
from cchc_xlsx.summary.totals_layout import (
    CHARTS_SHEET,
    DATA_SHEET,
    FINDINGS_SHEET,
    NOTES_SHEET,
    SENDERS_SHEET,
    TOTALS_SHEET,
    TotalsLayout,
)
from cchc_xlsx.summary.totals_sheet import write_totals


def write_summary(merged: Consolidation, path: Path) -> None:
    """Write the consolidated workbook; the caller sees to its replacement being atomic."""
    layout = TotalsLayout(merged.form, tuple(unit.code for unit in merged.units))
    with Book(path) as book:
        book.set_properties({"category": MERGED_TAG})
        names = (TOTALS_SHEET, FINDINGS_SHEET, SENDERS_SHEET, NOTES_SHEET, DATA_SHEET, CHARTS_SHEET)
        totals, findings, senders, notes, data, charts = (book.sheet(name) for name in names)
        write_totals(book, totals, merged, layout)
        write_findings(book, findings, merged, layout)
        write_senders(book, senders, merged)
        write_notes(book, notes, merged, layout)
        write_data(book, data, merged)
        write_charts(book, charts, merged, layout)
        write_answers(book, book.sheet(ANSWERS_SHEET), merged, layout)
