"""The sheet `Ý kiến` of a workbook that went back to its sender and came again: the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.layout import (
    FIRST_OPINION_ROW,
    OPINION_ANSWER,
    OPINION_KEY,
    OPINIONS_TAG,
)
from cchc_xlsx.vietnamese import clean, clean_lines
from cchc_xlsx.workbook import SheetCells
from cchc_xlsx.workbook.cells import Position, column_number


@dataclass(frozen=True)
class Opinions:
    """The sheet, if the workbook has one, and where its tag stands now."""

    sheet: SheetCells | None = None
    tag: Position = (1, OPINION_KEY)

    @cached_property
    def _answer_column(self) -> int:
        return column_number(self.tag[1]) + column_number(OPINION_ANSWER) - 1

    @cached_property
    def _keys(self) -> Mapping[int, str]:
        """The key of each row of the list."""
        if self.sheet is None:
            return {}
        first = self.tag[0] + FIRST_OPINION_ROW - 1
        return {row: clean(text) for row, text in self.sheet.column(self.tag[1]) if row >= first}

    @cached_property
    def answers(self) -> Mapping[str, str]:
        """What the sender answered, by the key of the finding."""
        said: dict[str, str] = {}
        for (row, column), cell in self.sheet.cells.items() if self.sheet else ():
            if row in self._keys and column_number(column) == self._answer_column:
                said[self._keys[row]] = clean_lines(cell.text)
        return said

    def strays(self) -> Iterator[Position]:
        """The filled cells beside and below the list, and headings' answers."""
        for row, column in self.sheet.cells if self.sheet else ():
            last = max(self._keys, default=self.tag[0] + FIRST_OPINION_ROW)
            if column_number(column) > self._answer_column or row > last:
                yield row, column


def find_opinions(sheets: Sequence[SheetCells]) -> Opinions:
    """The sheet that carries the tag, wherever it stands."""
    for sheet in sheets:
        for position, cell in sheet.cells.items():
            if position[0] <= FIRST_OPINION_ROW and cell.text.startswith(OPINIONS_TAG):
                return Opinions(sheet, position)
    return Opinions()
