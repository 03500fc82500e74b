"""Where everything stands in the consolidated workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from xlsxwriter.utility import xl_col_to_name

from cchc_xlsx.form import Form
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import TOTALS_SHEET, UNITS_SHEET
from cchc_xlsx.message import excel_text

CODE, STT, LABEL, UNIT, METHOD, TOTAL, REPORTED = "ABCDEFG"

HEADINGS = {
    CODE: "Mã",
    STT: "STT",
    LABEL: "Chỉ tiêu thống kê",
    UNIT: "Đơn vị tính",
    METHOD: "Cách tổng hợp",
    TOTAL: "Tổng hợp",
    REPORTED: "Số đơn vị có số liệu",
}

HEADING_ROW = 6
FIRST_ROW = HEADING_ROW + 2

MOST_UNITS_ACROSS = 200
"""Above so many units each becomes a row on a sheet of its own: nobody scrolls further sideways,
and Excel ends at 16,384 columns."""


class UnitCells(Protocol):
    """Where the units' figures stand; `at` counts the units from 0."""

    @property
    def sheet(self) -> str:
        """The name of the sheet."""

    def cell(self, at: int, code: str) -> str:
        """The cell of a unit's figure on that sheet."""

    def span(self, code: str, first: int, last: int) -> str:
        """The cells of the units from `first` up to but not `last`, as `Tổng hợp` writes them."""

    def looked_up(self, code: str, first: int, last: int) -> str:
        """The same cells as formulas on any sheet write them; rows may have been sorted since."""

    def headings(self, count: int) -> tuple[str, str]:
        """The names and the codes of so many units, as formulas on any sheet write them."""


@dataclass(frozen=True)
class UnitsAcross:
    """A column for each unit, to the right of the totals."""

    rows: Mapping[str, int]
    first_column: int
    sheet: str = TOTALS_SHEET

    def column(self, at: int) -> str:
        """The column of a unit."""
        return xl_col_to_name(self.first_column + at)

    def cell(self, at: int, code: str) -> str:
        return f"{self.column(at)}{self.rows[code]}"

    def span(self, code: str, first: int, last: int) -> str:
        row = self.rows[code]
        return f"${self.column(first)}{row}:${self.column(last - 1)}{row}"

    def looked_up(self, code: str, first: int, last: int) -> str:
        cells = self._table(self.column(first), self.column(last - 1))
        return f"INDEX({cells},MATCH({excel_text(code)},{self._table(CODE, CODE)},0),0)"

    def _table(self, left: str, right: str) -> str:
        """Columns of the table, from its first row to its last."""
        rows = self.rows.values()
        return f"{quoted(self.sheet)}!${left}${min(rows)}:${right}${max(rows)}"

    def headings(self, count: int) -> tuple[str, str]:
        names, codes = (
            f"{quoted(self.sheet)}!${self.column(0)}${row}:${self.column(count - 1)}${row}"
            for row in (HEADING_ROW, HEADING_ROW + 1)
        )
        return names, codes


UNITS_CODE, UNITS_NAME = "A", "B"
FIRST_UNIT_ROW = 7


@dataclass(frozen=True)
class UnitsDown:
    """A row for each unit on a sheet of its own, a column for each row that takes a value."""

    columns: Mapping[str, str]
    sheet: str = UNITS_SHEET

    def row(self, at: int) -> int:
        """The row of a unit."""
        return FIRST_UNIT_ROW + at

    def cell(self, at: int, code: str) -> str:
        return f"{self.columns[code]}{self.row(at)}"

    def span(self, code: str, first: int, last: int) -> str:
        return self._span(self.columns[code], first, last)

    def looked_up(self, code: str, first: int, last: int) -> str:
        # Sorting moves whole rows, of which a total has all; to look up thousands takes too long.
        return self.span(code, first, last)

    def _span(self, column: str, first: int, last: int) -> str:
        return f"{quoted(self.sheet)}!${column}${self.row(first)}:${column}${self.row(last - 1)}"

    def headings(self, count: int) -> tuple[str, str]:
        return self._span(UNITS_NAME, 0, count), self._span(UNITS_CODE, 0, count)


