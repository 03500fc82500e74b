"""What changed between two workbooks, the weightiest changes first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cchc_xlsx.compare import Change, ChangeKind, Comparison
from cchc_xlsx.console.findings import findings_table, plain_console
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import NO_FIGURE
from cchc_xlsx.vietnamese import clean, format_number

_MOST_TOTALS, _MOST_CHANGES = 15, 30
"""How many changes are shown, of totals and of units; the workbook and the JSON have all."""

_LONGEST_LABEL, _LONGEST_NOTE = 70, 120


def print_comparison(comparison: Comparison) -> None:
    """What could not be used, then totals and units with the weightiest change first, a verdict."""
    console = plain_console()
    for word, side in (("Cũ", comparison.old), ("Mới", comparison.new)):
        console.print(Text(f"{word}: {side.in_words}", style="bold"))
        if side.findings:
            console.print(findings_table(side.findings))
    of_totals = [change for change in comparison.changes if change.unit is None]
    of_units = [change for change in comparison.changes if change.unit]
    before, after = (len(side.by_unit) for side in (comparison.old, comparison.new))
    title = f"Tổng hợp ({before} cơ quan → {after} cơ quan)"
    _print_changes(console, title, of_totals, _MOST_TOTALS)
    title = "Từng cơ quan" if len(comparison.units) > 1 else _offices(comparison.units)
    _print_changes(console, title, of_units, _MOST_CHANGES)
    for word, units in (("Cơ quan mới có", comparison.came), ("không còn", comparison.gone)):
        if units:
            console.print(Text(f"{word[0].upper()}{word[1:]}: {_offices(units)}."))
    console.print(Text(comparison_verdict(comparison), style="bold"))


def comparison_verdict(comparison: Comparison) -> str:
    """One line on everything."""
    if not comparison.is_possible:
        return "KHÔNG SO SÁNH ĐƯỢC. Ít nhất một bên không có số liệu dùng được."
    kinds = Counter(change.kind for change in comparison.changes if change.unit)
    unreadable = kinds.pop(ChangeKind.UNREADABLE, 0)
    notes = sum(bool(change.old.note != change.new.note) for change in comparison.changes)
    figures = kinds.total() - kinds[ChangeKind.NOTE]
    came, gone = len(comparison.came), len(comparison.gone)
    outcome = "KHÔNG RÕ CÓ THAY ĐỔI KHÔNG" if unreadable else "KHÔNG CÓ THAY ĐỔI"
    if figures or notes or came or gone:
        outcome = "CÓ THAY ĐỔI"
    return (
        f"{outcome}. {len(comparison.units)} cơ quan ở cả hai bên: {figures} số liệu đổi, {notes} "
        f"ghi chú đổi, {unreadable} ô không đọc được. {came} cơ quan mới có, {gone} không còn."
    )


def _offices(units: Sequence[ReportingUnit]) -> str:
    return ", ".join(unit.in_words for unit in units)


def _print_changes(console: Console, title: str, changes: Sequence[Change], most: int) -> None:
    if not changes:
        return
    console.print(Text(title, style="bold"))
    table = Table(expand=True)
    table.add_column("Mã", no_wrap=True)
    table.add_column("Chỉ tiêu", ratio=1)
    names_units = len({change.unit for change in changes}) > 1
    if names_units:
        table.add_column("Cơ quan", no_wrap=True)
    for heading in ("Cũ", "Mới", "Chênh lệch"):
        table.add_column(heading, justify="right", max_width=16)
    for change in changes[:most]:
        unit = [Text(change.unit.code if change.unit else "")] if names_units else []
        figures = [Text(change.old.shown), Text(change.new.shown), Text(_difference(change))]
        table.add_row(Text(change.indicator.code), _what_changed(change), *unit, *figures)
    console.print(table)
    if len(changes) > most:
        console.print(Text(f"… và {len(changes) - most} thay đổi nữa (-o ghi tất cả ra Excel)."))


def _what_changed(change: Change) -> Text:
    said = Text(_shortened(change.indicator.label, _LONGEST_LABEL))
    old, new = change.old.note, change.new.note
    if old != new:
        said.append(f"\nGhi chú: {_quoted(old)} → {_quoted(new)}", style="dim")
    return said


def _quoted(note: str) -> str:
    return f"«{_shortened(clean(note), _LONGEST_NOTE)}»" if note else NO_FIGURE


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _difference(change: Change) -> str:
    if change.difference is None or change.kind is ChangeKind.NOTE:
        return ""
    sign = "+" if change.difference > 0 else ""
    relative = change.relative
    percent = "" if relative is None else f" ({sign}{format_number(round(relative, 1))}%)"
    return f"{sign}{format_number(change.difference)}{percent}"
