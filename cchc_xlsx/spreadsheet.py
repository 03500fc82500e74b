"""XlsxWriter as we use it: nothing is dropped without a word, and every text stays a text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell

from cchc_xlsx.excel_limits import HIGHEST_ROW, LONGEST_CELL, MOST_LINKS
from cchc_xlsx.package_writer import QUICK, USUAL, PackageWriter
from cchc_xlsx.sheet_xml import XmlWorksheet, position

FONT = "Times New Roman"
FONT_SIZE = 12
LINE_HEIGHT = 16.0
"""Points that one line of text in `FONT_SIZE` takes; LibreOffice clips rows that are lower."""

_CUT = "… (cắt bớt)"

_COMMENT_WIDTH, _COMMENT_LETTERS = 300, 40
"""Of the box of a comment: pixels, and how many letters of its small type go into a line."""

A4, A3 = 9, 8


class Book(xlsxwriter.Workbook):
    """A workbook in the font of official documents.

    `lock_structure` forbids moving sheets; a `large` one is deflated quickly.
    """

    def __init__(self, path: Path, *, lock_structure: bool = False, large: bool = False) -> None:
        # XlsxWriter's own archive stays empty: `PackageWriter` writes all there is.
        super().__init__(
            BytesIO(),
            {
                "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._path, self._level = path, QUICK if large else USUAL
        self._lock_structure = lock_structure
        self._styles: dict[tuple[tuple[str, Any], ...], Format] = {}

    def style(self, **properties: Any) -> Format:
        """The format with these properties; asked twice, it is the same one."""
        asked = tuple(properties.items())
        if asked not in self._styles:
            key = tuple(sorted(asked))
            self._styles[asked] = self._styles[key] = self._styles.get(key) or self.add_format(
                properties
            )
        return self._styles[asked]

    def look(self, **properties: Any) -> int:
        """The index of that format, for cells that are written as XML."""
        return _index(self.style(**properties))

    def sheet(self, name: str) -> Sheet:
        """Add a sheet."""
        worksheet = self.add_worksheet(name, XmlWorksheet)
        assert isinstance(worksheet, XmlWorksheet)
        return Sheet(worksheet)

    def _get_packager(self) -> PackageWriter:
        return PackageWriter(self._path, self._level)

    def _write_book_views(self) -> None:
        # XlsxWriter has no call for workbookProtection; the schema wants it before bookViews.
        if self._lock_structure:
            self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()


class Sheet:
    """A worksheet whose writes either succeed or raise: XlsxWriter only returns a number."""

    def __init__(self, worksheet: XmlWorksheet) -> None:
        self.raw = worksheet

    # --- cells, in any order --------------------------------------------------------------------

    def text(self, cell: str, text: str, style: Format) -> None:
        """A text, whatever it begins with; an empty one leaves the cell blank."""
        self.raw.keep(cell, self.raw.text(shortened(text), _index(style)))

    def number(self, cell: str, number: float, style: Format) -> None:
        """A number."""
        self.raw.keep(cell, self.raw.number(number, _index(style)))

    def blank(self, cell: str, style: Format) -> None:
        """An empty cell with a style."""
        self.text(cell, "", style)

    def formula(self, cell: str, formula: str, value: float | str, style: Format) -> None:
        """A formula with its true value: readers that do not recalculate show the value."""
        self.raw.keep(cell, self.raw.formula(formula, value, _index(style)))

    def merged(self, cells: str, text: str, style: Format) -> None:
        """A text over merged cells."""
        self._merge(cells, style)
        self.text(cells.split(":")[0], text, style)

    def merged_formula(self, cells: str, formula: str, value: str, style: Format) -> None:
        """A formula over merged cells."""
        self._merge(cells, style)
        self.formula(cells.split(":")[0], formula, value, style)

    def _merge(self, cells: str, style: Format) -> None:
        _written(self.raw.merge_range(cells, "", style), cells)
        (top, left), (bottom, right) = map(position, cells.split(":"))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.blank(xl_rowcol_to_cell(row, column), style)

    def link(self, cell: str, target: str, text: str, style: Format) -> None:
        """A link inside the workbook; `target` is ``'Phụ lục'!E14``."""
        self.text(cell, text, style)
        self.lead(cell, target, text)

    # --- rows, from top to bottom ---------------------------------------------------------------

    def row(self, at: int, lines: float, cells: Sequence[str]) -> None:
        """A whole row (from 1) of so many lines; `cells` is what `raw` makes of them."""
        self.raw.finish_row(at, row_height(lines), cells)

    # --- what cells have besides ----------------------------------------------------------------

    def lead(self, cell: str, target: str, text: str) -> None:
        """Make a cell, in which a text stands, a link to another of the workbook.

        Beyond the number of links that Excel takes on a sheet the text stands alone.
        """
        if self.raw.links < MOST_LINKS:
            self.raw.link(cell, target, shortened(text))

    def lead_to_file(self, cell: str, path: str, place: str, tip: str = "") -> None:
        """The same to another file, by its path from this one (with ``/``), and a cell in it.

        `tip` shows when the pointer rests on it; Excel takes `LONGEST_TIP` characters.
        """
        if self.raw.links < MOST_LINKS:
            self.raw.file_link(cell, path, place, tip)

    def comment(self, cell: str, text: str) -> None:
        """A remark that shows when the pointer rests on the cell."""
        size = {"width": _COMMENT_WIDTH, "height": 20 + 15 * lines_needed(text, _COMMENT_LETTERS)}
        _written(self.raw.write_comment(cell, shortened(text), size), cell)

    def validate(self, cell: str, options: Mapping[str, Any]) -> None:
        """A data validation; Excel's limits of length are XlsxWriter's to refuse."""
        _written(self.raw.data_validation(cell, dict(options)), cell)

    def highlight(self, cells: str, condition: str, style: Format) -> None:
        """Style the cells for which a formula holds; it is that of the first of them.

        Several ranges, from top to bottom, are separated by spaces.
        """
        options = {"type": "formula", "criteria": condition, "format": style, "multi_range": cells}
        _written(self.raw.conditional_format(cells.split()[0], options), cells)

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


def _index(style: Format) -> int:
    """The number by which cells name a format."""
    return int(style._get_xf_index())  # type: ignore[no-untyped-call]


def _written(outcome: object, cell: str) -> None:
    """XlsxWriter answers 0 (or a format, or a rich string's length) on success, below 0 if not."""
    if isinstance(outcome, int) and outcome < 0:
        raise RuntimeError(f"XlsxWriter refused the write to {cell} (returned {outcome})")


def shortened(text: str, most: int = LONGEST_CELL) -> str:
    """A text as long as a cell may be, in units of UTF-16; one that is cut says so."""
    if len(text) <= most // 2 or _length(text) <= most:
        return text
    room = text.encode("utf-16-le")[: 2 * (most - len(_CUT))]
    return room.decode("utf-16-le", "ignore") + _CUT


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def row_height(lines: float) -> float:
    """The height in points of a row with so many lines, as far as Excel goes."""
    return min(lines * LINE_HEIGHT + 4, HIGHEST_ROW)


_LETTERS_PER_WIDTH = {False: 1.12, True: 1.02}
"""How many letters of average text go into one unit of column width, regular and bold."""


def lines_needed(text: str, width: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a column of this width, wrapped by words."""
    letters = max(1, math.floor(width * _LETTERS_PER_WIDTH[bold]))
    if len(text) <= letters and text.isprintable():
        return 1
    return sum(_lines_of(line, letters) for line in text.splitlines()) or 1


@lru_cache(maxsize=10_000)
def _lines_of(line: str, letters: int) -> int:
    """What `textwrap` says, but soon where the words alone tell it.

    As many lines as a text takes that is broken at spaces only are enough; no fewer will do than
    its length asks.
    """
    words = line.split(" ")
    if line.isprintable() and all(words) and len(max(words, key=len)) <= letters:
        enough, used = 1, -1
        for word in words:
            used += 1 + len(word)
            if used > letters:
                enough, used = enough + 1, len(word)
        if enough == math.ceil((len(line) + 1) / (letters + 1)):
            return enough
    return max(1, len(textwrap.wrap(line, letters)))
