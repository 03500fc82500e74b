"""XlsxWriter as we use it: nothing is dropped without a word, and every text stays a text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet

from cchc_xlsx.excel_limits import HIGHEST_ROW, LONGEST_CELL, MOST_LINKS

FONT = "Times New Roman"
FONT_SIZE = 12
LINE_HEIGHT = 16.0
"""Points that one line of text in `FONT_SIZE` takes; LibreOffice clips rows that are lower."""

_CUT = "… (cắt bớt)"

_COMMENT_WIDTH, _COMMENT_LETTERS = 300, 40
"""Of the box of a comment: pixels, and how many letters of its small type go into a line."""

A4, A3 = 9, 8


class Book(xlsxwriter.Workbook):
    """A workbook in the font of official documents; `lock_structure` forbids moving sheets."""

    def __init__(self, path: Path, *, lock_structure: bool = False) -> None:
        super().__init__(
            str(path),
            {
                "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._lock_structure = lock_structure
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}

    def style(self, **properties: Any) -> Format:
        """The format with these properties; asked twice, it is the same one."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self.add_format(properties)
        return self._styles[key]

    def sheet(self, name: str) -> Sheet:
        """Add a sheet."""
        return Sheet(self.add_worksheet(name))

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for workbookProtection; the schema wants it before bookViews.
        if self._lock_structure:
            self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()


