"""The lines of `Dữ liệu` in a file beside the workbook, where there are too many for a sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.csv_text import ENCODING, END, csv_fields
from cchc_xlsx.form import Indicator
from cchc_xlsx.merged_layout import DataFile
from cchc_xlsx.summary.lists import DATA_COLUMNS


def write_data_file(merged: Consolidation, path: Path, name: str) -> DataFile:
    """Write the lines, with the headings and in the order of the sheet, for a file of this name.

    The caller sees to its replacement being atomic.
    """
    digest, count = hashlib.sha256(), -1
    with path.open("wb") as file:
        for lines in _lines(merged):
            content = "".join(lines).encode(ENCODING if count < 0 else "utf-8")
            digest.update(content)
            file.write(content)
            count += len(lines)
    return DataFile(name, count, digest.hexdigest())


def _lines(merged: Consolidation) -> Iterator[list[str]]:
    """The headings, then the lines of one row of the form after the other."""
    yield [csv_fields(*(column.heading for column in DATA_COLUMNS)) + END]
    fields = lru_cache(maxsize=100_000)(csv_fields)
    for row in merged.form.inputs:
        yield list(_lines_of(merged, row, fields))


def _lines_of(merged: Consolidation, row: Indicator, fields: Callable[..., str]) -> Iterator[str]:
    about = fields(row.code, row.label, row.measure.noun if row.measure else "")
    for line in merged.lines_of(row.code):
        figure = repr(float(line.value)).removesuffix(".0")
        texts = map(fields, (line.note, line.file, line.cell, line.parts, line.original))
        yield f"{fields(line.unit, line.period)},{about},{figure},{','.join(texts)}{END}"
