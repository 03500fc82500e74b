"""The sheet `Tổng hợp`: form, period, the names of units, and figures that were typed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.figures import is_same
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Period
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.merged_layout import DATA_SHEET, LABEL, ROW_CODE
from cchc_xlsx.reader.listing import LAST_HEADING_ROW, Listing, listing
from cchc_xlsx.reading_rules import TYPED_OVER
from cchc_xlsx.submission import Submission, in_words
from cchc_xlsx.vietnamese import clean
from cchc_xlsx.workbook import SheetCells
from cchc_xlsx.workbook.cells import Cell, CellKind
from cchc_xlsx.year import year_of


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """A unit's figure that `Tổng hợp` shows otherwise than `Dữ liệu`: somebody typed over it.

    `figure` is what `Dữ liệu` holds. `shown` is what stands on `Tổng hợp` at `cell`: a number,
    None for a blank, or the text of anything else, a formula with its ``=``.
    """

    unit: str
    code: str
    figure: float | None
    shown: float | str | None
    cell: str

    def finding(self, file: str) -> Finding:
        """What is said of it."""
        typed = f"«{self.shown}»" if isinstance(self.shown, str) else in_words(self.shown)
        return TYPED_OVER.finding(
            f"{self.unit} {self.code} ở trang Tổng hợp bị sửa thẳng thành {typed}, số liệu là "
            f"{in_words(self.figure)}; số sửa thẳng không được dùng.",
            "Muốn điều chỉnh thì ghi một dòng ở trang Điều chỉnh, có lý do, người điều chỉnh.",
            codes=[self.code],
            cells=[self.cell],
            file=file,
            unit=self.unit,
        )


@dataclass(frozen=True)
class Totals:
    """The sheet `Tổng hợp` of a consolidated workbook."""

    form: Form
    sheet: SheetCells

    @property
    def tag(self) -> str:
        """The tag of the form, ``<id>/<version>``."""
        return clean(self.sheet.text(1, "A")).removeprefix(f"{MERGED_TAG}/")

    @property
    def period(self) -> Period | None:
        """The period or the year that the title names; None where the title is lost."""
        titles = [clean(text) for row, text in self.sheet.column("A") if row <= LAST_HEADING_ROW]
        named = [period for text in titles for period in self.form.periods_named(text)]
        years = (year_of(self.form, year) for year in {period.year for period in named})
        return next((period for period in (*named, *years) if period.title in titles), None)

    def name(self, unit: str) -> str:
        """The name above the code of a unit; empty where it is lost."""
        if self._table is None or unit not in self._unit_columns:
            return ""
        return clean(self.sheet.text(self._table.heading_row, self._unit_columns[unit]))

    def divergences(self, submissions: Iterable[Submission]) -> Iterator[Divergence]:
        """Where it shows other figures of these submissions than they hold, row by row."""
        shown = [each for each in submissions if each.unit_code in self._unit_columns]
        for row in self._table.rows if self._table else ():
            assert self._table
            indicator = self.form.by_code.get(self._table.text(row, ROW_CODE))
            if indicator and indicator.is_input:
                compared = (self._divergence(row, indicator.code, each) for each in shown)
                yield from (each for each in compared if each)

    def _divergence(self, row: int, code: str, submission: Submission) -> Divergence | None:
        column = self._unit_columns[submission.unit_code]
        figure = submission.fill.values.get(code)
        shown = _content(self.sheet.cells.get((row, column)))
        if is_same(figure, shown) or (submission.sources and _is_over_data(shown)):
            return None
        return Divergence(
            unit=submission.unit_code,
            code=code,
            figure=figure,
            shown=shown,
            cell=self.sheet.address(row, column),
        )

    @cached_property
    def _table(self) -> Listing | None:
        """The table of totals; None where the units do not stand beside the rows."""
        return listing(self.sheet, (ROW_CODE, LABEL))

    @cached_property
    def _unit_columns(self) -> Mapping[str, str]:
        """The column of each unit, by the code under its name."""
        if self._table is None:
            return {}
        second = self._table.heading_row + 1
        return {clean(self.sheet.text(second, each)): each for each in self.sheet.columns}


def _is_over_data(shown: float | str | None) -> bool:
    """Whether it is a formula over the figures of periods, as the workbook of a year has."""
    return isinstance(shown, str) and shown.startswith("=") and DATA_SHEET in shown


def _content(cell: Cell | None) -> float | str | None:
    """A number, the text of anything else, or None for a blank."""
    if cell is None:
        return None
    return cell.number if cell.kind is CellKind.NUMBER else cell.text
