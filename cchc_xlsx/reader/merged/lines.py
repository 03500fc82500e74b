"""The lines of `Dữ liệu`, on the sheet or in the file beside the workbook that it names.

Either way they may be gone through more than once.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

from cchc_xlsx.csv_text import ENCODING, unguarded
from cchc_xlsx.merged_layout import (
    CELL,
    DATA_FILE,
    DATA_HASH,
    DATA_LINES,
    DATA_SHEET,
    FIGURE,
    FILE,
    INDICATOR_CODE,
    NOTE,
    PARTS,
    PERIOD,
    UNIT_CODE,
)
from cchc_xlsx.reader.listing import Listing, first_listing
from cchc_xlsx.reader.merged.faults import AGAIN
from cchc_xlsx.reader.merged.senders import note_in
from cchc_xlsx.reading_rules import LOST_LINES, Rejected
from cchc_xlsx.vietnamese import clean, clean_lines
from cchc_xlsx.workbook import SheetCells
from cchc_xlsx.workbook.cells import Cell, text_cell
from cchc_xlsx.workbook.number_format import PLAIN, number_cell

_NEEDED = (UNIT_CODE, PERIOD, INDICATOR_CODE, FIGURE)


class Line(NamedTuple):
    """A line as it was found; `at` is the address of its figure, `unit_at` that of its unit."""

    unit: str
    period: str
    code: str
    figure: Cell | None
    note: str
    file: str
    cell: str
    parts: str
    at: str
    unit_at: str


def find_lines(sheets: Sequence[SheetCells], folder: Path | None) -> Iterable[Line]:
    """The lines of a workbook in a folder. Raises `Rejected` when they are lost.

    Without a folder those in a file are left out, which is not looked for.
    """
    if table := first_listing(sheets, DATA_SHEET, _NEEDED, (CELL, FILE, NOTE, PARTS)):
        return SheetLines(table)
    if table := first_listing(sheets, DATA_SHEET, (DATA_FILE, DATA_LINES, DATA_HASH)):
        return _file_named_in(table, folder) if folder else ()
    raise _lost(
        f"Tệp tổng hợp không còn trang {DATA_SHEET} với các cột {', '.join(_NEEDED)}.", AGAIN
    )


@dataclass(frozen=True)
class SheetLines:
    """The lines of a table on a sheet."""

    table: Listing

    def __iter__(self) -> Iterator[Line]:
        """The lines from the first on."""
        table = self.table
        for row in table.rows:
            yield Line(
                unit=table.text(row, UNIT_CODE),
                period=table.text(row, PERIOD),
                code=table.text(row, INDICATOR_CODE),
                figure=table.cell(row, FIGURE),
                note=note_in(table, row),
                file=table.text(row, FILE),
                cell=table.text(row, CELL),
                parts=table.text(row, PARTS),
                at=table.address(row, FIGURE),
                unit_at=table.address(row, UNIT_CODE),
            )


# --- a file beside the workbook -----------------------------------------------------------------

LARGEST_DATA_FILE = 512 * 2**20
"""Bytes; the lines of 10,000 units have half as many."""

_FIELDS = 11
_PIECE = 2**20


def _file_named_in(table: Listing, folder: Path) -> FileLines:
    row = next(iter(table.rows), 0)
    name, sha256 = table.text(row, DATA_FILE), table.text(row, DATA_HASH)
    if not _is_name(name):
        raise _lost(f"Trang {DATA_SHEET} không còn ghi tên tệp dữ liệu.", AGAIN)
    path = folder / name
    if not path.is_file():
        raise _lost(
            f"Số liệu từng dòng của tệp tổng hợp này ở tệp «{name}», nhưng không thấy tệp đó trong "
            "cùng thư mục.",
            f"Chép tệp «{name}» vào cùng thư mục với tệp tổng hợp rồi chạy lại. Không còn tệp đó "
            "thì tổng hợp lại từ các tệp báo cáo.",
        )
    if path.stat().st_size > LARGEST_DATA_FILE or _sha256(path) != sha256:
        raise _lost(
            f"Tệp dữ liệu «{name}» không phải là tệp đã ghi cùng tệp tổng hợp này, hoặc đã bị sửa.",
            f"Dùng lại tệp «{name}» ban đầu; không còn thì tổng hợp lại từ các tệp báo cáo.",
        )
    return FileLines(path)


def _lost(message: str, hint: str) -> Rejected:
    return Rejected(LOST_LINES.finding(message, hint))


def _is_name(text: str) -> bool:
    """Whether a text names a CSV file of the same folder: no path, on no system."""
    names = {PurePosixPath(text).name, PureWindowsPath(text).name}
    return names == {text} and text.lower().endswith(".csv")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True)
class FileLines:
    """The lines of a file that is known to be the one that was written with the workbook."""

    path: Path

    def __iter__(self) -> Iterator[Line]:
        """The lines from the first on. Raises `Rejected` for one that is no such line."""
        # Units, files and cells come again and again.
        plain = lru_cache(maxsize=100_000)(lambda text: clean(unguarded(text)))
        with self.path.open(encoding=ENCODING, newline="") as file:
            rows = csv.reader(file)
            next(rows, None)
            for number, fields in enumerate(rows, start=2):
                if len(fields) != _FIELDS:
                    raise _lost(f"Dòng {number} của tệp dữ liệu bị hỏng.", AGAIN)
                unit, period, code, _, _, figure, note, of_file, cell, parts, _ = fields
                yield Line(
                    unit=plain(unit),
                    period=plain(period),
                    code=plain(code),
                    figure=_cell(figure),
                    note=clean_lines(unguarded(note)),
                    file=plain(of_file),
                    cell=plain(cell),
                    parts=plain(parts),
                    at=f"{self.path.name}!F{number}",
                    unit_at=f"{self.path.name}!A{number}",
                )


def _cell(figure: str) -> Cell | None:
    """A figure as the cell of a sheet would hold it."""
    try:
        return number_cell(float(figure), PLAIN)
    except (ValueError, OverflowError):
        return text_cell(figure)
