"""The lines of `Dữ liệu` in a file beside the workbook, where there are too many for a sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path

from cchc_xlsx.consolidate import Consolidation, line_of
from cchc_xlsx.csv_text import ENCODING, END, csv_fields
from cchc_xlsx.merged_layout import DataFile
from cchc_xlsx.submission import Submission
from cchc_xlsx.summary.lists import DATA_COLUMNS


def write_data_file(merged: Consolidation, path: Path, name: str) -> DataFile:
    """Write the lines, unit by unit under the headings of the sheet, for a file of this name.

    The caller sees to its replacement being atomic.
    """
    digest, count = hashlib.sha256(), 0
    headings = csv_fields(*(column.heading for column in DATA_COLUMNS))
    with path.open("wb") as file:
        for lines in chain([[f"{headings}{END}".encode(ENCODING)]], _by_unit(merged)):
            content = b"".join(lines)
            digest.update(content)
            file.write(content)
            count += len(lines)
    return DataFile(name, count - 1, digest.hexdigest())


def _by_unit(merged: Consolidation) -> Iterator[list[bytes]]:
    """The lines of one submission after the other."""
    rows = {
        row.code: csv_fields(row.code, row.label, row.measure.noun if row.measure else "")
        for row in merged.form.inputs
    }
    for each, period in merged.dated:
        yield [line.encode() for line in _lines(each, period, rows)]


_fields = lru_cache(maxsize=100_000)(csv_fields)
"""Cells and many notes come again and again."""


def _lines(each: Submission, period: str, rows: Mapping[str, str]) -> Iterator[str]:
    unit, file = csv_fields(each.unit_code, period), csv_fields(each.file)
    notes, cells, parts, adjusted = each.notes, each.cells, each.parts, each.adjusted
    for code, value in each.fill.values.items():
        if value is not None:
            figure = repr(float(value)).removesuffix(".0")
            note, cell = _fields(notes.get(code, "")), _fields(cells.get(code, ""))
            last = ","
            if code in parts or code in adjusted:
                line = line_of(each, period, code, value)
                last = csv_fields(line.parts, line.original)
            yield f"{unit},{rows[code]},{figure},{note},{file},{cell},{last}{END}"
