"""A plain table on a sheet of its own: headings, rows, filter, frozen head, page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from xlsxwriter.utility import xl_col_to_name

from cchc_xlsx.colours import HEADING
from cchc_xlsx.spreadsheet import Book, Sheet, lines_needed


@dataclass(frozen=True)
class Link:
    """A text that leads to a cell of the workbook: ``'Tổng hợp'!H12``."""

    text: str
    target: str


@dataclass(frozen=True)
class Shade:
    """A text on a coloured ground."""

    text: str
    colour: str


@dataclass(frozen=True)
class Number:
    """A number shown in a format; with a `formula`, which is live, this is its true value.

    ``{row}`` in the formula stands for the number of its row.
    """

    value: float
    num_format: str
    formula: str = ""


Content = str | float | Link | Shade | Number | None


@dataclass(frozen=True)
class Column:
    """A column: its heading and its width in characters."""

    heading: str
    width: float


def write_table(
    book: Book,
    sheet: Sheet,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Content]],
) -> None:
    """Fill a sheet with a title, the headings in row 3 and the rows below."""
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
        for letter, content in zip(letters, row, strict=True):
            _write(book, sheet, f"{letter}{at}", content)
        sheet.height(at, max(map(_lines, row, columns)))
    last = HEADING_ROW + max(len(rows), 1)
    sheet.raw.autofilter(f"A{HEADING_ROW}:{letters[-1]}{last}")
    sheet.raw.freeze_panes(HEADING_ROW, 0)
    sheet.page(landscape=True, repeat=(HEADING_ROW, HEADING_ROW))


HEADING_ROW = 3


def _write(book: Book, sheet: Sheet, cell: str, content: Content) -> None:
    look = {"border": 1, "valign": "top", "text_wrap": True}
    if isinstance(content, Link):
        link = book.style(font_color="#0563C1", underline=1, **look)
        sheet.link(cell, content.target, content.text, link)
    elif isinstance(content, Shade):
        sheet.text(cell, content.text, book.style(bg_color=content.colour, **look))
    elif isinstance(content, Number):
        style = book.style(num_format=content.num_format, **look)
        formula = content.formula.format(row=cell.lstrip(ascii_uppercase))
        if formula:
            sheet.formula(cell, formula, content.value, style)
        else:
            sheet.number(cell, content.value, style)
    elif isinstance(content, str) or content is None:
        sheet.text(cell, content or "", book.style(**look))
    else:
        sheet.number(cell, content, book.style(**look))


def _lines(content: Content, column: Column) -> int:
    if isinstance(content, Number):
        return 1
    text = content.text if isinstance(content, Link | Shade) else str(content or "")
    return lines_needed(text, column.width)
