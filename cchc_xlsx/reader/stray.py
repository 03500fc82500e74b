"""What was typed where the template asks for nothing: named cell by cell, so nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cchc_xlsx.expression import State
from cchc_xlsx.finding import Finding
from cchc_xlsx.layout import (
    APPENDIX_HEADINGS,
    APPENDIX_WORD,
    CHECKS_HEADINGS,
    CHECKS_SHEET,
    CODE,
    FIGURE,
    GUIDE_SHEET,
    HIDDEN_SHEET,
    LABEL,
    MOTTO,
    NATION,
    NOTE,
    STATE,
    STATUS,
    STT,
    UNIT,
    VALUE,
    VALUE_SUBHEADING,
    ChecksLayout,
)
from cchc_xlsx.reader.answers import InfoTable
from cchc_xlsx.reader.table import AppendixTable
from cchc_xlsx.reading_rules import STRAY_DATA
from cchc_xlsx.vietnamese import clean
from cchc_xlsx.words import is_status
from cchc_xlsx.workbook.cells import Cell, CellKind, SheetCells

_MOST_NAMED = 40
"""So many cells are named in one finding; a further finding names the next ones."""

_MOST_FINDINGS = 25

Stray = tuple[str, str]
"""The address of a cell and its content."""


def stray_findings(
    sheets: Sequence[SheetCells], table: AppendixTable, info: InfoTable
) -> Iterator[Finding]:
    """Everything in the workbook that is neither the template's nor an answer to it.

    Formulas are only counted: what they give is nobody's typing.
    """
    found = [stray for sheet in sheets for stray in _in_sheet(sheet, table, info)]
    typed = [stray for stray in found if not stray[1].startswith("=")]
    for first in range(0, min(len(typed), _MOST_NAMED * _MOST_FINDINGS), _MOST_NAMED):
        named = typed[first : first + _MOST_NAMED]
        yield STRAY_DATA.finding(
            "Có dữ liệu ngoài các ô để nhập, không được tổng hợp: "
            + "; ".join(f"{address} «{text}»" for address, text in named),
            "Chuyển vào đúng ô số liệu hoặc ô Ghi chú, hoặc xóa đi.",
            cells=[address for address, _ in named],
        )
    beyond = len(typed) - _MOST_NAMED * _MOST_FINDINGS
    if beyond > 0:
        yield STRAY_DATA.finding(
            f"Và còn {beyond} ô dữ liệu khác ngoài các ô để nhập, không được tổng hợp.",
            "Xóa các trang và các bảng không thuộc biểu mẫu rồi gửi lại.",
        )
    formulas = [address for address, text in found if text.startswith("=")]
    if formulas:
        yield STRAY_DATA.finding(
            f"Có {len(formulas)} công thức ngoài các ô của biểu mẫu, không được tổng hợp.",
            "Xóa các công thức này, hoặc nhập số liệu vào đúng ô.",
            cells=formulas[:_MOST_NAMED],
        )


def _in_sheet(sheet: SheetCells, table: AppendixTable, info: InfoTable) -> Iterator[Stray]:
    if sheet is table.sheet:
        positions = _in_appendix(table)
    elif sheet is info.sheet:
        positions = info.strays()
    else:
        positions = _elsewhere(sheet, table)
    for row, column in sorted(positions):
        yield sheet.address(row, column), clean(sheet.text(row, column))


def _in_appendix(table: AppendixTable) -> Iterator[tuple[int, str]]:
    letters = {column: letter for letter, column in table.columns.items()}
    headings = {*APPENDIX_HEADINGS.values(), VALUE_SUBHEADING, NATION, MOTTO, table.form.tag}
    headings |= {table.form.title, APPENDIX_WORD}
    for (row, column), cell in table.sheet.cells.items():
        letter, code = letters.get(column), table.code_at.get(row)
        is_formula = cell.kind is CellKind.FORMULA
        if row < table.first_row:
            is_tag = letter == CODE and "/" in cell.text
            if not is_formula and clean(cell.text) not in headings and not is_tag:
                yield row, column
        elif code is None or letter is None or not _belongs(table, letter, code, cell):
            yield row, column


def _belongs(table: AppendixTable, letter: str, code: str, cell: Cell) -> bool:
    """Whether a cell of a row of the table is an answer, or what the template puts there."""
    indicator = table.form.by_code[code]
    if letter in (STATUS, FIGURE, STATE) and cell.kind is CellKind.FORMULA:
        return True
    # Some programs, and a paste of values, leave a formula's result in its place.
    if letter == STATUS:
        return is_status(clean(cell.text))
    if letter == FIGURE:
        return cell.text == table.text(code)
    if letter == STATE:
        return cell.kind is CellKind.NUMBER and cell.number in set(State)
    if letter == STT:
        return clean(cell.text) == indicator.stt
    if letter == VALUE:
        return indicator.is_input
    # An edited label or unit is told by the table itself.
    return letter in (CODE, LABEL, UNIT, NOTE)


def _elsewhere(sheet: SheetCells, table: AppendixTable) -> Iterator[tuple[int, str]]:
    """On sheets without inputs: whatever stands outside the block that the template fills."""
    block = {
        CHECKS_SHEET: (CHECKS_HEADINGS, ChecksLayout(table.form).last_row),
        GUIDE_SHEET: ("A", 60),
        HIDDEN_SHEET: ("AB", 20),
    }
    columns, last_row = block.get(sheet.name, ("", 0))
    return ((row, column) for row, column in sheet.cells if column not in columns or row > last_row)
