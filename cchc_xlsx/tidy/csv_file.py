"""A table as CSV, for Excel and for everything else."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from cchc_xlsx.tidy.tables import Cell, Row, Table

SEPARATOR = "; "
"""Between the texts of one cell."""

_GUARDED = tuple("=+-@'\t\r")
"""Excel takes a text that begins with one of these for a formula, even from a CSV file.

The apostrophe is among them so that every guard can be told from a text's own.
"""


def csv_file(tables: Mapping[Table, Sequence[Row]]) -> bytes:
    """One table in UTF-8 with a byte order mark, without which Excel takes it for another code."""
    ((table, rows),) = tables.items()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> Cell:
    if isinstance(cell, tuple):
        cell = SEPARATOR.join(cell)
    if isinstance(cell, str) and cell.startswith(_GUARDED):
        return f"'{cell}"
    return cell
