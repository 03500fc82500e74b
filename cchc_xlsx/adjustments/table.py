"""The table of corrections, as a workbook or a CSV file holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc_xlsx.errors import InputError, system_reason
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.intake import is_own_output
from cchc_xlsx.isolation import Isolation, WorkerDied
from cchc_xlsx.merged_layout import (
    CORRECTED,
    INDICATOR_CODE,
    ORIGINAL,
    PERIOD,
    REASON,
    UNIT_CODE,
    WHO,
)
from cchc_xlsx.reader.listing import Listing, find_totals, listing
from cchc_xlsx.reader.merged import MOST_CELLS, MergedWorkbook, read_merged_sheets
from cchc_xlsx.workbook import NotAWorkbook, SheetCells, read_workbook
from cchc_xlsx.workbook.cells import Cell
from cchc_xlsx.workbook.csv_table import read_csv
from cchc_xlsx.workbook.kind import OLE_MAGIC, ZIP_MAGIC

HEADINGS = (UNIT_CODE, INDICATOR_CODE, ORIGINAL, CORRECTED, REASON, WHO)
"""The columns are found by these, in any order, among any others. `PERIOD` may be another."""


@dataclass(frozen=True)
class Row:
    """A filled row of the table as it was typed; `address` is that of its new figure.

    An empty `period` will do as long as the unit has figures of one period only.
    """

    number: int
    address: str
    unit: str
    code: str
    old: Cell | None
    new: Cell | None
    reason: str
    who: str
    period: str = ""


@dataclass(frozen=True)
class Table:
    """The filled rows of the tables of corrections in a file, and what else was found there."""

    file: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()


def load_adjustments(path: Path, form: Form, isolation: Isolation) -> Table:
    """Read the tables of corrections in a workbook or a CSV file.

    Figures that somebody typed over on `Tổng hợp` of a consolidated workbook, without a row that
    says so, are named in the findings. Raises `InputError` when the file cannot be read or has no
    such table.
    """
    try:
        table = isolation.call(read_table, path.read_bytes(), str(path), form)
    except OSError as error:
        table = system_reason(error)
    except WorkerDied as death:
        table = str(death)
    if isinstance(table, str):
        raise InputError(f"--adjust: không đọc được bảng điều chỉnh trong «{path}»: {table}.")
    return table


def corrections_in(path: Path, isolation: Isolation) -> int | None:
    """How many rows of corrections a file holds; None when that cannot be told.

    Our own workbooks have a table of them; where it is lost, rows may be lost with it.
    """
    try:
        return isolation.call(count_rows, path.read_bytes(), path.name)
    except (OSError, WorkerDied):
        return None


# --- in the other process: nobody vouches for the bytes -----------------------------------------


def read_table(data: bytes, file: str, form: Form) -> Table | str:
    """All that `load_adjustments` reads, or in Vietnamese why there is nothing."""
    try:
        sheets = _sheets(data, _is_csv(file))
        rows = _rows(sheets)
    except NotAWorkbook as fault:
        return str(fault)
    merged = read_merged_sheets(sheets, file, form)
    if merged is None and is_own_output(data):
        merged = MergedWorkbook.unusable(file)
    if merged and merged.is_unusable:
        return merged.findings[0].message.rstrip(".")
    return Table(file, rows, tuple(_typed_over(merged, rows)) if merged else ())


def count_rows(data: bytes, file: str) -> int | None:
    """All that `corrections_in` reads."""
    try:
        sheets = _sheets(data, _is_csv(file))
    except NotAWorkbook:
        return None if data.startswith(_BEGINNINGS) else 0
    tables = _tables(sheets)
    is_ours = is_own_output(data) or find_totals(sheets) is not None
    return None if is_ours and not tables else sum(1 for _ in _rows_of(tables))


def read_rows(data: bytes, is_csv: bool) -> tuple[Row, ...] | str:
    """The filled rows of every table in a file, or in Vietnamese why there is none."""
    try:
        return _rows(_sheets(data, is_csv))
    except NotAWorkbook as fault:
        return str(fault)


_BEGINNINGS = (ZIP_MAGIC, OLE_MAGIC)
"""Of what is or was a workbook, however damaged; a text of somebody's holds no corrections."""


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


def _sheets(data: bytes, is_csv: bool) -> Sequence[SheetCells]:
    return [read_csv(data)] if is_csv else read_workbook(data, MOST_CELLS).sheets


def _rows(sheets: Sequence[SheetCells]) -> tuple[Row, ...]:
    """The filled rows of every table. Raises `NotAWorkbook` where there is no table at all."""
    tables = _tables(sheets)
    if not tables:
        raise NotAWorkbook(f"không thấy bảng có đủ các cột {', '.join(HEADINGS)}")
    return tuple(_rows_of(tables))


def _tables(sheets: Sequence[SheetCells]) -> list[Listing]:
    return [table for sheet in sheets if (table := listing(sheet, HEADINGS, (PERIOD,)))]


def _rows_of(tables: Sequence[Listing]) -> Iterator[Row]:
    return (row for table in tables for row in _filled_rows(table))


def _filled_rows(table: Listing) -> Iterator[Row]:
    for at in table.rows:
        if any(table.cell(at, heading) for heading in HEADINGS):
            yield Row(
                number=at,
                address=table.address(at, CORRECTED),
                unit=table.text(at, UNIT_CODE),
                code=table.text(at, INDICATOR_CODE),
                old=table.cell(at, ORIGINAL),
                new=table.cell(at, CORRECTED),
                reason=table.text(at, REASON),
                who=table.text(at, WHO),
                period=table.text(at, PERIOD),
            )


def _typed_over(merged: MergedWorkbook, rows: Sequence[Row]) -> Iterator[Finding]:
    """The figures that were typed over on `Tổng hợp`; corrected ones are told anyway."""
    # Where lines of `Dữ liệu` could not be used, a cell that differs from them tells nothing.
    if merged.findings:
        return
    corrected = {(row.unit.casefold(), row.code) for row in rows}
    for each in merged.divergences:
        if (each.unit.casefold(), each.code) not in corrected:
            yield each.finding(merged.file)
