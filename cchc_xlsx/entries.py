"""All input cells of an appendix → its figures, formulas worked out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cchc_xlsx.cells import CellKind
from cchc_xlsx.entry import read_entry
from cchc_xlsx.expression import Expression, State
from cchc_xlsx.figures import Fill, with_formulas
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.reading_rules import UNSAFE_CELL
from cchc_xlsx.table import AppendixTable
from cchc_xlsx.typed_formula import parse_typed
from cchc_xlsx.vietnamese import format_number


@dataclass(frozen=True)
class Entries:
    """The figures of a table and what had to be said about its cells."""

    fill: Fill
    findings: tuple[Finding, ...]


def read_entries(table: AppendixTable) -> Entries:
    """Read every input cell that the table has a row for; the others stay blank."""
    suggestions, typed = _formulas(table)
    read = {
        row.code: read_entry(table.entry(row.code), row, table.address(row.code))
        for row in table.form.inputs
        if row.code in table.rows and row.code not in suggestions.keys() | typed.keys()
    }
    values = {row.code: None for row in table.form.inputs} | {
        code: entry.value for code, entry in read.items() if code not in table.conflicting
    }
    unreadable = {code for code, entry in read.items() if entry.state is State.UNREADABLE}
    direct = Fill(values, frozenset(unreadable | set(table.conflicting)))
    fill = with_formulas(table.form, direct, suggestions | typed)
    undecided = {code for code in typed if fill.values.get(code) is None}
    fill = Fill(fill.values, fill.unreadable | undecided)
    said = [finding for entry in read.values() for finding in entry.findings]
    return Entries(fill, (*said, *_formula_findings(table, fill, suggestions, typed)))


def _formulas(table: AppendixTable) -> tuple[dict[str, Expression], dict[str, Expression]]:
    """The formulas that the template suggested, and those that staff typed and we can redo."""
    suggestions: dict[str, Expression] = {}
    typed: dict[str, Expression] = {}
    for row in table.form.inputs:
        cell = table.entry(row.code)
        if cell is None or cell.kind is not CellKind.FORMULA or row.code in table.conflicting:
            continue
        if row.formula and table.is_suggestion(row, cell.text):
            suggestions[row.code] = row.formula
        elif formula := parse_typed(cell.text, table.value_column, table.codes_by_row):
            typed[row.code] = formula
    return suggestions, typed


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
            yield UNSAFE_CELL.finding(
                f"Ô chứa công thức «{table.text(code)}»; đã tính lại là {format_number(value)}.",
                f"Nếu đúng, nhập thẳng số {format(value, '.15g')}.",
                codes=[code],
                cells=[table.address(code)],
                severity=Severity.WARNING,
            )
