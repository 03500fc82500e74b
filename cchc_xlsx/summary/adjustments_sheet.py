"""The sheet `Điều chỉnh`: the corrections of this run, and room for those of the next."""

from __future__ import annotations

from cchc_xlsx.adjustments import JudgedRow
from cchc_xlsx.colours import BLUE, RED
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.form import Indicator
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import (
    CORRECTED,
    INDICATOR_CODE,
    ORIGINAL,
    PERIOD,
    REASON,
    TOTALS_SHEET,
    UNIT,
    UNIT_CODE,
    WHO,
)
from cchc_xlsx.spreadsheet import Book, Sheet
from cchc_xlsx.submission import NO_FIGURE
from cchc_xlsx.summary.plain_table import (
    HEADING_ROW,
    Column,
    Content,
    Live,
    Number,
    Shade,
    write_table,
)
from cchc_xlsx.summary.totals_layout import CODE, FIRST_ROW, LABEL, TotalsLayout
from cchc_xlsx.summary.unit_figures import number_format
from cchc_xlsx.workbook.cells import Cell, CellKind

_EMPTY_ROWS, _EMPTY_ROWS_PRINTED = 50, 15

_HOW = (
    "Cách dùng: mỗi số liệu cần điều chỉnh ghi một dòng ở bảng dưới: mã cơ quan, mã chỉ tiêu, "
    "Số gốc (số trong tệp của cơ quan; ô trống thì để trống), Số mới "
    f"(ghi «{NO_FIGURE}» nếu muốn xóa số liệu), lý do, người điều chỉnh. "
    "Kỳ chỉ phải ghi khi tổng hợp cả năm. Không sửa thẳng vào trang Tổng hợp.\n"
    "Lưu tệp này rồi chạy lại lệnh merge như trước, thêm: "
    "--adjust (tên tệp này) --force. Dòng đã áp dụng thì giữ nguyên, lần sau vẫn dùng."
)


def write_adjustments(
    book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout
) -> None:
    """What became of each correction, then empty rows with lists to choose from."""
    columns = (
        Column(UNIT_CODE, 14, number_format="@"),
        Column(UNIT, 30),
        Column(PERIOD, 10, number_format="@"),
        Column(INDICATOR_CODE, 13, number_format="@"),
        Column("Chỉ tiêu", 46),
        Column(ORIGINAL, 12),
        Column(CORRECTED, 12),
        Column(REASON, 36),
        Column(WHO, 20),
        Column("Kết quả", 34),
    )
    outcomes = merged.batch.adjusting or ()
    first = HEADING_ROW + 1
    rows = [_row(merged, layout, at, each) for at, each in enumerate(outcomes, start=first)]
    empty = range(first + len(rows), first + len(rows) + _EMPTY_ROWS)
    rows += [_empty_row(layout, at) for at in empty]
    write_table(book, sheet, "ĐIỀU CHỈNH CỦA NGƯỜI TỔNG HỢP", columns, rows)
    sheet.merged("A2:J2", _HOW, book.style(text_wrap=True, valign="top", italic=True))
    sheet.height(2, 4)
    sheet.raw.print_area(f"A1:J{empty[_EMPTY_ROWS_PRINTED - 1]}")
    last = empty[-1]
    if layout.unit_codes:
        _choose(sheet, f"A{first}:A{last}", layout.unit_code_cells, "trang Tổng hợp, đầu mỗi cột")
    _choose(sheet, f"D{first}:D{last}", _column(layout, CODE), "cột Mã trang Tổng hợp")


def _choose(sheet: Sheet, cells: str, source: str, where: str) -> None:
    options = {
        "validate": "list",
        "source": f"={source}",
        "error_title": "Mã chưa đúng",
        "error_message": f"Chọn một mã trong danh sách, hoặc chép từ {where}.",
    }
    sheet.validate(cells, options)


def _row(
    merged: Consolidation, layout: TotalsLayout, at: int, each: JudgedRow
) -> tuple[Content, ...]:
    row, correction = each.row, each.adjustment
    code = each.submission.unit_code if each.submission else row.unit
    period = each.submission.period if each.submission else None
    # MATCH, which finds the names in the workbook, knows no capitals.
    name = next((unit.name for unit in merged.units if _is_one(unit.code, code)), "")
    label = next(
        (each.label for each in merged.form.indicators if _is_one(each.code, row.code)), ""
    )
    indicator = merged.form.by_code.get(row.code)
    if correction and indicator:
        figures: tuple[Content, Content] = (
            _figure(indicator, correction.original, correction.original_in_words),
            _figure(indicator, correction.corrected, correction.corrected_in_words),
        )
        outcome = Shade("Đã điều chỉnh", BLUE)
    else:
        figures = _typed(row.old), _typed(row.new)
        outcome = Shade(f"{each.finding.message} {each.finding.hint}", RED)
    return (
        code,
        Live(_unit_name(layout, at), name),
        period.id if period else row.period,
        row.code,
        Live(_label(layout, at), label),
        *figures,
        row.reason,
        row.who,
        outcome,
    )


def _is_one(code: str, other: str) -> bool:
    return code.casefold() == other.casefold()


def _empty_row(layout: TotalsLayout, at: int) -> tuple[Content, ...]:
    names = Live(_unit_name(layout, at), ""), Live(_label(layout, at), "")
    return None, names[0], None, None, names[1], None, None, None, None, None


def _figure(indicator: Indicator, figure: float | None, words: str) -> Content:
    return words if figure is None else Number(figure, number_format(indicator))


def _typed(cell: Cell | None) -> Content:
    """A cell as it was typed, so that it means the same when it is read again."""
    if cell is None:
        return None
    is_plain = cell.kind is CellKind.NUMBER and not (cell.shown_as_percent or cell.shown_otherwise)
    return cell.number if is_plain else cell.shown


# --- names beside the codes -------------------------------------------------------------------


def _column(layout: TotalsLayout, letters: str) -> str:
    return f"{quoted(TOTALS_SHEET)}!${letters}${FIRST_ROW}:${letters}${layout.last_row}"


def _unit_name(layout: TotalsLayout, at: int) -> str:
    if not layout.unit_codes:
        return '=""'
    return _found(f"A{at}", layout.unit_names, layout.unit_code_cells)


def _label(layout: TotalsLayout, at: int) -> str:
    return _found(f"D{at}", _column(layout, LABEL), _column(layout, CODE))


def _found(cell: str, names: str, codes: str) -> str:
    """The name that stands where a code does; an empty text for an unknown or no code."""
    return f'=IF({cell}="","",IFERROR(INDEX({names},MATCH({cell},{codes},0)),""))'
