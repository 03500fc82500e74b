"""A consolidation → tables for analysts, in the format that the file's name asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.errors import InputError
from cchc_xlsx.tidy.csv_file import csv_file
from cchc_xlsx.tidy.json_file import json_file
from cchc_xlsx.tidy.parquet_file import parquet_file
from cchc_xlsx.tidy.sqlite_file import sqlite_file
from cchc_xlsx.tidy.tables import DATA, TABLES, Row, Table

__all__ = ["ExportFiles", "export_files"]


@dataclass(frozen=True)
class Format:
    """How tables become the bytes of a file; `holds_all` or one file for each table."""

    write: Callable[[Mapping[Table, Sequence[Row]]], bytes]
    holds_all: bool


FORMATS = {
    ".csv": Format(csv_file, holds_all=False),
    ".parquet": Format(parquet_file, holds_all=False),
    ".sqlite": Format(sqlite_file, holds_all=True),
    ".json": Format(json_file, holds_all=True),
}


@dataclass(frozen=True)
class ExportFiles:
    """The files of an export, known before there is anything to write."""

    format: Format
    tables: Mapping[Path, tuple[Table, ...]]

    def contents(self, merged: Consolidation) -> Iterator[tuple[Path, bytes]]:
        """What to write, file by file."""
        for path, tables in self.tables.items():
            filled = {table: tuple(table.fill(merged)) for table in tables}
            yield path, self.format.write(filled)


def export_files(output: Path) -> ExportFiles:
    """The files that an export to `output` consists of, such as ``x.csv`` and ``x_notes.csv``.

    Raises `InputError` for a name that asks for no known format.
    """
    chosen = FORMATS.get(output.suffix.lower())
    if chosen is None:
        known = ", ".join(FORMATS)
        raise InputError(f"Không rõ ghi «{output}» ở định dạng nào. Đuôi tệp phải là: {known}.")
    if chosen.holds_all:
        return ExportFiles(chosen, {output: TABLES})
    return ExportFiles(chosen, {_beside(output, table): (table,) for table in TABLES})


def _beside(output: Path, table: Table) -> Path:
    """The data has the file itself, every other table one beside it."""
    return output if table is DATA else output.with_stem(f"{output.stem}_{table.name}")
