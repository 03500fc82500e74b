"""The appendix table inside a workbook, found by its content and read by its codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator
from cchc_xlsx.layout import (
    APPENDIX_HEADINGS,
    CODE,
    LABEL,
    NOTE,
    UNIT,
    VALUE,
    AppendixCells,
    suggestion_formula,
)
from cchc_xlsx.reader.typed_formula import same_formula
from cchc_xlsx.reading_rules import CHANGED_ROWS, CHANGED_TEXTS, MERGED_CELLS, Rejected
from cchc_xlsx.vietnamese import clean, clean_lines, fold
from cchc_xlsx.workbook.cells import Block, Cell, SheetCells


@dataclass(frozen=True)
class AppendixTable:
    """The table: its sheet, its rows and its columns.

    `rows_of` has the rows that carry each code (one, if nobody changed them), `columns` the column
    that stands now for each column of a new workbook, but for those that are gone.
    """

    form: Form
    sheet: SheetCells
    rows_of: Mapping[str, tuple[int, ...]]
    columns: Mapping[str, str]

    # --- places: `layout.Places` over this file ---------------------------------------------

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The row of each code that was found: of several the first with a figure."""
        return {
            code: next((row for row in rows if self._value(row)), rows[0])
            for code, rows in self.rows_of.items()
        }

    def row(self, code: str) -> int:
        """The row of a code; 0, which no cell has, when it is gone."""
        return self.rows.get(code, 0)

    def column(self, letter: str) -> str:
        """The column that a new workbook has at this letter."""
        return self.columns.get(letter, "")

    @cached_property
    def first_row(self) -> int:
        """The first row of the table; headings stand above it."""
        return min(min(rows) for rows in self.rows_of.values())

    @cached_property
    def code_at(self) -> Mapping[int, str]:
        """The code of every row that carries one."""
        return {row: code for code, rows in self.rows_of.items() for row in rows}

    def address(self, code: str) -> str:
        """The input cell as findings name it: ``Phụ lục!E14``; the sheet's own name is used."""
        return self.sheet.address(self.rows[code], self.column(VALUE))

    # --- what stands in it ------------------------------------------------------------------

    def _value(self, row: int) -> Cell | None:
        return self.sheet.cells.get((row, self.column(VALUE)))

    def entry(self, code: str) -> Cell | None:
        """The input cell of a code; None when it is blank or its row is gone."""
        return self._value(self.row(code))

    def text(self, code: str) -> str:
        """The content of the input cell as text."""
        cell = self.entry(code)
        return cell.text if cell else ""

    @cached_property
    def entered(self) -> Mapping[str, str]:
        """The content of every filled input cell, by code."""
        return {
            indicator.code: text
            for indicator in self.form.inputs
            if (text := self.text(indicator.code))
        }

    @cached_property
    def input_codes(self) -> tuple[str, ...]:
        """The codes that take a value and have a row, in the order of the form."""
        return tuple(each.code for each in self.form.inputs if each.code in self.rows)

    @cached_property
    def conflicting(self) -> Set[str]:
        """The codes that stand in several rows with different contents: neither is believed."""
        return {
            code
            for code, rows in self.rows_of.items()
            if len({cell.text for row in rows if (cell := self._value(row))}) > 1
        }

    def is_suggestion(self, indicator: Indicator, formula: str) -> bool:
        """Whether a formula is the one that the template put there, at the rows of this file."""
        return same_formula(formula, suggestion_formula(indicator, AppendixCells(self)))

    def notes(self) -> dict[str, str]:
        """The notes by code, for headings too; those of doubled rows are joined by lines."""
        column = self.column(NOTE)
        notes = {
            code: dict.fromkeys(clean_lines(self.sheet.text(row, column)) for row in rows)
            for code, rows in self.rows_of.items()
        }
        joined = {code: "\n".join(note for note in each if note) for code, each in notes.items()}
        return {code: note for code, note in joined.items() if note}

    # --- what was done to it ----------------------------------------------------------------

    def findings(self) -> Iterator[Finding]:
        """What was done to the rows: some missing, some doubled, some with edited texts."""
        missing = [each for each in self.form.inputs if each.code not in self.rows]
        if missing:
            yield CHANGED_ROWS.finding(
                f"Mất {len(missing)} dòng của biểu mẫu: "
                + "; ".join(f"{each.code} {each.label}" for each in missing),
                "Dùng lại tệp gốc, không xóa dòng; nhập lại số liệu của các dòng này.",
                codes=[each.code for each in missing],
            )
        yield from self._doubled()
        yield from self._exchanged()
        yield from self._edited()
        yield from self._merged()

    def _doubled(self) -> Iterator[Finding]:
        for code, rows in self.rows_of.items():
            if len(rows) > 1:
                yield CHANGED_ROWS.finding(
                    f"Chỉ tiêu «{self.form.by_code[code].label}» có {len(rows)} dòng"
                    + ("; số liệu khác nhau nên không dùng." if code in self.conflicting else "."),
                    "Xóa dòng thừa, giữ lại một dòng với số liệu đúng.",
                    codes=[code],
                    cells=[self.sheet.address(row, self.column(VALUE)) for row in rows],
                )

    def _exchanged(self) -> Iterator[Finding]:
        """Rows out of the form's order, or under the label of another: figures may be exchanged."""
        order = sorted(self.rows, key=lambda code: self.rows[code])
        expected = [code for code in self.form.by_code if code in self.rows]
        moved = [code for code, meant in zip(order, expected, strict=True) if code != meant]
        if moved:
            yield CHANGED_ROWS.finding(
                f"Thứ tự các dòng đã đổi ở {len(moved)} dòng; số liệu của các dòng có thể đã đổi "
                "chỗ cho nhau.",
                "So từng dòng này với biểu mẫu gốc; tốt nhất là nhập lại vào tệp gốc.",
                codes=moved,
                cells=[self.address(code) for code in moved],
            )

    def _merged(self) -> Iterator[Finding]:
        """Input cells that were merged: what one of them holds may be invisible."""
        blocks = [Block.parse(merged) for merged in self.sheet.merged]
        hit = [
            code
            for code in self.input_codes
            if any(block.holds(self.rows[code], self.column(VALUE)) for block in blocks)
        ]
        if hit:
            yield MERGED_CELLS.finding(
                "Ô số liệu bị gộp với ô khác: "
                + "; ".join(f"«{self.form.by_code[code].label}»" for code in hit),
                "Bỏ gộp ô (Unmerge Cells), kiểm tra lại số liệu của từng ô.",
                codes=hit,
                cells=[self.address(code) for code in hit],
            )

    def _edited(self) -> Iterator[Finding]:
        """The labels and units that no longer are the form's; what is printed is the form's."""
        edited = [
            (code, self.sheet.address(row, self.column(letter)), clean(text))
            for code, row in self.rows.items()
            for letter, meant in self._printed(code)
            if letter in self.columns
            and _letters(text := self.sheet.text(row, self.column(letter))) != _letters(meant)
        ]
        if edited:
            yield CHANGED_TEXTS.finding(
                "Chữ in sẵn của biểu mẫu đã bị sửa: "
                + "; ".join(f"{address} «{text}»" for _, address, text in edited),
                "Khi tổng hợp vẫn dùng nhãn của biểu mẫu. Kiểm tra lại số liệu của các dòng này.",
                codes=[code for code, _, _ in edited],
                cells=[address for _, address, _ in edited],
            )

    def _printed(self, code: str) -> Iterator[tuple[str, str]]:
        indicator = self.form.by_code[code]
        yield LABEL, indicator.label
        yield UNIT, indicator.printed_unit


