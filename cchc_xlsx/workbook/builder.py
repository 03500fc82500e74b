"""A workbook as a reader gathers it, counted against the bounds that hold for every format."""

from __future__ import annotations

from math import isfinite

from cchc_xlsx.vietnamese import clean
from cchc_xlsx.workbook.cells import (
    MOST_CELLS,
    MOST_MERGES,
    MOST_SHEETS,
    Cell,
    CellKind,
    Position,
    SheetCells,
    column_letters,
)
from cchc_xlsx.workbook.comments import MOST_COMMENTS
from cchc_xlsx.workbook.number_format import NumberFormat, number_cell
from cchc_xlsx.workbook.package import NotAWorkbook

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Of a sheet, in every program at hand."""


def out_of_bounds() -> NotAWorkbook:
    """What is raised for a file that holds more, or something else, than any program writes."""
    return NotAWorkbook("cấu trúc bên trong tệp bất thường")


class Room:
    """How much of something may still come."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, count: int = 1) -> None:
        """Count what is about to be added. Raises `NotAWorkbook` when it is too much."""
        self._left -= count
        if self._left < 0:
            raise out_of_bounds()


class WorkbookBuilder:
    """The sheets of a workbook, in their order."""

    def __init__(self) -> None:
        self._sheets: list[SheetBuilder] = []
        self._room = Room(MOST_SHEETS)
        self.cells = Room(MOST_CELLS)
        self.merges = Room(MOST_MERGES)
        self.comments = Room(MOST_COMMENTS)

    def sheet(self, name: str) -> SheetBuilder:
        """Begin a sheet."""
        self._room.take()
        self._sheets.append(SheetBuilder(name, self))
        return self._sheets[-1]

    def built(self) -> tuple[SheetCells, ...]:
        """The sheets. Raises `NotAWorkbook` when there are none."""
        if not self._sheets:
            raise NotAWorkbook("số trang bên trong tệp bất thường")
        return tuple(sheet.built() for sheet in self._sheets)


class SheetBuilder:
    """What was found of one sheet; rows and columns are numbers from 1."""

    def __init__(self, name: str, book: WorkbookBuilder) -> None:
        self._name = clean(name)
        self._book = book
        self._cells: dict[Position, Cell] = {}
        self._merged: list[str] = []
        self._comments: dict[Position, str] = {}

    def put(self, row: int, column: int, cell: Cell | None) -> None:
        """Add a cell, unless it is blank. Raises `NotAWorkbook` for one that is there already."""
        if cell is None:
            return
        self._book.cells.take()
        position = _position(row, column)
        if position in self._cells:
            raise out_of_bounds()
        self._cells[position] = cell

    def merge(self, rows: range, columns: range) -> None:
        """Add a merged range; a single cell is none."""
        if len(rows) * len(columns) > 1:
            self._book.merges.take()
            self._merged.append(address(rows, columns))

    def comment(self, row: int, column: int, text: str) -> None:
        """Add the comment on a cell, unless it is empty."""
        if text.strip():
            self._book.comments.take()
            self._comments[_position(row, column)] = text.strip()

    def built(self) -> SheetCells:
        """The sheet."""
        return SheetCells(self._name, self._cells, tuple(self._merged), self._comments)


def stored_number(number: float, formatting: NumberFormat) -> Cell:
    """The cell of a stored number; an error where no program can show it as one."""
    return number_cell(number, formatting) if isfinite(number) else Cell(CellKind.ERROR, "#NUM!")


def address(rows: range, columns: range) -> str:
    """A range of cells as addresses write it: ``E21:E22``."""
    corners = (_position(rows[0], columns[0]), _position(rows[-1], columns[-1]))
    return ":".join(f"{column}{row}" for row, column in corners)


def _position(row: int, column: int) -> Position:
    if not (1 <= row <= MOST_ROWS and 1 <= column <= MOST_COLUMNS):
        raise out_of_bounds()
    return row, column_letters(column)
