"""What stands around the answers of a workbook: the same in most files, so understood once.

Where the rows stand, whether a label was edited or something was typed where nothing is asked: all
of it is told by the cells that hold no answer. Where these are as in a workbook that nobody had
damaged, so is what was found there. `tests/test_frame.py` holds both ways of reading together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from cchc_xlsx.form import Form
from cchc_xlsx.layout import HIDDEN_SHEET, HIDDEN_UNIT, NOTE, PREVIOUS_COLUMNS, VALUE
from cchc_xlsx.reader.info import InfoTable
from cchc_xlsx.reader.stray import are_own, depends_on_answers
from cchc_xlsx.reader.table import AppendixTable
from cchc_xlsx.workbook import FileKind, SheetCells, Workbook
from cchc_xlsx.workbook.cells import Cell, Position

Positions = frozenset[Position]


class Understood(NamedTuple):
    """Where the answers stand in a workbook that nobody damaged."""

    table: AppendixTable
    info: InfoTable


@dataclass(frozen=True)
class _Sheet:
    """A sheet without its answers, and where those may stand."""

    name: str
    merged: tuple[str, ...]
    answers: Positions
    around: Mapping[Position, Cell]

    @staticmethod
    def of(sheet: SheetCells, answers: Positions) -> _Sheet:
        around = sheet.cells
        if answers:
            around = {at: cell for at, cell in around.items() if at not in answers}
        return _Sheet(sheet.name, sheet.merged, answers, around)

    def is_around(self, sheet: SheetCells) -> bool:
        """Whether a sheet is the same but for its answers."""
        if (self.name, self.merged) != (sheet.name, sheet.merged) or sheet.comments:
            return False
        cells = sheet.cells
        if not self.answers:
            return cells is self.around or cells == self.around
        answered = len(cells.keys() & self.answers)
        return len(cells) - answered == len(self.around) and self.around.items() <= cells.items()


@dataclass(frozen=True)
class _Frame:
    """The sheets of a workbook without their answers, and what was found there.

    `shown` are the cells where a workbook may show figures of an earlier period.
    """

    digest: str
    kind: FileKind
    sheets: tuple[_Sheet, ...]
    shown: Positions
    known: Understood

    @staticmethod
    def of(book: Workbook, known: Understood) -> _Frame:
        table = known.table
        shown = _cells_of(table, PREVIOUS_COLUMNS)
        answers = {
            table.sheet.name: shown | _cells_of(table, (VALUE, NOTE)),
            known.info.sheet.name: frozenset(known.info.cells.values()),
            HIDDEN_SHEET: frozenset([HIDDEN_UNIT]),
        }
        sheets = (_Sheet.of(sheet, answers.get(sheet.name, frozenset())) for sheet in book.sheets)
        return _Frame(table.form.digest, book.kind, tuple(sheets), shown, known)

    def over(self, book: Workbook, form: Form) -> Understood | None:
        """The same places in another workbook; None where it is another around its answers."""
        if (form.digest, book.kind) != (self.digest, self.kind):
            return None
        if len(book.sheets) != len(self.sheets):
            return None
        if not all(map(_Sheet.is_around, self.sheets, book.sheets)):
            return None
        sheets = {sheet.name: sheet for sheet in book.sheets}
        table = self.known.table.over(sheets[self.known.table.sheet.name])
        info = replace(self.known.info, sheet=sheets[self.known.info.sheet.name])
        is_as_issued = are_own(table, table.sheet.cells.keys() & self.shown)
        return Understood(table, info) if is_as_issued else None


def _cells_of(table: AppendixTable, letters: Iterable[str]) -> Positions:
    """The cells of the rows of the table in some columns where staff or the template may write."""
    columns = [table.column(letter) for letter in letters if letter in table.columns]
    rows = [
        (row, column)
        for code, row in table.rows.items()
        for column in columns
        if column != table.column(VALUE) or table.form.by_code[code].is_input
    ]
    return frozenset(rows)


class Frames:
    """The frames of the last undamaged workbooks: one for each program that saved some."""

    def __init__(self) -> None:
        self._known: deque[_Frame] = deque(maxlen=_MOST)
        self._last: tuple[Workbook, Understood] | None = None

    def understood(self, book: Workbook, form: Form) -> Understood | None:
        """What is known already of a workbook; None when it has to be looked through."""
        self._frame_last()
        found = (frame.over(book, form) for frame in tuple(self._known))
        return next((each for each in found if each), None)

    def remember(self, book: Workbook, known: Understood) -> None:
        """Keep what was found in a workbook of which there is nothing to say but its answers."""
        self._last = book, known

    def _frame_last(self) -> None:
        """The frame of what is to be remembered: only now, for there may never be another."""
        last, self._last = self._last, None  # at once, for another thread may be here too
        if last:
            book, known = last
            names = {sheet.name for sheet in book.sheets}
            if len(names) == len(book.sheets) and not depends_on_answers(*known):
                self._known.appendleft(_Frame.of(book, known))


_MOST = 8