@dataclass(frozen=True)
class TotalsLayout:
    """The rows and columns of `Tổng hợp`, and where the units' figures stand.

    To the right of the totals stand the last period, if there is one, the units, and two columns
    for each of the `groups`.
    """

    form: Form
    unit_codes: tuple[str, ...]
    groups: int = 0
    has_previous: bool = False

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {row.code: FIRST_ROW + at for at, row in enumerate(self.form.indicators)}

    def row(self, code: str) -> int:
        """The row of an indicator."""
        return self._rows[code]

    @property
    def last_row(self) -> int:
        """The last row of the table."""
        return FIRST_ROW + len(self.form.indicators) - 1

    # --- columns --------------------------------------------------------------------------------

    @property
    def previous(self) -> tuple[str, str] | None:
        """The columns of the last period's total and of the change since, if there are any."""
        first = len(HEADINGS)
        return (xl_col_to_name(first), xl_col_to_name(first + 1)) if self.has_previous else None

    @property
    def _first_unit_column(self) -> int:
        return len(HEADINGS) + 2 * self.has_previous

    @cached_property
    def across(self) -> UnitsAcross | None:
        """The units' columns; None where units stand below each other."""
        if len(self.unit_codes) > MOST_UNITS_ACROSS:
            return None
        return UnitsAcross(self._rows, self._first_unit_column)

    @cached_property
    def units(self) -> UnitCells:
        """Where the units' figures stand."""
        codes = [row.code for row in self.form.inputs]
        columns = {code: xl_col_to_name(2 + at) for at, code in enumerate(codes)}
        return self.across or UnitsDown(columns)

    @property
    def group_columns(self) -> list[tuple[str, str]]:
        """For each group the columns of its subtotal and of how many of its units reported."""
        first = self._first_group_column
        starts = range(first, first + 2 * self.groups, 2)
        return [(xl_col_to_name(at), xl_col_to_name(at + 1)) for at in starts]

    @property
    def _first_group_column(self) -> int:
        """Right of the units; room for one unit is kept even when there is none."""
        return self._first_unit_column + (max(len(self.unit_codes), 1) if self.across else 0)

    @property
    def last_column(self) -> str:
        """The last column of the table."""
        return xl_col_to_name(self._first_group_column + 2 * self.groups - 1)

    # --- addresses ------------------------------------------------------------------------------

    @cached_property
    def _at(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.unit_codes)}

    def cell(self, unit_code: str, code: str) -> str:
        """The cell of a unit's figure, on the sheet `units.sheet`."""
        return self.units.cell(self._at[unit_code], code)

    def target(self, unit_code: str, code: str) -> str:
        """The same as a link or a formula elsewhere writes it; of no known unit, the total."""
        if unit_code not in self._at:
            return f"{quoted(TOTALS_SHEET)}!{TOTAL}{self.row(code)}"
        if code not in self.form.by_code or not self.form.by_code[code].is_input:
            return f"{quoted(TOTALS_SHEET)}!{LABEL}{self.row(code)}"
        return f"{quoted(self.units.sheet)}!{self.cell(unit_code, code)}"

    def units_of(self, code: str, first: int = 0, last: int | None = None) -> str:
        """The cells of some units in a row, as a range; of no unit, one empty cell."""
        count = len(self.unit_codes) if last is None else last
        return self.units.span(code, first, max(count, first + 1))

    def looked_up(self, unit_code: str, code: str) -> str:
        """The cell of a unit's figure for formulas on other sheets, wherever its row is by now."""
        at = self._at[unit_code]
        return self.units.looked_up(code, at, at + 1)

    def others_of(self, code: str, first: int, last: int) -> str:
        """`units_of` for a formula in another row: sorted rows do not move together."""
        return self.units.looked_up(code, first, max(last, first + 1))

    @property
    def unit_names(self) -> str:
        """The names of the units, as a range that formulas look in."""
        return self.units.headings(max(len(self.unit_codes), 1))[0]

    @property
    def unit_code_cells(self) -> str:
        """The codes beside `unit_names`."""
        return self.units.headings(max(len(self.unit_codes), 1))[1]
