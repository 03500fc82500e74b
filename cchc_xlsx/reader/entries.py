"""All input cells of an appendix → its figures, formulas worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cchc_xlsx.expression import Expression, State
from cchc_xlsx.figures import Fill, with_formulas
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Indicator, Kind
from cchc_xlsx.layout import VALUE
from cchc_xlsx.reader.entry import read_entry
from cchc_xlsx.reader.table import AppendixTable
from cchc_xlsx.reader.typed_formula import parse_typed
from cchc_xlsx.reading_rules import FORMULA_REDONE, UNSAFE_CELL
from cchc_xlsx.vietnamese import number_to_type
from cchc_xlsx.workbook.cells import Cell, CellKind


@dataclass(frozen=True)
class Entries:
    """The figures of a table and what had to be said about its cells."""

    fill: Fill
    findings: tuple[Finding, ...]


def read_entries(table: AppendixTable) -> Entries:
    """Read every input cell that the table has a row for; the others stay blank."""
    suggestions, typed = _formulas(table)
    read = {
        code: read_entry(cell, table.form.by_code[code], table.cells[code])
        for code, cell in table.entries.items()
        if code not in suggestions and code not in typed
    }
    blank: dict[str, float | None] = dict.fromkeys(row.code for row in table.form.inputs)
    values = blank | {
        code: entry.value for code, entry in read.items() if code not in table.conflicting
    }
    unreadable = {code for code, entry in read.items() if entry.state is State.UNREADABLE}
    direct = Fill(values, frozenset(unreadable | table.conflicting))
    fill = with_formulas(table.form, direct, suggestions, typed)
    said = [finding for entry in read.values() for finding in entry.findings]
    return Entries(fill, (*said, *_formula_findings(table, fill, suggestions, typed)))


def _formulas(table: AppendixTable) -> tuple[dict[str, Expression], dict[str, Expression]]:
    """The formulas that the template suggested, and those that staff typed and we can redo."""
    suggestions: dict[str, Expression] = {}
    typed: dict[str, Expression] = {}
    for code, cell in table.entries.items():
        if cell.kind is not CellKind.FORMULA or code in table.conflicting:
            continue
        row = table.form.by_code[code]
        if row.formula and table.is_suggestion(code, cell.text):
            suggestions[row.code] = row.formula
        elif formula := parse_typed(_as_shown(cell, row), table.column(VALUE), table.code_at):
            typed[row.code] = formula
    return suggestions, typed


def _as_shown(cell: Cell, indicator: Indicator) -> str:
    """The formula; times 100 where a rate is shown with a % format: what is shown is meant."""
    is_rate = indicator.measure is not None and indicator.measure.kind is Kind.PERCENT
    if not (is_rate and cell.shown_as_percent):
        return cell.text
    return f"=100*({cell.text.removeprefix('=')})"


def _formula_findings(
    table: AppendixTable,
    fill: Fill,
    suggestions: Mapping[str, Expression],
    typed: Mapping[str, Expression],
) -> Iterator[Finding]:
    for code in (*typed, *suggestions):
        value = fill.values.get(code)
        if code in fill.unreadable:
            yield UNSAFE_CELL.finding(
                f"Ô chứa công thức «{table.text(code)}», không tính ra số liệu hợp lệ.",
                "Nhập thẳng số liệu vào ô này.",
                codes=[code],
                cells=[table.address(code)],
            )
        elif value is not None and code in typed:
            yield FORMULA_REDONE.finding(
                f"Ô chứa công thức «{table.text(code)}»; đã tính lại là {number_to_type(value)}.",
                f"Nếu đúng, nhập thẳng số {number_to_type(value)}.",
                codes=[code],
                cells=[table.address(code)],
            )
