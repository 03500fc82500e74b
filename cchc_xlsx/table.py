"""The appendix table inside a workbook, found by its content and read by its codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.cells import Cell, CellKind, SheetCells
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator
from cchc_xlsx.layout import (
    APPENDIX_HEADINGS,
    CODE,
    LABEL,
    NOTE,
    STATE,
    STATUS,
    STT,
    UNIT,
    VALUE,
    AppendixCells,
    suggestion_formula,
)
from cchc_xlsx.reading_rules import CHANGED_ROWS, STRAY_DATA
from cchc_xlsx.typed_formula import same_formula
from cchc_xlsx.vietnamese import clean, fold


@dataclass(frozen=True)
class AppendixTable:
    """The table: its sheet, and the rows that carry each code (one, if nobody changed them)."""

    form: Form
    sheet: SheetCells
    rows_of: Mapping[str, tuple[int, ...]]
    columns: Mapping[str, str]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each code that was found."""
        return {code: self._filled_row(rows) for code, rows in self.rows_of.items() if rows}

    def _filled_row(self, rows: Sequence[int]) -> int:
        """The first of the rows that has a figure, or else the first."""
        return next((row for row in rows if self._value(row)), rows[0])

    def _value(self, row: int) -> Cell | None:
        return self.sheet.cells.get((row, self.value_column))

    @property
    def value_column(self) -> str:
        """The column of figures."""
        return self.columns[VALUE]

    @property
    def codes_by_row(self) -> Mapping[int, str]:
        """The code of an input by its row."""
        return {self.rows[code]: code for code in self.input_codes}

    @cached_property
    def input_codes(self) -> tuple[str, ...]:
        """The codes that take a value and have a row, in the order of the form."""
        return tuple(row.code for row in self.form.inputs if row.code in self.rows)

    @cached_property
    def conflicting(self) -> Collection[str]:
        """The codes that stand in several rows with different contents: neither is believed."""
        return {
            code
            for code, rows in self.rows_of.items()
            if len({cell.text for row in rows if (cell := self._value(row))}) > 1
        }

    def entry(self, code: str) -> Cell | None:
        """The input cell of a code; None when it is blank or its row is gone."""
        return self._value(self.rows[code]) if code in self.rows else None

    def text(self, code: str) -> str:
        """The content of the input cell as text."""
        cell = self.entry(code)
        return cell.text if cell else ""

    def address(self, code: str) -> str:
        """The input cell as findings name it: ``Phụ lục!E14``; the sheet's own name is used."""
        return f"{self.sheet.name}!{self.value_column}{self.rows[code]}"

    def is_suggestion(self, indicator: Indicator, formula: str) -> bool:
        """Whether a formula is the one that the template put there, at the rows of this file."""
        return same_formula(formula, suggestion_formula(indicator, AppendixCells(self)))

    def row(self, code: str) -> int:
        """The row of a code; 0, which no cell has, when it is gone."""
        return self.rows.get(code, 0)

    def notes(self) -> dict[str, str]:
        """The notes by code, for headings too."""
        column = self.columns[NOTE]
        notes = {code: clean(self.sheet.text(row, column)) for code, row in self.rows.items()}
        return {code: note for code, note in notes.items() if note}

    def findings(self) -> Iterator[Finding]:
        """What was done to the rows: some are missing, some stand there twice."""
        missing = [row for row in self.form.inputs if row.code not in self.rows]
        if missing:
            yield CHANGED_ROWS.finding(
                f"Mất {len(missing)} dòng của biểu mẫu: "
                + "; ".join(f"{row.code} {row.label}" for row in missing),
                "Dùng lại tệp gốc, không xóa dòng; nhập lại số liệu của các dòng này.",
                codes=[row.code for row in missing],
            )
        for code, rows in self.rows_of.items():
            if len(rows) > 1:
                yield CHANGED_ROWS.finding(
                    f"Chỉ tiêu «{self.form.by_code[code].label}» có {len(rows)} dòng"
                    + ("; số liệu khác nhau nên không dùng." if code in self.conflicting else "."),
                    "Xóa dòng thừa, giữ lại một dòng với số liệu đúng.",
                    codes=[code],
                    cells=[f"{self.sheet.name}!{self.value_column}{row}" for row in rows],
                )


def find_table(sheets: Sequence[SheetCells], form: Form) -> AppendixTable | None:
    """The sheet with the most codes of the form in one column, or None when no sheet has any."""
    best: AppendixTable | None = None
    most = 0
    for sheet in sheets:
        rows_of = _rows_of(sheet, form)
        if len(rows_of) > most:
            most = len(rows_of)
            best = AppendixTable(form, sheet, rows_of, _columns(sheet, min(min(rows_of.values()))))
    return best


def _rows_of(sheet: SheetCells, form: Form) -> dict[str, tuple[int, ...]]:
    rows_of: dict[str, list[int]] = {}
    for row, text in sheet.column(CODE):
        if text in form.by_code:
            rows_of.setdefault(text, []).append(row)
    return {code: tuple(rows_of[code]) for code in form.by_code if code in rows_of}


def _columns(sheet: SheetCells, first_row: int) -> dict[str, str]:
    """Where the columns stand now, found by their headings; the layout's own if one is gone."""
    headings = {fold(heading): column for column, heading in APPENDIX_HEADINGS.items()}
    columns = {column: column for column in APPENDIX_HEADINGS}
    for (row, column), cell in sheet.cells.items():
        meant = headings.get(fold(cell.text)) if row < first_row else None
        if meant:
            columns[meant] = column
    return columns


def stray_findings(sheets: Sequence[SheetCells], table: AppendixTable) -> Iterator[Finding]:
    """Everything typed in or below the table where no input is: named, so that nothing is lost."""
    stray = [
        (f"{table.sheet.name}!{column}{row}", cell.text)
        for (row, column), cell in sorted(table.sheet.cells.items())
        if _is_stray(table, row, column, cell)
    ]
    if stray:
        yield STRAY_DATA.finding(
            "Có dữ liệu ngoài các ô để nhập, không được tổng hợp: "
            + "; ".join(f"{address} «{clean(text)[:60]}»" for address, text in stray),
            "Chuyển vào đúng ô số liệu hoặc ô Ghi chú, hoặc xóa đi.",
            cells=[address for address, _ in stray],
        )


def _is_stray(table: AppendixTable, row: int, column: str, cell: Cell) -> bool:
    if row < min(table.rows.values()):
        return False
    code = next((code for code, rows in table.rows_of.items() if row in rows), None)
    own = {table.columns[each] for each in (CODE, STT, LABEL, UNIT, NOTE, STATUS, STATE)}
    if code is None:
        return cell.kind is not CellKind.FORMULA
    if column == table.value_column:
        return not table.form.by_code[code].is_input
    return column not in own
