"""The sheet `Theo cơ quan`: a row for each unit, where they are too many for columns."""

from __future__ import annotations

from itertools import count

from cchc_xlsx.colours import HEADING
from cchc_xlsx.spreadsheet import A3, Book, Sheet, lines_needed
from cchc_xlsx.summary.totals_layout import FIRST_UNIT_ROW, UNITS_CODE, UNITS_NAME, UnitsDown
from cchc_xlsx.summary.unit_figures import UnitFigures

_WIDTHS = {UNITS_CODE: 12.0, UNITS_NAME: 36.0}
_WIDTH = 11.0
_HEADING_LINES = 8
"""Labels of the rows are cut off below; the whole text stands on `Tổng hợp`."""

_ABOUT = "Mỗi cơ quan một dòng, mỗi chỉ tiêu một cột. Tổng số ở trang Tổng hợp tính từ trang này."


def write_units(book: Book, sheet: Sheet, figures: UnitFigures) -> None:
    """Fill the sheet; the totals on `Tổng hợp` are formulas over it."""
    merged, cells = figures.merged, figures.layout.units
    assert isinstance(cells, UnitsDown), "units stand side by side on Tổng hợp"
    sheet.widths(_WIDTHS | dict.fromkeys(cells.columns.values(), _WIDTH))
    sheet.text("A1", "SỐ LIỆU THEO CƠ QUAN", book.style(bold=True, font_size=14))
    # No longer than the repeated columns: whole on every page.
    style, about = book.style(italic=True, text_wrap=True, valign="top"), _about(figures)
    sheet.merged(f"{UNITS_CODE}2:{UNITS_NAME}2", about, style)
    sheet.height(2, lines_needed(about, sum(_WIDTHS.values())))
    _write_headings(book, sheet, figures, cells)
    _write_units(book, sheet, figures, cells)
    last = f"{list(cells.columns.values())[-1]}{cells.row(len(merged.units) - 1)}"
    sheet.raw.autofilter(f"{UNITS_CODE}{FIRST_UNIT_ROW - 1}:{last}")
    sheet.raw.freeze_panes(FIRST_UNIT_ROW - 1, 2)
    pages = -(-len(cells.columns) // _COLUMNS_A_PAGE)
    sheet.page(
        landscape=True,
        paper=A3,
        repeat=(FIRST_UNIT_ROW - 3, FIRST_UNIT_ROW - 1),
        columns=f"{UNITS_CODE}:{UNITS_NAME}",
        pages_wide=pages,
    )


def _write_units(book: Book, sheet: Sheet, figures: UnitFigures, cells: UnitsDown) -> None:
    plain = {"border": 1, "valign": "vcenter", "text_wrap": True}
    look, merged = book.look(**plain), figures.merged
    rows = [figures.of_row(row, plain) for row in merged.form.inputs]
    for at, unit, each in zip(count(cells.row(0)), merged.units, merged.submissions):
        written = [
            sheet.raw.text(unit.code, look),
            sheet.raw.text(unit.name, look),
            *(row.cell(each) for row in rows),
        ]
        sheet.row(at, lines_needed(unit.name, _WIDTHS[UNITS_NAME]), written)


def _about(figures: UnitFigures) -> str:
    """What the sheet holds; of a year also where the figures of its periods are."""
    beside = figures.places.beside
    if not (beside and figures.merged.batch.year):
        return _ABOUT
    return f"{_ABOUT} Số cả năm ghi bằng giá trị, không có công thức; số từng kỳ: {beside.name}."


_COLUMNS_A_PAGE = 20


def _write_headings(book: Book, sheet: Sheet, figures: UnitFigures, cells: UnitsDown) -> None:
    look = {"border": 1, "align": "center", "bg_color": HEADING, "text_wrap": True}
    bold = book.style(**look, bold=True, valign="vcenter")
    small = book.style(**look, font_size=9, valign="top")
    names, codes = FIRST_UNIT_ROW - 2, FIRST_UNIT_ROW - 1
    for column, text in ((UNITS_CODE, "Mã cơ quan"), (UNITS_NAME, "Cơ quan")):
        sheet.text(f"{column}{codes}", text, bold)
        sheet.blank(f"{column}{names}", bold)
    for row in figures.merged.form.inputs:
        sheet.text(f"{cells.columns[row.code]}{names}", row.label, small)
        sheet.text(f"{cells.columns[row.code]}{codes}", row.code, bold)
    sheet.height(names, _HEADING_LINES)
