"""The cells of an Excel 97-2003 workbook (``.xls``), by way of the library xlrd.

xlrd gives what is stored and not whether a formula gave it. It knows no bounds: sheets are loaded
one by one, and their cells are counted before they are looked at.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cchc_xlsx.workbook import Workbook
from cchc_xlsx.workbook.builder import (
    Room,
    SheetBuilder,
    WorkbookBuilder,
    stored_number,
)
from cchc_xlsx.workbook.cells import MOST_CELLS, Cell, CellKind, SheetCells, text_cell
from cchc_xlsx.workbook.encrypted import decrypted
from cchc_xlsx.workbook.kind import FileKind
from cchc_xlsx.workbook.moment import sound
from cchc_xlsx.workbook.number_format import BUILT_IN, PLAIN, NumberFormat, number_format
from cchc_xlsx.workbook.package import NotAWorkbook
from cchc_xlsx.workbook.raw_cell import MOST_BLANKS

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.formatting import Format
    from xlrd.sheet import Cell as RawCell
    from xlrd.sheet import Sheet


def read_xls(data: bytes, kind: FileKind) -> Workbook:
    """Read an Excel 97-2003 workbook. Cells with a formula hold its stored result.

    Raises `NotAWorkbook` for a file that is broken, has a password, or is out of bounds.
    """
    try:
        sheets = _sheets(data)
    except _Encrypted:
        sheets = _sheets(decrypted(data))
    return Workbook(kind, sheets, _modified(data))


class _Encrypted(NotAWorkbook):
    """The workbook has to be decrypted first."""


def _sheets(data: bytes) -> tuple[SheetCells, ...]:
    """The sheets; without number formats and merged ranges if these are what is broken."""
    for with_formats in (True, False):
        try:
            return _gathered(data, with_formats)
        except NotAWorkbook:
            raise
        except Exception as error:  # xlrd raises whatever it stumbles over
            if str(error) == "Workbook is encrypted":
                raise _Encrypted("tệp có mật khẩu mở") from error
    raise NotAWorkbook("tệp bị hỏng, không đọc được nội dung")


def _gathered(data: bytes, with_formats: bool) -> tuple[SheetCells, ...]:
    # Imported here: hardly any file needs it.
    import xlrd

    gathered = WorkbookBuilder()
    listed = Room(MOST_CELLS + MOST_BLANKS)
    with (
        open(os.devnull, "w", encoding="utf-8", errors="replace") as silence,
        xlrd.open_workbook(
            file_contents=data,
            logfile=silence,
            formatting_info=with_formats,
            on_demand=True,
            ragged_rows=True,
        ) as book,
    ):
        formats = _formats(book) if with_formats else []
        for at in range(book.nsheets):
            sheet = book.sheet_by_index(at)
            _add(sheet, gathered.sheet(sheet.name), formats, listed)
            book.unload_sheet(at)
    return gathered.built()


def _formats(book: Book) -> Sequence[NumberFormat]:
    """The number format of each cell style."""
    return [_format(book.format_map.get(style.format_key)) for style in book.xf_list]


def _format(declared: Format | None) -> NumberFormat:
    """What a format does: by its code, for Gnumeric gives its own the numbers of built-in ones."""
    if declared is None:
        return PLAIN
    if declared.format_str is None:
        return BUILT_IN.get(declared.format_key, PLAIN)
    return number_format(declared.format_str)


def _add(sheet: Sheet, gathered: SheetBuilder, formats: Sequence[NumberFormat], room: Room) -> None:
    for row in range(sheet.nrows):
        room.take(sheet.row_len(row))
        for column, raw in enumerate(sheet.row(row), start=1):
            gathered.put(row + 1, column, _cell(raw, formats))
    for first_row, after_row, first_column, after_column in sheet.merged_cells:
        rows = range(first_row + 1, after_row + 1)
        gathered.merge(rows, range(first_column + 1, after_column + 1))
    for (row, column), note in sheet.cell_note_map.items():
        gathered.comment(row + 1, column + 1, note.text)


def _cell(raw: RawCell, formats: Sequence[NumberFormat]) -> Cell | None:
    from xlrd import biffh

    if raw.ctype == biffh.XL_CELL_TEXT:
        return text_cell(raw.value)
    if raw.ctype in (biffh.XL_CELL_NUMBER, biffh.XL_CELL_DATE):
        is_date = raw.ctype == biffh.XL_CELL_DATE
        return stored_number(
            raw.value, formats[raw.xf_index] if formats else NumberFormat(is_date=is_date)
        )
    if raw.ctype == biffh.XL_CELL_BOOLEAN:
        return Cell(CellKind.BOOLEAN, "TRUE" if raw.value else "FALSE")
    if raw.ctype == biffh.XL_CELL_ERROR:
        return Cell(CellKind.ERROR, biffh.error_text_from_code.get(raw.value, "#VALUE!"))
    return None


def _modified(data: bytes) -> datetime | None:
    """When the workbook was last saved, as its properties say; None when they do not."""
    # Imported here: hardly any file needs it.
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            moment = getattr(container.get_metadata(), "last_saved_time", None)
    except Exception:  # broken properties cost nobody their figures
        return None
    return sound(moment.replace(tzinfo=UTC)) if isinstance(moment, datetime) else None
