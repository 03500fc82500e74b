"""A plain table on a sheet of its own: headings, rows, filter, frozen head, page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from xlsxwriter.utility import xl_col_to_name

from cchc_xlsx.colours import HEADING
from cchc_xlsx.spreadsheet import A4, Book, Sheet, lines_needed


@dataclass(frozen=True)
class Link:
    """A text that leads to a cell of the workbook: ``'Tổng hợp'!H12``."""

    text: str
    target: str


@dataclass(frozen=True)
class FileLink:
    """A text that leads to a cell of another file; `path` is relative, with ``/``.

    `tip` shows when the pointer rests on it.
    """

    text: str
    path: str
    place: str
    tip: str = ""


@dataclass(frozen=True)
class Shade:
    """A text on a coloured ground."""

    text: str
    colour: str


@dataclass(frozen=True)
class Live:
    """A formula that gives a text, with what it gives now."""

    formula: str
    text: str


@dataclass(frozen=True)
class Number:
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


def write_table(
    book: Book,
    sheet: Sheet,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Content]],
    *,
    paper: int = A4,
) -> None:
    """Fill a sheet with a title, the headings in row 3 and the rows below; `paper` is landscape."""
    letters = [xl_col_to_name(at) for at in range(len(columns))]
    sheet.widths({letter: column.width for letter, column in zip(letters, columns, strict=True)})
    sheet.text("A1", title, book.style(bold=True, font_size=14))
    heading = book.style(
        bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color=HEADING
    )
    for letter, column in zip(letters, columns, strict=True):
        sheet.text(f"{letter}{HEADING_ROW}", column.heading, heading)
    sheet.height(HEADING_ROW, 2)
    for at, row in enumerate(rows, start=HEADING_ROW + 1):
        for letter, column, content in zip(letters, columns, row, strict=True):
            _write(book, sheet, f"{letter}{at}", content, column.number_format)
        sheet.height(at, max(map(_lines, row, columns)))
    last = HEADING_ROW + max(len(rows), 1)
    sheet.raw.autofilter(f"A{HEADING_ROW}:{letters[-1]}{last}")
    sheet.raw.freeze_panes(HEADING_ROW, 0)
    sheet.page(landscape=True, paper=paper, repeat=(HEADING_ROW, HEADING_ROW))


HEADING_ROW = 3


def _write(book: Book, sheet: Sheet, cell: str, content: Content, number_format: str) -> None:
    look = {"border": 1, "valign": "top", "text_wrap": True, "num_format": number_format}
    of_numbers = look | {"align": "right", "indent": 1, "text_wrap": False}
    if isinstance(content, Link):
        link = book.style(font_color="#0563C1", underline=1, **look)
        sheet.link(cell, content.target, content.text, link)
    elif isinstance(content, FileLink):
        link = book.style(font_color="#0563C1", underline=1, **look)
        sheet.file_link(cell, content.path, content.place, content.text, link, content.tip)
    elif isinstance(content, Shade):
        sheet.text(cell, content.text, book.style(bg_color=content.colour, **look))
    elif isinstance(content, Live):
        sheet.formula(cell, content.formula, content.text, book.style(**look))
    elif isinstance(content, Number):
        style = book.style(**(of_numbers | {"num_format": content.num_format}))
        if content.formula:
            formula = content.formula.format(row=cell.lstrip(ascii_uppercase))
            sheet.formula(cell, formula, content.value, style)
        else:
            sheet.number(cell, content.value, style)
    elif isinstance(content, str) or content is None:
        sheet.text(cell, content or "", book.style(**look))
    else:
        sheet.number(cell, content, book.style(**of_numbers))


def _lines(content: Content, column: Column) -> int:
    if isinstance(content, Number):
        return 1
    if isinstance(content, Link | FileLink | Shade | Live):
        return lines_needed(content.text, column.width)
    return lines_needed(str(content or ""), column.width)
