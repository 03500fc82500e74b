"""Reporting units, and the roster that lists those expected to report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc_xlsx.errors import RosterError, system_reason
from cchc_xlsx.vietnamese import clean, fold
from cchc_xlsx.workbook import NotAWorkbook, read_workbook


@dataclass(frozen=True)
class ReportingUnit:
    """An office that reports: its identification code (QĐ 20/2020/QĐ-TTg) and its name.

    `parent` is the code of the office it reports through, `email` where its workbook goes.
    """

    code: str
    name: str
    parent: str = ""
    email: str = ""

    @property
    def in_words(self) -> str:
        """Name and code, for there may be two of one name."""
        return f"{self.name} ({self.code})"


LONGEST_NAME = 500
"""Characters of the name of a unit: names stand in headings and findings."""

_HEADINGS = {
    "code": ("ma", "ma dinh danh", "ma co quan", "ma don vi", "ma dinh danh co quan", "code"),
    "name": ("ten", "ten co quan", "ten don vi", "ten co quan, don vi", "co quan", "name"),
    "parent": ("ma cap tren", "ma co quan cap tren", "cap tren", "parent"),
    "email": ("thu dien tu", "email", "e-mail"),
}

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Codes name files, so they hold nothing that a file name could not."""


def is_unit_code(text: str) -> bool:
    """Whether a text can be the code of a reporting unit."""
    return _CODE.fullmatch(text) is not None


def check_unit_code(code: str) -> str:
    """The code itself. Raises `RosterError` when it cannot name a file."""
    if not is_unit_code(code):
        raise RosterError(f"Mã cơ quan «{code}» chỉ được gồm chữ không dấu, số, dấu chấm, gạch.")
    return code


def load_roster(path: Path) -> tuple[ReportingUnit, ...]:
    """Read a roster from ``.xlsx`` or ``.csv``: a heading row, then one unit a row.

    The columns are code and name, and optionally the parent's code and an e-mail address, found
    by their headings. Raises `RosterError` when the file or a row of it cannot be used.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RosterError(f"{path}: không đọc được danh sách ({system_reason(error)}).") from error
    rows = [row for row in _rows(path, data) if any(cell for _, cell in row.items())]
    units = tuple(_unit(path, number, row) for number, row in enumerate(rows, start=1))
    if not units:
        raise RosterError(f"{path}: danh sách không có cơ quan nào.")
    _refuse_twice(path, units)
    return units


def _rows(path: Path, data: bytes) -> Iterator[dict[str, str]]:
    """The rows below the heading, by the meaning of their columns."""
    table = _table(path, data)
    for at, line in enumerate(table):
        columns = _columns(line)
        if {"code", "name"} <= columns.keys():
            for row in table[at + 1 :]:
                yield {key: row[where] for key, where in columns.items() if where < len(row)}
            return
    raise RosterError(f"{path}: không thấy dòng tiêu đề có cột «Mã định danh» và cột «Tên».")


def _columns(line: Sequence[str]) -> dict[str, int]:
    folded = [fold(cell) for cell in line]
    return {
        key: at
        for key, names in _HEADINGS.items()
        for at, cell in enumerate(folded)
        if cell in names
    }


def _table(path: Path, data: bytes) -> list[list[str]]:
    from cchc_xlsx.workbook.csv_table import read_csv

    try:
        sheet = read_csv(data) if path.suffix.lower() == ".csv" else read_workbook(data).sheets[0]
    except NotAWorkbook as error:
        raise RosterError(f"{path}: không đọc được danh sách: {error}.") from error
    last = max((row for row, _ in sheet.cells), default=0)
    return [
        [clean(sheet.text(row, column)) for column in sheet.columns] for row in range(1, last + 1)
    ]


def _unit(path: Path, number: int, row: dict[str, str]) -> ReportingUnit:
    if not row.get("code") or not row.get("name"):
        raise RosterError(f"{path}: cơ quan thứ {number} thiếu mã hoặc tên.")
    if len(row["name"]) > LONGEST_NAME:
        raise RosterError(f"{path}: tên cơ quan thứ {number} dài quá {LONGEST_NAME} ký tự.")
    try:
        code = check_unit_code(row["code"])
    except RosterError as error:
        raise RosterError(f"{path}: cơ quan thứ {number}: {error}") from error
    return ReportingUnit(code, row["name"], row.get("parent", ""), row.get("email", ""))


def _refuse_twice(path: Path, units: Sequence[ReportingUnit]) -> None:
    count = Counter(unit.code.casefold() for unit in units)
    twice = sorted({unit.code for unit in units if count[unit.code.casefold()] > 1})
    if twice:
        raise RosterError(f"{path}: mã cơ quan bị trùng: {', '.join(twice)}.")
