"""Where everything stands in the consolidated workbook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_col_to_name

from cchc_xlsx.form import Form
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import TOTALS_SHEET

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
FIRST_UNIT_COLUMN = len(HEADINGS)
"""Counted from 0, as XlsxWriter does."""


@dataclass(frozen=True)
class TotalsLayout:
    """The rows and columns of `Tổng hợp`."""

    form: Form
    unit_codes: tuple[str, ...]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {row.code: FIRST_ROW + at for at, row in enumerate(self.form.indicators)}

    @cached_property
    def _columns(self) -> dict[str, str]:
        return {
            code: xl_col_to_name(FIRST_UNIT_COLUMN + at) for at, code in enumerate(self.unit_codes)
        }

    def row(self, code: str) -> int:
        """The row of an indicator."""
        return self._rows[code]

    def column(self, unit_code: str) -> str:
        """The column of a unit."""
        return self._columns[unit_code]

    def cell(self, unit_code: str, code: str) -> str:
        """The cell of a unit's figure."""
        return f"{self.column(unit_code)}{self.row(code)}"

    @property
    def last_row(self) -> int:
        """The last row of the table."""
        return FIRST_ROW + len(self.form.indicators) - 1

    @property
    def last_column(self) -> str:
        """The column of the last unit; one column is kept even when there is none."""
        return xl_col_to_name(FIRST_UNIT_COLUMN + max(len(self.unit_codes), 1) - 1)

    def units_of(self, code: str) -> str:
        """The cells of all units in a row, as a range."""
        first, row = xl_col_to_name(FIRST_UNIT_COLUMN), self.row(code)
        return f"${first}{row}:${self.last_column}{row}"

    def target(self, unit_code: str, code: str) -> str:
        """The cell of a unit's figure, as a link writes it; a row alone when it has no column."""
        column = self._columns.get(unit_code, LABEL)
        return f"{quoted(TOTALS_SHEET)}!{column}{self.row(code)}"
