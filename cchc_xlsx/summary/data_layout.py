"""Where every figure stands on `Dữ liệu`: by row of the form, then by unit, then by period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.consolidate import Consolidation, Line
from cchc_xlsx.layout import quoted
from cchc_xlsx.merged_layout import DATA_SHEET
from cchc_xlsx.summary.plain_table import HEADING_ROW

FIRST_COLUMN, FIGURE_COLUMN, LAST_COLUMN = "A", "F", "K"


@dataclass(frozen=True)
class DataLayout:
    """The lines of `Dữ liệu` in their order, and their addresses."""

    merged: Consolidation

    @cached_property
    def lines(self) -> list[Line]:
        """One line a figure."""
        order = {code: at for at, code in enumerate(self.merged.form.by_code)}
        return sorted(self.merged.lines(), key=lambda line: order[line.code])

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str, str], int]:
        first = HEADING_ROW + 1
        return {
            (line.unit, line.period, line.code): at for at, line in enumerate(self.lines, first)
        }

    @cached_property
    def _rows_of(self) -> Mapping[str, tuple[int, int]]:
        """The first and the last line of each row of the form."""
        spans: dict[str, tuple[int, int]] = {}
        for (_, _, code), row in self._rows.items():
            first, _ = spans.get(code, (row, row))
            spans[code] = (first, row)
        return spans

    def target(self, code: str) -> str | None:
        """All lines of a row of the form, as a link writes them; None where there are none."""
        if code not in self._rows_of:
            return None
        first, last = self._rows_of[code]
        return f"{quoted(DATA_SHEET)}!{FIRST_COLUMN}{first}:{LAST_COLUMN}{last}"

    def figure(self, unit: str, period: str, code: str) -> str:
        """The cell of a figure, as formulas on other sheets write it; empty where it is blank."""
        row = self._rows.get((unit, period, code))
        return f"{quoted(DATA_SHEET)}!${FIGURE_COLUMN}${row}" if row else ""
