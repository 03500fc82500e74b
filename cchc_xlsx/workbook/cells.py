"""The cells of a workbook, whatever its format: value, error value and formula kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.vietnamese import number_to_type

MOST_SHEETS = 30
MOST_CELLS = 200_000
"""Of a whole workbook; our own have some 5,000."""
MOST_MERGES = 5_000

ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class CellKind(Enum):
    """What a cell holds; a blank cell is not listed at all."""

    NUMBER = "number"
    TEXT = "text"
    FORMULA = "formula"
    ERROR = "error"
    BOOLEAN = "boolean"
    DATE = "date"


class Cell(NamedTuple):
    """A filled cell. `text` is its content as text; `number` is set for numbers only."""

    kind: CellKind
    text: str
    number: float = 0.0
    shown_as_percent: bool = False
    shown_otherwise: bool = False
    """Whether its number format hides, scales or adds digits: 18000 may be shown as 18."""
    from_formula: bool = False
    """Whether it is the stored result of a formula whose text the file does not give."""

    @property
    def shown(self) -> str:
        """The content as people here read it: 72,5 and, under a % format, 50%."""
        if self.kind is not CellKind.NUMBER:
            return self.text
        if self.shown_as_percent:
            return f"{number_to_type(round(self.number * 100, 10))}%"
        return number_to_type(self.number)


Position = tuple[int, str]
"""Row from 1 and column letters."""


@dataclass(frozen=True)
class Block:
    """A range of cells, by the numbers of its rows and columns; both ends belong to it."""

    rows: range
    columns: range

    @staticmethod
    def parse(address: str) -> Block:
        """The range at an address such as ``E21:E22``; an empty one when it is none."""
        first, _, last = address.partition(":")
        corners = [ADDRESS.fullmatch(corner) for corner in (first, last or first)]
        rows = [int(corner[2]) for corner in corners if corner]
        columns = [column_number(corner[1]) for corner in corners if corner]
        if len(rows) < 2:
            return Block(range(0), range(0))
        return Block(range(rows[0], rows[1] + 1), range(columns[0], columns[1] + 1))

    def holds(self, row: int, column: str) -> bool:
        """Whether a cell lies in it."""
        return row in self.rows and column_number(column) in self.columns


@dataclass(frozen=True)
class SheetCells:
    """The filled cells of one sheet."""

    name: str
    cells: Mapping[Position, Cell]
    merged: tuple[str, ...] = ()
    """The merged ranges, as addresses: ``E21:E22``."""

    comments: Mapping[Position, str] = field(default_factory=dict)
    """The texts of comments, by the cell they hang on."""

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
        return ((row, self.cells[row, letters].text) for row in self._rows.get(letters, ()))

    @cached_property
    def _rows(self) -> Mapping[str, list[int]]:
        """The rows of the filled cells of each column, downwards."""
        rows: dict[str, list[int]] = {}
        for row, column in sorted(self.cells):
            rows.setdefault(column, []).append(row)
        return rows


def text_cell(text: str) -> Cell | None:
    """A cell with a text, as long as a cell may be; None when nothing can be seen of it."""
    return Cell(CellKind.TEXT, text[:LONGEST_CELL]) if text.strip() else None


def column_number(letters: str) -> int:
    """The number of a column, from 1 for A."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """The letters of a column, A for 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
