"""A worksheet of XlsxWriter that takes its cells, rows and links as finished XML.

XlsxWriter makes several objects of each cell, keeps them until the workbook is closed and needs
some 15 µs for it all; a consolidated workbook has up to millions of cells. Here a cell is one text,
and rows that come from top to bottom go to a temporary file as they come. All else of a sheet, and
of the workbook, is XlsxWriter's.
"""

from __future__ import annotations

import math
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import IO, Any

from xlsxwriter.url import Url
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_ROWS_IN_MEMORY = 5_000
"""Finished rows of a sheet; when there are more they wait in a temporary file."""


class XmlWorksheet(Worksheet):
    """A worksheet; cells are named by addresses such as ``B12``, looks by the index of a style."""

    str_table: Any
    fh: Any  # a `package_writer.Part`

    def __init__(self) -> None:
        super().__init__()
        self._kept: defaultdict[int, dict[int, str]] = defaultdict(dict)
        self._finished: list[str] = []
        self._aside: IO[bytes] | None = None
        self._links: list[str] = []
        self._files: dict[str, int] = {}

    # --- cells as XML ---------------------------------------------------------------------------
    # What follows the address, which is all that differs between cells of one content and look.

    def text(self, text: str, look: int) -> str:
        """A text, of which there is one for all sheets; an empty one is a blank cell."""
        if not text:
            return f'" s="{look}"/>'
        return f'" s="{look}" t="s"><v>{self.str_table._get_shared_string_index(text)}</v></c>'

    def number(self, number: float, look: int) -> str:
        """A number, exactly. Raises `ValueError` for one that no workbook can hold."""
        if not math.isfinite(number):
            raise ValueError(f"{number} is no number of a workbook")
        return f'" s="{look}"><v>{repr(float(number)).removesuffix(".0")}</v></c>'

    def formula(self, formula: str, value: float | str, look: int) -> str:
        """A formula with its value, which may be an empty text."""
        kind = ' t="str"' if isinstance(value, str) and value else ""
        written = f"<f>{_data(formula.removeprefix('='))}</f><v>{_data(str(value))}</v>"
        return f'" s="{look}"{kind}>{written}</c>'

    # --- where they go --------------------------------------------------------------------------

    def keep(self, cell: str, rest: str) -> None:
        """A cell, in any place, until the workbook is closed; it replaces an earlier one there."""
        row, column = position(cell)
        self._kept[row][column] = f'<c r="{cell}{rest}'
        self._count(row, column)

    def keep_run(self, cell: str, rests: Sequence[str]) -> None:
        """The same for a cell and those to the right of it, which are not written otherwise."""
        row, column = position(cell)
        self._kept[row][column] = _cells(row + 1, rests, column)
        self._count(row, column + len(rests) - 1)

    def finish_row(self, row: int, height: float, rests: Sequence[str]) -> None:
        """A row (from 1) of so many points, with all its cells from column A on.

        It stands below those that are kept and those that are finished already.
        """
        self._count(row - 1, len(rests) - 1)
        if self.has_comments:
            # Their boxes are as high as the rows beside them; nothing else asks.
            self.row_sizes[row - 1] = [_pixels(height), False]
        self._finished.append(f'<row r="{row}"{_height(height)}>{_cells(row, rests)}</row>')
        if len(self._finished) == _ROWS_IN_MEMORY:
            self._put_aside()

    def _put_aside(self) -> None:
        if self._aside is None:
            self._aside = tempfile.TemporaryFile()  # noqa: SIM115 - read when all are there
        self._aside.write("".join(self._finished).encode())
        self._finished.clear()

    def _count(self, row: int, column: int) -> None:
        if self._check_dimensions(row, column):
            raise RuntimeError(f"no sheet has a row {row + 1} with a column {column + 1}")

    def _write_rows(self) -> None:
        for row in sorted(self._kept.keys() | self.row_info.keys()):
            cells = self._kept[row]
            self._write_row(row, None, self.row_info.get(row), empty_row=not cells)
            if cells:
                self.fh.write("".join(cells[column] for column in sorted(cells)) + "</row>")
        if self._aside:
            self.fh.append(self._aside)
            self._aside.close()
        self.fh.write("".join(self._finished))

    # --- links ----------------------------------------------------------------------------------

    @property
    def links(self) -> int:
        """How many links there are so far."""
        return len(self._links)

    def link(self, cell: str, target: str, text: str) -> None:
        """A link from a cell, in which a text stands, to another of the workbook."""
        led = f'location="{_attribute(target)}" display="{_attribute(text)}"'
        self._links.append(f'<hyperlink ref="{cell}" {led}/>')

    def file_link(self, cell: str, path: str, place: str, tip: str) -> None:
        """A link from a cell to a place in a file, by its relative path with ``/``.

        `tip` shows when the pointer rests on it.
        """
        if path not in self._files:
            self.external_hyper_links.append(["/hyperlink", _file_target(path), "External"])
            self.rel_count = self._files[path] = len(self.external_hyper_links)
        told = f' location="{_attribute(place)}"' if place else ""
        told += f' tooltip="{_attribute(tip)}"' if tip else ""
        self._links.append(f'<hyperlink ref="{cell}" r:id="rId{self._files[path]}"{told}/>')

    def _write_hyperlinks(self) -> None:
        if self._links:
            self.fh.write(f"<hyperlinks>{''.join(self._links)}</hyperlinks>")


def position(cell: str) -> tuple[int, int]:
    """The row and the column of an address, both counted from 0."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]) - 1, _column(letters)


def _cells(row: int, rests: Sequence[str], first: int = 0) -> str:
    """Cells side by side, from a column on."""
    beginnings = _beginnings(first, len(rests))
    return "".join(chain.from_iterable(zip(beginnings, repeat(str(row)), rests)))


@lru_cache(maxsize=1000)
def _beginnings(first: int, count: int) -> list[str]:
    return [f'<c r="{xl_col_to_name(at)}' for at in range(first, first + count)]


@cache
def _column(letters: str) -> int:
    _, column = xl_cell_to_rowcol(f"{letters}1")
    return int(column)


def _pixels(points: float) -> int:
    return int(points * 4 / 3 + 0.5)


@lru_cache(maxsize=1000)
def _height(points: float) -> str:
    """The height of a row as attributes; programs show whole pixels."""
    return f' ht="{_pixels(points) * 0.75:.16g}" customHeight="1"'


def _data(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return _data(text).replace('"', "&quot;").replace("\n", "&#xA;")


def _file_target(path: str) -> str:
    # XlsxWriter takes a path with ``%41`` for escaped already; here it is the name of a file.
    escaped = "%25".join(map(Url._escape_url, path.split("%")))
    # XlsxWriter turns the slashes round; only Windows finds a file by such a path.
    return Url(f"external:{escaped}")._target().replace("\\", "/")