def _letters(text: str) -> str:
    """A label without what typing and line breaks change: accents, spaces, punctuation."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


# --- finding it -----------------------------------------------------------------------------


def find_table(sheets: Sequence[SheetCells], form: Form) -> AppendixTable | None:
    """The appendix: the sheet with the most codes of the form in one column; None if there is none.

    Raises `Rejected` when a second appendix with other figures stands in the workbook, or when the
    codes or the column of figures are gone.
    """
    found = [table for sheet in sheets if (table := _table_in(sheet, form))]
    if not found:
        return None
    best = max(found, key=lambda table: len(table.rows_of))
    for other in found:
        if other is not best and len(other.rows_of) * 2 > len(best.rows_of):
            _refuse_contradiction(best, other)
    _refuse_lost_columns(best)
    return best


def _refuse_lost_columns(table: AppendixTable) -> None:
    """Without most of the codes, or without the column of figures, nothing can be told."""
    if len(table.input_codes) * 2 < len(table.form.inputs):
        raise Rejected(
            CHANGED_ROWS.finding(
                "Mất cột Mã (cột A ẩn) của trang Phụ lục, không biết số liệu thuộc dòng nào.",
                "Nhập lại vào tệp gốc; không xóa, không chép riêng phần bảng nhìn thấy.",
            )
        )
    if VALUE not in table.columns:
        raise Rejected(
            CHANGED_ROWS.finding(
                f"Mất cột «{APPENDIX_HEADINGS[VALUE]}» của trang Phụ lục.",
                "Nhập lại vào tệp gốc, giữ nguyên các cột.",
            )
        )


def _refuse_contradiction(best: AppendixTable, other: AppendixTable) -> None:
    differing = [
        code for code in best.input_codes if best.entered.get(code) != other.entered.get(code)
    ]
    if differing:
        raise Rejected(
            CHANGED_ROWS.finding(
                f"Tệp có hai bảng Phụ lục với số liệu khác nhau, ở trang «{best.sheet.name}» và "
                f"trang «{other.sheet.name}» (khác ở {len(differing)} chỉ tiêu).",
                "Giữ lại một trang Phụ lục với số liệu đúng, xóa trang kia rồi gửi lại.",
                codes=differing,
                cells=[best.address(code) for code in differing],
            )
        )


def _table_in(sheet: SheetCells, form: Form) -> AppendixTable | None:
    by_column = {column: _rows_of(sheet, column, form) for column in sheet.columns}
    column = max(by_column, key=lambda each: len(by_column[each]), default="")
    if not column or not by_column[column]:
        return None
    rows_of = by_column[column]
    first_row = min(min(rows) for rows in rows_of.values())
    columns = _columns(sheet, first_row) | {CODE: column}
    return AppendixTable(form, sheet, rows_of, columns)


def _rows_of(sheet: SheetCells, column: str, form: Form) -> dict[str, tuple[int, ...]]:
    rows_of: dict[str, list[int]] = {}
    for row, text in sheet.column(column):
        if (code := clean(text)) in form.by_code:
            rows_of.setdefault(code, []).append(row)
    return {code: tuple(rows_of[code]) for code in form.by_code if code in rows_of}


def _columns(sheet: SheetCells, first_row: int) -> dict[str, str]:
    """Where the columns stand now, by their headings; a heading that is gone is left out.

    A heading that stands there twice counts where a new workbook has it; the copy is stray data.
    """
    headings = {fold(heading): letter for letter, heading in APPENDIX_HEADINGS.items()}
    found: dict[str, list[str]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        meant = headings.get(fold(cell.text)) if row < first_row else None
        if meant:
            found.setdefault(meant, []).append(column)
    return {letter: letter if letter in at else at[0] for letter, at in found.items()}
