"""The sheet `Ý kiến` of a workbook that went back to its sender and came again: the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.finding import SEVERITY_WORDS
from cchc_xlsx.layout import (
    FIRST_OPINION_ROW,
    OPINION_ANSWER,
    OPINION_HEADINGS,
    OPINION_KEY,
    OPINION_MESSAGE,
    OPINION_SEVERITY,
    OPINIONS_HEADING_ROW,
    OPINIONS_TAG,
    SETTLED,
)
from cchc_xlsx.submission import Answer
from cchc_xlsx.vietnamese import clean, clean_lines
from cchc_xlsx.workbook import SheetCells
from cchc_xlsx.workbook.cells import Position, column_letters, column_number


@dataclass(frozen=True)
class Opinions:
    """The sheet, if the workbook has one, and where its tag stands now."""

    sheet: SheetCells | None = None
    tag: Position = (1, OPINION_KEY)

    @cached_property
    def _keys(self) -> Mapping[int, str]:
        """The key of each row of the list."""
        if self.sheet is None:
            return {}
        first = self.tag[0] + FIRST_OPINION_ROW - 1
        return {row: clean(text) for row, text in self.sheet.column(self.tag[1]) if row >= first}

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What the sender answered, from top to bottom."""
        answered = (
            Answer(key, clean(self._text(row, OPINION_MESSAGE)), said)
            for row, key in self._keys.items()
            if (said := clean_lines(self._text(row, OPINION_ANSWER)))
        )
        return tuple(answered)

    def _text(self, row: int, letter: str) -> str:
        """The text in the column that the sheet of a new opinion has at this letter."""
        at = column_number(letter) + column_number(self.tag[1]) - 1
        return self.sheet.text(row, column_letters(at)) if self.sheet else ""

    def strays(self) -> Iterator[Position]:
        """The filled cells that are neither answers nor ours, as far as a locked sheet has any."""
        for (row, column), cell in self.sheet.cells.items() if self.sheet else ():
            at = column_number(column) - column_number(self.tag[1]) + 1
            letter = column_letters(at) if at > 0 else ""
            if not self._is_own(row, letter, clean(cell.text)):
                yield row, column

    def _is_own(self, row: int, letter: str, text: str) -> bool:
        """Whether a cell holds an answer, or what may stand there when a workbook goes back."""
        if row in self._keys:
            is_severity = letter != OPINION_SEVERITY or text in (SETTLED, *SEVERITY_WORDS.values())
            return is_severity and letter in (OPINION_KEY, *OPINION_HEADINGS)
        if row == self.tag[0] + OPINIONS_HEADING_ROW - 1:
            return OPINION_HEADINGS.get(letter) == text
        above = row < self.tag[0] + OPINIONS_HEADING_ROW
        return above and letter in (OPINION_KEY, OPINION_SEVERITY)


def find_opinions(sheets: Sequence[SheetCells]) -> Opinions:
    """The sheet that carries the tag, wherever it stands."""
    for sheet in sheets:
        for position, cell in sheet.cells.items():
            if position[0] <= FIRST_OPINION_ROW and cell.text == OPINIONS_TAG:
                return Opinions(sheet, position)
    return Opinions()
