"""The cells of a workbook, as bytes hold them: a blank, a value, an error and a formula apart."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import cached_property
from typing import Any

LARGEST_FILE = 10 * 2**20
LARGEST_PART = 20 * 2**20
LARGEST_WHOLE = 50 * 2**20
MOST_PARTS = 200
"""Bounds for a file that staff send: our own workbooks stay below 1 MB when inflated."""


class NotAWorkbook(ValueError):
    """The bytes are not a workbook that can be read; the text says why, in Vietnamese."""


class CellKind(Enum):
    """What a cell holds; a blank cell is not listed at all."""

    NUMBER = "number"
    TEXT = "text"
    FORMULA = "formula"
    ERROR = "error"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True)
class Cell:
    """A filled cell. `text` is its content as text; `number` is set for numbers only."""

    kind: CellKind
    text: str
    number: float = 0.0
    shown_as_percent: bool = False


Position = tuple[int, str]
"""Row from 1 and column letters."""


@dataclass(frozen=True)
class SheetCells:
    """The filled cells of one sheet."""

    name: str
    cells: Mapping[Position, Cell]

    def text(self, row: int, column: str) -> str:
        """The content of a cell as text; empty when it is blank."""
        cell = self.cells.get((row, column))
        return cell.text if cell else ""

    def address(self, row: int, column: str) -> str:
        """A cell as findings name it: ``Phụ lục!E14``."""
        return f"{self.name}!{column}{row}"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold anything, in their order."""
        letters = {column for _, column in self.cells}
        return tuple(sorted(letters, key=lambda each: (len(each), each)))

    def column(self, letters: str) -> Iterator[tuple[int, str]]:
        """Row and text of the filled cells of a column, downwards."""
        rows = sorted(row for row, column in self.cells if column == letters)
        return ((row, self.cells[row, letters].text) for row in rows)


def read_cells(data: bytes) -> list[SheetCells]:
    """The sheets of an ``.xlsx`` workbook, in their order. Formulas keep their text, not a result.

    Raises `NotAWorkbook` for anything else.
    """
    _refuse_unsafe(data)
    # Imported here: a command that opens no workbook must not pay for it.
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), keep_links=False)
            return [_sheet(sheet) for sheet in book.worksheets]
    except Exception as error:
        # openpyxl answers a damaged file with whatever its parsing happens to stumble over.
        raise NotAWorkbook("tệp bị hỏng, không đọc được nội dung") from error


def _refuse_unsafe(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotAWorkbook("tệp có mật khẩu mở, hoặc là định dạng Excel 97-2003 (.xls)")
    if len(data) > LARGEST_FILE:
        raise NotAWorkbook(f"tệp lớn hơn {LARGEST_FILE // 2**20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [part.file_size for part in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise NotAWorkbook("không phải là tệp Excel (.xlsx)") from error
    largest = max(sizes, default=0)
    if len(sizes) > MOST_PARTS or largest > LARGEST_PART or sum(sizes) > LARGEST_WHOLE:
        raise NotAWorkbook("nội dung bên trong tệp lớn bất thường")


def _sheet(sheet: Any) -> SheetCells:
    cells = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and (read := _cell(cell)):
                cells[cell.row, cell.column_letter] = read
    return SheetCells(sheet.title, cells)


def _cell(cell: Any) -> Cell | None:
    value = cell.value
    if cell.data_type == "f":
        text = str(getattr(value, "text", value))
        return Cell(CellKind.FORMULA, text, shown_as_percent=_shows_percent(cell))
    if cell.data_type == "e":
        return Cell(CellKind.ERROR, str(value))
    if isinstance(value, bool):
        return Cell(CellKind.BOOLEAN, "TRUE" if value else "FALSE")
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(CellKind.DATE, str(value))
    if isinstance(value, int | float):
        text = format(value, ".15g")
        return Cell(CellKind.NUMBER, text, float(value), _shows_percent(cell))
    text = str(value)
    return Cell(CellKind.TEXT, text) if text.strip() else None


_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
"""What a number format prints as it stands; a % there does not multiply by 100."""


def _shows_percent(cell: Any) -> bool:
    return "%" in _QUOTED.sub("", str(cell.number_format))
