"""A plain table on a sheet of its own: headings, rows, filter, frozen head, page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name

from cchc_xlsx.colours import HEADING
from cchc_xlsx.excel_limits import MOST_ROWS
from cchc_xlsx.spreadsheet import A4, Book, Sheet, lines_needed, shortened


class Link(NamedTuple):
    """A text that leads to a cell of the workbook: ``'Tổng hợp'!H12``."""

    text: str
    target: str


class FileLink(NamedTuple):
    """A text that leads to a cell of another file; `path` is relative, with ``/``.

    `tip` shows when the pointer rests on it.
    """

    text: str
    path: str
    place: str
    tip: str = ""


class Shade(NamedTuple):
    """A text on a coloured ground."""

    text: str
    colour: str


class Live(NamedTuple):
    """A formula that gives a text, with what it gives now."""

    formula: str
    text: str


class Number(NamedTuple):
    """A number shown in a format; with a `formula`, which is live, this is its true value.

    ``{row}`` in the formula stands for the number of its row.
    """

    value: float
    num_format: str
    formula: str = ""


Content = str | float | Link | FileLink | Shade | Live | Number | None


@dataclass(frozen=True)
class Column:
    """A column: its heading and its width in characters; format ``@`` keeps codes as texts."""

    heading: str
    width: float
    number_format: str = "General"


HEADING_ROW = 3


def write_table(
    book: Book,
    sheet: Sheet,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Content]],
    *,
    paper: int = A4,
) -> int:
    """Fill a sheet with a title, the headings in row 3 and the rows below; `paper` is landscape.

    Returns the number of the last row. Where there are more than Excel takes, the title says so.
    """
    letters = [xl_col_to_name(at) for at in range(len(columns))]
    sheet.widths({letter: column.width for letter, column in zip(letters, columns, strict=True)})
    heading = book.style(
        bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color=HEADING
    )
    for letter, column in zip(letters, columns, strict=True):
        sheet.text(f"{letter}{HEADING_ROW}", column.heading, heading)
    sheet.height(HEADING_ROW, 2)
    writers = [_ColumnWriter(book, sheet, *each) for each in zip(letters, columns, strict=True)]
    coming, last = iter(rows), HEADING_ROW
    for last, row in enumerate(islice(coming, MOST_ROWS - HEADING_ROW), start=HEADING_ROW + 1):
        cells, lines = zip(*_written(writers, last, row), strict=True)
        sheet.row(last, max(lines), cells)
    if left_out := sum(1 for _ in coming):
        title += f" (chỉ ghi được {last} dòng mà Excel cho phép, còn {left_out} dòng)"
    sheet.text("A1", title, book.style(bold=True, font_size=14))
    sheet.raw.autofilter(f"A{HEADING_ROW}:{letters[-1]}{max(last, HEADING_ROW + 1)}")
    sheet.raw.freeze_panes(HEADING_ROW, 0)
    sheet.page(landscape=True, paper=paper, repeat=(HEADING_ROW, HEADING_ROW))
    return last


def _written(
    writers: Sequence[_ColumnWriter], row: int, contents: Sequence[Content]
) -> Iterator[tuple[str, int]]:
    """The cells of a row as XML from their addresses on, and the lines of each."""
    for writer, content in zip(writers, contents, strict=True):
        if type(content) in _OF_ITS_ROW:
            yield writer.of_row(row, content)
        else:
            yield writer.rest(content)


_OF_ITS_ROW = {Link, FileLink, Number}
"""What may depend on the row that it stands in."""

_REMEMBERED = 10_000
"""Contents of a column; most stand in very many of its cells."""


class _ColumnWriter:
    """Writes the cells of one column."""

    def __init__(self, book: Book, sheet: Sheet, letter: str, column: Column) -> None:
        self._book, self._sheet, self._letter, self._column = book, sheet, letter, column
        self._plain, self._linked = self._look(), self._look(font_color="#0563C1", underline=1)
        self.rest = lru_cache(_REMEMBERED)(self._written)

    def of_row(self, row: int, content: Content) -> tuple[str, int]:
        """The cell of a row whose content leads from it, or names its row."""
        match content:
            case Link(text, target):
                self._sheet.lead(f"{self._letter}{row}", target, text)
                return self.rest(text, self._linked)
            case FileLink(text, path, place, tip):
                self._sheet.lead_to_file(f"{self._letter}{row}", path, place, tip)
                return self.rest(text, self._linked)
            case Number(_, _, formula) if formula:
                return self._written(content._replace(formula=formula.format(row=row)))
        return self.rest(content)

    def _written(self, content: Content, look: int = 0) -> tuple[str, int]:
        """A cell as XML from its address on, and its lines; `look` is that of a link."""
        raw = self._sheet.raw
        match content:
            case None:
                return raw.text("", self._plain), 1
            case str():
                return raw.text(shortened(content), look or self._plain), self._lines(content)
            case Shade(text, colour):
                return raw.text(shortened(text), self._look(bg_color=colour)), self._lines(text)
            case Live(formula, text):
                return raw.formula(formula, text, self._plain), self._lines(text)
            case Number(value, number_format, formula):
                look = self._number_look(number_format)
                if formula:
                    return raw.formula(formula, value, look), 1
                return raw.number(value, look), 1
            case float() | int():
                return raw.number(content, self._number_look(self._column.number_format)), 1
        raise TypeError(f"{content!r} is written by `of_row`")

    def _lines(self, text: str) -> int:
        return lines_needed(text, self._column.width)

    def _number_look(self, number_format: str) -> int:
        # LibreOffice loses the indent of a number in a cell whose text may wrap.
        return self._look(align="right", indent=1, text_wrap=False, num_format=number_format)

    def _look(self, **properties: Any) -> int:
        usual = {"border": 1, "valign": "top", "text_wrap": True}
        usual |= {"num_format": self._column.number_format}
        return self._book.look(**(usual | properties))
