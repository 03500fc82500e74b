"""Tables on sheets that people may have rearranged, found by their headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.vietnamese import clean, fold
from cchc_xlsx.workbook import SheetCells
from cchc_xlsx.workbook.cells import Cell

LAST_HEADING_ROW = 20
"""Headings are looked for down to this row."""


@dataclass(frozen=True)
class Listing:
    """A table on a sheet: `columns` has the letters of each heading."""

    sheet: SheetCells
    heading_row: int
    columns: Mapping[str, str]

    @cached_property
    def rows(self) -> list[int]:
        """The rows below the headings that hold anything."""
        return sorted({row for row, _ in self.sheet.cells if row > self.heading_row})

    def cell(self, row: int, heading: str) -> Cell | None:
        """The cell of a row under a heading; None when it is blank, or there is no such column."""
        return self.sheet.cells.get((row, self.columns.get(heading, "")))

    def text(self, row: int, heading: str) -> str:
        """Its text."""
        return clean(self.sheet.text(row, self.columns.get(heading, "")))

    def address(self, row: int, heading: str) -> str:
        """Its address as findings name it."""
        return self.sheet.address(row, self.columns[heading])


def listing(sheet: SheetCells, needed: Sequence[str], others: Sequence[str] = ()) -> Listing | None:
    """The first table on a sheet that has the needed headings; None when there is none.

    Headings may stand in any order, among any others, and be typed without accents or capitals.
    """
    known = {fold(heading): heading for heading in (*needed, *others)}
    for row in range(1, LAST_HEADING_ROW + 1):
        columns: dict[str, str] = {}
        for letters in sheet.columns:
            if heading := known.get(fold(sheet.text(row, letters))):
                columns.setdefault(heading, letters)
        if columns.keys() >= set(needed):
            return Listing(sheet, row, columns)
    return None


def first_listing(
    sheets: Iterable[SheetCells],
    usual_name: str,
    needed: Sequence[str],
    others: Sequence[str] = (),
) -> Listing | None:
    """The same on the sheet of the usual name, else wherever it stands."""
    in_order = sorted(sheets, key=lambda each: each.name != usual_name)
    found = (listing(sheet, needed, others) for sheet in in_order)
    return next((each for each in found if each), None)


def find_totals(sheets: Iterable[SheetCells]) -> SheetCells | None:
    """The sheet `Tổng hợp`, by its tag; None in a workbook that is no consolidated one."""
    return next((sheet for sheet in sheets if sheet.text(1, "A").startswith(MERGED_TAG)), None)
