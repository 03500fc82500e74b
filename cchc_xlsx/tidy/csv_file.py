"""A table as CSV, for Excel and for everything else."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from cchc_xlsx.csv_text import ENCODING, guarded
from cchc_xlsx.tidy.tables import Cell, Row, Table

SEPARATOR = "; "
"""Between the texts of one cell."""


def csv_file(tables: Mapping[Table, Sequence[Row]]) -> bytes:
    """One table."""
    ((table, rows),) = tables.items()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode(ENCODING)


def _written(cell: Cell) -> Cell:
    if isinstance(cell, tuple):
        cell = SEPARATOR.join(cell)
    return guarded(cell) if isinstance(cell, str) else cell
