"""Bytes of a workbook → its cells, whatever program saved it and in whatever format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cchc_xlsx.workbook.cells import MOST_CELLS, SheetCells
from cchc_xlsx.workbook.kind import ZIP_MAGIC, FileKind, kind_in, kind_of
from cchc_xlsx.workbook.package import LARGEST_FILE, NotAWorkbook, Package

__all__ = [
    "FileKind",
    "NotAWorkbook",
    "SheetCells",
    "Workbook",
    "kind_of",
    "open_xlsx",
    "read_workbook",
]


@dataclass(frozen=True)
class Workbook:
    """The sheets of a workbook in their order, what kind of file it is, and when it was saved."""

    kind: FileKind
    sheets: tuple[SheetCells, ...]
    modified: datetime | None = None


def open_xlsx(data: bytes) -> Package | None:
    """The archive of an ``.xlsx`` workbook; None for bytes that are none, or a broken one."""
    if not data.startswith(ZIP_MAGIC):
        return None
    try:
        package = Package.open(data)
    except NotAWorkbook:
        return None
    return package if kind_in(package.archive) is FileKind.XLSX else None


def read_workbook(
    data: bytes, most_cells: int = MOST_CELLS, package: Package | None = None
) -> Workbook:
    """Read a workbook. Formulas keep their text, not a result, where the format has their text.

    `most_cells` is how many filled cells an ``.xlsx`` may have; other formats keep the usual bound.
    `package` is the archive of an ``.xlsx`` where it is open already.
    Raises `NotAWorkbook` for whatever is no workbook, has a password, or is out of bounds.
    """
    if len(data) > LARGEST_FILE:
        raise NotAWorkbook(f"tệp lớn hơn {LARGEST_FILE // 2**20} MB")
    if package:
        return _xlsx(package, FileKind.XLSX, most_cells)
    kind = kind_of(data)
    if kind is FileKind.ENCRYPTED:
        from cchc_xlsx.workbook.encrypted import decrypted

        data = decrypted(data)
        kind = kind_of(data)
    if kind in (FileKind.XLSX, FileKind.XLSM):
        return _xlsx(Package.open(data), kind, most_cells)
    if kind not in _READERS:
        raise NotAWorkbook("không phải là tệp Excel (.xlsx), hoặc tệp bị hỏng")
    return _READERS[kind](data, kind)


def _xlsx(package: Package, kind: FileKind, most_cells: int) -> Workbook:
    from cchc_xlsx.workbook.xlsx import read_modified, read_sheets

    return Workbook(kind, tuple(read_sheets(package, most_cells)), read_modified(package))


def _ods(data: bytes, kind: FileKind) -> Workbook:
    from cchc_xlsx.workbook.ods import read_ods

    return read_ods(data, kind)


def _xlsb(data: bytes, kind: FileKind) -> Workbook:
    from cchc_xlsx.workbook.xlsb import read_xlsb

    return read_xlsb(data, kind)


def _xls(data: bytes, kind: FileKind) -> Workbook:
    from cchc_xlsx.workbook.xls import read_xls

    return read_xls(data, kind)


_READERS: Mapping[FileKind, Callable[[bytes, FileKind], Workbook]] = {
    FileKind.XLSB: _xlsb,
    FileKind.XLS: _xls,
    FileKind.ODS: _ods,
}
