"""The appendix table inside a workbook, found by its content and read by its codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
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
from cchc_xlsx.reader.rows import (
    believed,
    code_column,
    is_enough,
    letters,
    rows_by_code,
    rows_by_text,
    text_columns,
)
from cchc_xlsx.reader.typed_formula import same_formula
from cchc_xlsx.reading_rules import (
    CHANGED_ROWS,
    CHANGED_TEXTS,
    FIGURE_IN_NOTE,
    FORMULA_IN_NOTE,
    KNOWN_BY_TEXT,
    MERGED_CELLS,
)
from cchc_xlsx.vietnamese import clean, clean_lines, fold, read_percent
from cchc_xlsx.workbook.cells import (
    Block,
    Cell,
    CellKind,
    Position,
    SheetCells,
    column_letters,
    column_number,
)


@dataclass(frozen=True)
class AppendixTable:
    """The table: its sheet, its rows and its columns.

    `rows_of` has the rows of each code (one, if nobody changed them), `columns` the column that
    stands now for each column of a new workbook, but for those that are gone. `by_text` are the
    codes whose rows are known by their texts only.
    """

    form: Form
    sheet: SheetCells
    rows_of: Mapping[str, tuple[int, ...]]
    columns: Mapping[str, str]
    by_text: tuple[str, ...] = ()

    def over(self, sheet: SheetCells) -> AppendixTable:
        """The table in another workbook whose sheet is the same but for the answers."""
        other = replace(self, sheet=sheet)
        # Where things stand is the same there, and need not be found again.
        for name in _PLACES:
            other.__dict__[name] = getattr(self, name)
        return other

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

    def place(self, code: str) -> str:
        """The same; the name of the sheet alone when the row is gone."""
        return self.address(code) if code in self.rows else self.sheet.name

    # --- what stands in it ------------------------------------------------------------------

    @cached_property
    def entries(self) -> Mapping[str, Cell]:
        """The filled input cells, by code."""
        cells, column = self.sheet.cells, self.column(VALUE)
        at = ((code, (self.rows[code], column)) for code in self.input_codes)
        return {code: cells[position] for code, position in at if position in cells}

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
    def input_codes(self) -> tuple[str, ...]:
        """The codes that take a value and have a row, in the order of the form."""
        return tuple(each.code for each in self.form.inputs if each.code in self.rows)

    @cached_property
    def cells(self) -> Mapping[str, str]:
        """The address of every input cell, by code."""
        return {code: self.address(code) for code in self.input_codes}

    @cached_property
    def conflicting(self) -> Set[str]:
        """The codes that stand in several rows with different contents: neither is believed."""
        return {
            code
            for code, rows in self.doubled.items()
            if len({cell.text for row in rows if (cell := self._value(row))}) > 1
        }

    @cached_property
    def _suggestions(self) -> Mapping[str, str]:
        """The formulas that the template puts there, at the rows of this file."""
        at = AppendixCells(self)
        return {row.code: suggestion_formula(row, at) for row in self.form.inputs if row.formula}

    def is_suggestion(self, code: str, formula: str) -> bool:
        """Whether a formula is the one that the template put there, at the rows of this file."""
        meant = self._suggestions.get(code, "")
        return formula == meant or (bool(meant) and same_formula(formula, meant))

    @cached_property
    def notes(self) -> Mapping[str, str]:
        """The notes by code, for headings too, line by line; those of doubled rows are joined."""
        cells, column = self.sheet.cells, self.column(NOTE)
        found: dict[str, list[str]] = {}
        for row, code in self.code_at.items():
            if (cell := cells.get((row, column))) and (text := clean_lines(cell.shown)):
                found.setdefault(code, []).append(text)
        return {code: "\n".join(dict.fromkeys(texts)) for code, texts in found.items()}

    def note(self, code: str) -> str:
        """The note of a code; empty when there is none."""
        return self.notes.get(code, "")

    @cached_property
    def note_cells(self) -> Mapping[str, str]:
        """The address of every note by code: ``Phụ lục!F14``."""
        return {code: self._note_address(code) for code in self.notes}

    # --- what was done to it ----------------------------------------------------------------

    def findings(self) -> Iterator[Finding]:
        """What was done to the rows: some missing, some doubled, some with edited texts."""
        yield from self._missing()
        yield from self._known_by_text()
        yield from self._doubled()
        yield from self._exchanged()
        yield from self._edited()
        yield from self._merged()
        yield from self._edited_heading()

    def note_findings(self) -> Iterator[Finding]:
        """What stands in the column of notes and is none."""
        yield from self._figures_in_notes()
        yield from self._formulas_in_notes()

    def _missing(self) -> Iterator[Finding]:
        missing = [each for each in self.form.inputs if each.code not in self.rows]
        if missing:
            yield CHANGED_ROWS.finding(
                f"Mất {len(missing)} dòng của biểu mẫu: "
                + "; ".join(f"{each.code} {each.label}" for each in missing),
                "Dùng lại tệp gốc, không xóa dòng; nhập lại số liệu của các dòng này.",
                codes=[each.code for each in missing],
            )

    def _known_by_text(self) -> Iterator[Finding]:
        codes = [code for code in self.by_text if self.form.by_code[code].is_input]
        if codes:
            yield KNOWN_BY_TEXT.finding(
                f"Mã (cột A ẩn) của {len(codes)} dòng đã mất hoặc không khớp với tên chỉ tiêu; đã "
                "nhận ra các dòng này theo STT, tên chỉ tiêu và thứ tự.",
                "Đối chiếu số liệu của các dòng này với tệp của đơn vị và xác nhận trước khi dùng.",
                codes=codes,
                cells=[self.address(code) for code in codes],
            )

    @cached_property
    def doubled(self) -> Mapping[str, tuple[int, ...]]:
        """The rows of the codes that stand in several."""
        return {code: rows for code, rows in self.rows_of.items() if len(rows) > 1}

    def _doubled(self) -> Iterator[Finding]:
        for code, rows in self.doubled.items():
            cells = [self.sheet.address(row, self.column(VALUE)) for row in rows]
            texts = [cell.text if (cell := self._value(row)) else "" for row in rows]
            listed = "; ".join(f"{cell} «{text}»" for cell, text in zip(cells, texts, strict=True))
            yield CHANGED_ROWS.finding(
                f"Chỉ tiêu «{self.form.by_code[code].title}» có {len(rows)} dòng: {listed}"
                + ("; số liệu khác nhau nên không dùng." if code in self.conflicting else "."),
                "Xóa dòng thừa, giữ lại một dòng với số liệu đúng.",
                codes=[code],
                cells=cells,
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
                + "; ".join(f"«{self.form.by_code[code].title}»" for code in hit),
                "Bỏ gộp ô (Unmerge Cells), kiểm tra lại số liệu của từng ô.",
                codes=hit,
                cells=[self.address(code) for code in hit],
            )

    def _figures_in_notes(self) -> Iterator[Finding]:
        """Rows without a figure whose note is nothing but a number."""
        hit = [
            code
            for code in self.notes
            if code in self.cells
            and code not in self.entries
            and _is_number(self.sheet.cells.get(self._note_at(code)))
        ]
        if hit:
            said = (f"{self._note_address(code)} «{self.note(code)}»" for code in hit)
            yield FIGURE_IN_NOTE.finding(
                f"Ô số liệu để trống, nhưng cột Ghi chú chỉ có một con số: {'; '.join(said)}.",
                "Nếu đó là số liệu thì chuyển sang cột số liệu cùng dòng.",
                codes=hit,
                cells=[self.address(code) for code in hit],
            )

    def _formulas_in_notes(self) -> Iterator[Finding]:
        """Notes that are worked out by the program that shows them: their words are not known."""
        odd = (CellKind.FORMULA, CellKind.ERROR)
        hit = [
            code
            for code in self.notes
            if (cell := self.sheet.cells.get(self._note_at(code))) and cell.kind in odd
        ]
        if hit:
            said = (f"{self._note_address(code)} «{self.note(code)}»" for code in hit)
            yield FORMULA_IN_NOTE.finding(
                f"Ghi chú là công thức hoặc giá trị lỗi: {'; '.join(said)}.",
                "Gõ thẳng nội dung ghi chú vào ô.",
                codes=hit,
                cells=[self._note_address(code) for code in hit],
            )

    def _edited_heading(self) -> Iterator[Finding]:
        """The heading of the figures: a changed one may have changed what all of them mean."""
        column = self.column(VALUE)
        texts = [text for row, text in self.sheet.column(column) if row < self.first_row]
        if column and texts and fold(APPENDIX_HEADINGS[VALUE]) not in map(fold, texts):
            said = "; ".join(f"«{clean(text)}»" for text in texts)
            yield CHANGED_TEXTS.finding(
                f"Tiêu đề của cột số liệu ({self.sheet.name}, cột {column}) đã sửa thành {said}; "
                f"biểu mẫu ghi «{APPENDIX_HEADINGS[VALUE]}».",
                "Kiểm tra xem số liệu có ghi theo đơn vị khác (nghìn, triệu) không.",
            )

    def _note_at(self, code: str) -> Position:
        return self.rows[code], self.column(NOTE)

    def _note_address(self, code: str) -> str:
        return self.sheet.address(*self._note_at(code))

    def _edited(self) -> Iterator[Finding]:
        """The labels and units that no longer are the form's; what is printed is the form's."""
        edited = [
            (code, self.sheet.address(row, self.column(letter)), clean(text))
            for code, row in self.rows.items()
            for letter, meant in self._printed(code)
            if letter in self.columns
            and letters(text := self.sheet.text(row, self.column(letter))) != letters(meant)
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


_PLACES = ("rows", "first_row", "code_at", "input_codes", "cells", "doubled", "_suggestions")
"""What of a table does not depend on its answers, where no row is doubled."""


def _is_number(cell: Cell | None) -> bool:
    if cell is None:
        return False
    return cell.kind is CellKind.NUMBER or read_percent(cell.text).value is not None


# --- finding it -----------------------------------------------------------------------------


def find_tables(sheets: Sequence[SheetCells], form: Form) -> list[AppendixTable]:
    """The appendices of a workbook, the one with the most rows first; usually there is one.

    Texts are looked at only where no sheet has codes.
    """
    by_code = (_coded_table(sheet, form) for sheet in sheets)
    found = [table for table in by_code if table]
    if not found:
        by_text = (_table(sheet, form, {}, "") for sheet in sheets)
        found = [table for table in by_text if table]
    return sorted(found, key=lambda table: len(table.rows_of), reverse=True)


def contradiction(best: AppendixTable, other: AppendixTable) -> Finding | None:
    """What two appendices of one workbook say differently: then neither can be believed."""
    differing = [code for code in best.input_codes if best.text(code) != other.text(code)]
    if not differing:
        return None
    each = (
        f"{best.address(code)} «{best.text(code)}» và {other.place(code)} «{other.text(code)}»"
        for code in differing
    )
    return CHANGED_ROWS.finding(
        f"Tệp có hai bảng Phụ lục với số liệu khác nhau ở {len(differing)} chỉ tiêu: "
        + "; ".join(each)
        + ".",
        "Giữ lại một trang Phụ lục với số liệu đúng, xóa trang kia rồi gửi lại.",
        codes=differing,
        cells=[best.address(code) for code in differing],
    )


def _coded_table(sheet: SheetCells, form: Form) -> AppendixTable | None:
    codes = code_column(sheet, form)
    if not codes:
        return None
    coded = rows_by_code(sheet, codes, form)
    labels = _by_heading(sheet, _first(coded)).get(LABEL) or text_columns(sheet, form).get(LABEL)
    return _table(sheet, form, believed(sheet, labels, form, coded) if labels else coded, codes)


def _first(rows_of: Mapping[str, tuple[int, ...]]) -> int:
    return min(min(rows) for rows in rows_of.values())


def _table(
    sheet: SheetCells, form: Form, coded: Mapping[str, tuple[int, ...]], codes: str
) -> AppendixTable | None:
    """The appendix in a sheet, the rows without a code found by their texts; None without enough.

    `coded` are the rows that carry a code in the column `codes`.
    """
    texts = text_columns(sheet, form) if len(coded) < len(form.indicators) else {}
    by_text = rows_by_text(sheet, texts, form, coded) if texts else {}
    if not is_enough(len(coded) + len(by_text), form):
        return None
    rows_of = {**coded, **{code: (row,) for code, row in by_text.items()}}
    columns = _columns(sheet, _first(rows_of), texts)
    in_order = {code: rows_of[code] for code in form.by_code if code in rows_of}
    return AppendixTable(form, sheet, in_order, columns | {CODE: codes}, tuple(by_text))


def _columns(sheet: SheetCells, first_row: int, texts: Mapping[str, str]) -> dict[str, str]:
    """Where the columns stand now; one that cannot be found is left out.

    Where headings are gone, `texts` has the columns known by what stands in them, and figures and
    notes stand to the right of those.
    """
    columns = {**texts, **_by_heading(sheet, first_row)}
    for left, letter in ((UNIT, VALUE), (VALUE, NOTE)):
        if letter not in columns and left in columns:
            beside = column_letters(column_number(columns[left]) + 1)
            if beside not in columns.values():
                columns[letter] = beside
    return columns


def _by_heading(sheet: SheetCells, first_row: int) -> dict[str, str]:
    """The columns by their headings, which stand above the first row of the table.

    A heading that stands there twice counts where a new workbook has it; the copy is stray data.
    """
    headings = {fold(heading): letter for letter, heading in APPENDIX_HEADINGS.items()}
    found: dict[str, list[str]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        meant = headings.get(fold(cell.text)) if row < first_row else None
        if meant:
            found.setdefault(meant, []).append(column)
    return {letter: letter if letter in at else at[0] for letter, at in found.items()}
