"""Where every figure stands on `Dữ liệu`: by row of the form, then by unit, then by period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

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
    def by_code(self) -> Mapping[str, list[Line]]:
        """The lines of each row of the form, one a figure."""
        return {code: list(self.merged.lines_of(code)) for code in self.merged.form.by_code}

    @cached_property
    def _rows_of(self) -> Mapping[str, range]:
        """Where the lines of each row of the form stand."""
        ends = accumulate(map(len, self.by_code.values()), initial=HEADING_ROW + 1)
        return {code: range(*span) for code, span in zip(self.by_code, pairwise(ends), strict=True)}

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str, str], int]:
        return {
            (line.unit, line.period, code): row
            for code, lines in self.by_code.items()
            for row, line in zip(self._rows_of[code], lines, strict=True)
        }

    def target(self, code: str) -> str | None:
        """All lines of a row of the form, as a link writes them; None where there are none."""
        rows = self._rows_of[code]
        if not rows:
            return None
        return f"{quoted(DATA_SHEET)}!{FIRST_COLUMN}{rows[0]}:{LAST_COLUMN}{rows[-1]}"

    def figure(self, unit: str, period: str, code: str) -> str:
        """The cell of a figure, as formulas on other sheets write it; empty where it is blank."""
        row = self._rows.get((unit, period, code))
        return f"{quoted(DATA_SHEET)}!${FIGURE_COLUMN}${row}" if row else ""
