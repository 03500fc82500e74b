"""The sheet `Biểu đồ`: how complete each unit's report is, and how many findings it has."""

from __future__ import annotations

import math

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import SENDERS_SHEET
from cchc_xlsx.spreadsheet import FONT, Book, Sheet
from cchc_xlsx.summary.lists import ERRORS_COLUMN, FILLED_COLUMN, WARNINGS_COLUMN
from cchc_xlsx.summary.plain_table import HEADING_ROW

_SERIES = {
    FILLED_COLUMN: ("Số chỉ tiêu đã nhập", "#4472C4"),
    ERRORS_COLUMN: ("Lỗi", "#C00000"),
    WARNINGS_COLUMN: ("Cảnh báo", "#FFC000"),
}


_FONT = {"name": FONT, "size": 11}
_PIXELS_A_ROW = 20


def _height(merged: Consolidation) -> int:
    """Of one chart, in pixels."""
    return 120 + 40 * len(merged.units)


def write_charts(book: Book, sheet: Sheet, merged: Consolidation) -> None:
    """Fill the sheet; the charts are drawn from `Tình hình nộp`."""
    sheet.text("A1", "BIỂU ĐỒ", book.style(bold=True, font_size=14))
    if not merged.units:
        sheet.text("A3", "Chưa có số liệu.", book.style())
        return
    total = len(merged.form.inputs)
    _insert(book, sheet, "A3", f"Số chỉ tiêu đã nhập (trên {total})", [FILLED_COLUMN], merged)
    findings = [ERRORS_COLUMN, WARNINGS_COLUMN]
    below = 5 + math.ceil(_height(merged) / _PIXELS_A_ROW)
    _insert(book, sheet, f"A{below}", "Số lỗi và cảnh báo của từng cơ quan", findings, merged)
    sheet.page(landscape=True, repeat=(1, 1))
    sheet.raw.set_h_pagebreaks([below - 1])


def _insert(
    book: Book, sheet: Sheet, cell: str, title: str, columns: list[str], merged: Consolidation
) -> None:
    chart = book.add_chart({"type": "bar"})
    assert chart is not None, "XlsxWriter knows no bar charts"
    first, last = HEADING_ROW + 1, HEADING_ROW + len(merged.units)
    for column in columns:
        name, colour = _SERIES[column]
        chart.add_series(
            {
                "name": name,
                "categories": f"={quoted(SENDERS_SHEET)}!$B${first}:$B${last}",
                "values": f"={quoted(SENDERS_SHEET)}!${column}${first}:${column}${last}",
                "data_labels": {"value": True, "font": _FONT},
                "fill": {"color": colour},
                "border": {"color": "#404040"},
            }
        )
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 14}})
    chart.set_y_axis({"reverse": True, "num_font": _FONT})
    chart.set_x_axis({"min": 0, "major_gridlines": {"visible": False}, "visible": False})
    chart.set_legend({"position": "bottom", "font": _FONT} if len(columns) > 1 else {"none": True})
    chart.set_size({"width": 900, "height": _height(merged)})
    sheet.raw.insert_chart(cell, chart)