class Sheet:
    """A worksheet whose writes either succeed or raise: XlsxWriter only returns a number."""

    def __init__(self, worksheet: Worksheet) -> None:
        self.raw = worksheet

    def text(self, cell: str, text: str, style: Format) -> None:
        """A text, whatever it begins with; an empty one leaves the cell blank."""
        if not text:
            self.blank(cell, style)
            return
        _written(self.raw.write_string(cell, shortened(text), style), cell)

    def number(self, cell: str, number: float, style: Format) -> None:
        """A number."""
        _written(self.raw.write_number(cell, number, style), cell)

    def blank(self, cell: str, style: Format) -> None:
        """An empty cell with a style."""
        _written(self.raw.write_blank(cell, None, style), cell)

    def formula(self, cell: str, formula: str, value: float | str, style: Format) -> None:
        """A formula with its true value: readers that do not recalculate show the value."""
        _written(self.raw.write_formula(cell, formula, style, value), cell)

    def merged(self, cells: str, text: str, style: Format) -> None:
        """A text over merged cells."""
        _written(self.raw.merge_range(cells, "", style), cells)
        self.text(cells.split(":")[0], text, style)

    def merged_formula(self, cells: str, formula: str, value: str, style: Format) -> None:
        """A formula over merged cells."""
        _written(self.raw.merge_range(cells, "", style), cells)
        self.formula(cells.split(":")[0], formula, value, style)

    def link(self, cell: str, target: str, text: str, style: Format) -> None:
        """A link inside the workbook; `target` is ``'Phụ lục'!E14``."""
        self._link(cell, Url(f"internal:{target}"), text, style)

    def file_link(
        self, cell: str, path: str, place: str, text: str, style: Format, tip: str = ""
    ) -> None:
        """A link to another file, by its path from this one (with ``/``), and a cell in it.

        `tip` shows when the pointer rests on it; Excel takes `LONGEST_TIP` characters.
        """
        # XlsxWriter takes a path with ``%41`` for escaped already; here it is the name of a file.
        escaped = "%25".join(map(Url._escape_url, path.split("%")))
        url = Url(f"external:{escaped}" + (f"#{Url._escape_url(place)}" if place else ""))
        # XlsxWriter turns the slashes round; only Windows finds a file by such a path.
        url._relationship_link = url._relationship_link.replace("\\", "/")
        url.tip = tip
        self._link(cell, url, text, style)

    def _link(self, cell: str, url: Url, text: str, style: Format) -> None:
        """A link; beyond the number that Excel takes on a sheet the text stands alone."""
        if self.raw.hlink_count >= MOST_LINKS:
            self.text(cell, text, style)
            return
        url.text = shortened(text)
        # Its annotations know only texts.
        _written(self.raw.write_url(cell, url, style), cell)  # type: ignore[call-overload]

    def comment(self, cell: str, text: str) -> None:
        """A remark that shows when the pointer rests on the cell."""
        size = {"width": _COMMENT_WIDTH, "height": 20 + 15 * lines_needed(text, _COMMENT_LETTERS)}
        _written(self.raw.write_comment(cell, shortened(text), size), cell)

    def validate(self, cell: str, options: Mapping[str, Any]) -> None:
        """A data validation; Excel's limits of length are XlsxWriter's to refuse."""
        _written(self.raw.data_validation(cell, dict(options)), cell)

    def highlight(self, cells: str, condition: str, style: Format) -> None:
        """Style the cells for which a formula holds."""
        options = {"type": "formula", "criteria": condition, "format": style}
        _written(self.raw.conditional_format(cells, options), cells)

    def bars(self, cells: str, least: float, most: float, colour: str) -> None:
        """A bar in each cell, as long as its number between two fixed ends."""
        ends = {"min_type": "num", "min_value": least, "max_type": "num", "max_value": most}
        bar = {"type": "data_bar", "bar_color": colour, "bar_solid": True, **ends}
        _written(self.raw.conditional_format(cells, bar), cells)

    def widths(self, widths: Mapping[str, float]) -> None:
        """Set column widths, in characters."""
        for column, width in widths.items():
            _written(self.raw.set_column(f"{column}:{column}", width), column)

    def hide(self, column: str) -> None:
        """Hide a column."""
        _written(self.raw.set_column(f"{column}:{column}", None, None, {"hidden": True}), column)

    def height(self, row: int, lines: float, *, level: int = 0) -> None:
        """Make a row (from 1) high enough for so many lines, at a depth in the outline."""
        options = {"level": level} if level else {}
        _written(self.raw.set_row(row - 1, row_height(lines), None, options), f"row {row}")

    def hide_row(self, row: int) -> None:
        """Hide a row (from 1)."""
        _written(self.raw.set_row(row - 1, None, None, {"hidden": True}), f"row {row}")

    def page(
        self,
        *,
        landscape: bool = False,
        paper: int = A4,
        repeat: tuple[int, int],
        columns: str = "",
        pages_wide: int = 1,
    ) -> None:
        """Heading rows, and `columns` such as ``A:C``, repeated on every page; page number.

        The margins are those of nghị định 30/2020/NĐ-CP.
        """
        if landscape:
            self.raw.set_landscape()
        self.raw.set_paper(paper)
        self.raw.fit_to_pages(pages_wide, 0)
        self.raw.repeat_rows(repeat[0] - 1, repeat[1] - 1)
        if columns:
            self.raw.repeat_columns(columns)
        self.raw.set_margins(left=1.18, right=0.59, top=0.79, bottom=0.79)
        self.raw.set_header(f'&C&"{FONT},Regular"&13&P')


def _written(outcome: object, cell: str) -> None:
    """XlsxWriter answers 0 (or a format, or a rich string's length) on success, below 0 if not."""
    if isinstance(outcome, int) and outcome < 0:
        raise RuntimeError(f"XlsxWriter refused the write to {cell} (returned {outcome})")


def shortened(text: str, most: int = LONGEST_CELL) -> str:
    """A text as long as a cell may be; one that is cut says so."""
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT


def row_height(lines: float) -> float:
    """The height in points of a row with so many lines, as far as Excel goes."""
    return min(lines * LINE_HEIGHT + 4, HIGHEST_ROW)


_LETTERS_PER_WIDTH = {False: 1.12, True: 1.02}
"""How many letters of average text go into one unit of column width, regular and bold."""


def lines_needed(text: str, width: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a column of this width, wrapped by words."""
    letters = max(1, math.floor(width * _LETTERS_PER_WIDTH[bold]))
    return sum(max(1, len(textwrap.wrap(line, letters))) for line in text.splitlines()) or 1
