"""A comparison → a workbook: one row a change, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from cchc_xlsx.compare import Change, ChangeKind, Comparison, Held
from cchc_xlsx.finding import SEVERITY_WORDS, Finding, cells_in_words
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.merged_layout import FINDINGS_SHEET
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.spreadsheet import Book
from cchc_xlsx.summary.plain_table import Column, Content, Number, write_table

COMPARISON_SHEET = "So sánh"

CHANGE_WORDS = {
    ChangeKind.FIGURE: "Đổi số",
    ChangeKind.FILLED: "Trống → có số",
    ChangeKind.BLANKED: "Có số → trống",
    ChangeKind.UNREADABLE: "Không đọc được",
    ChangeKind.NOTE: "Đổi ghi chú",
}
TOTAL_WORD, CAME_WORD, GONE_WORD = "Tổng hợp", "Cơ quan mới có", "Cơ quan không còn"

_OLD, _NEW = "EF"
"""The columns of the figures, for the formulas beside them."""


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write the workbook; the caller sees to its replacement being atomic."""
    with Book(path) as book:
        # It is known as our own output by this, as a consolidated workbook is.
        book.set_properties({"category": MERGED_TAG})
        _write_changes(book, comparison)
        if comparison.findings:
            _write_findings(book, comparison.findings)


def _write_changes(book: Book, comparison: Comparison) -> None:
    columns = (
        Column("Mã", 11),
        Column("Chỉ tiêu thống kê", 46),
        Column("Đơn vị tính", 13),
        Column("Cơ quan", 26),
        Column("Cũ", 13),
        Column("Mới", 13),
        Column("Chênh lệch", 12),
        Column("Chênh lệch (%)", 12),
        Column("Thay đổi", 15),
        Column("Ghi chú cũ", 26),
        Column("Ghi chú mới", 26),
    )
    sheet = book.sheet(COMPARISON_SHEET)
    rows = [*map(_row, comparison.changes), *_units(comparison)]
    write_table(book, sheet, "SO SÁNH SỐ LIỆU", columns, rows)
    sides = f"Cũ: {comparison.old.in_words}. Mới: {comparison.new.in_words}."
    sheet.text("A2", sides if rows else f"{sides} Không có thay đổi.", book.style(italic=True))


def _row(change: Change) -> tuple[Content, ...]:
    indicator = change.indicator
    return (
        indicator.code,
        indicator.label,
        indicator.measure.noun if indicator.measure else "",
        change.unit.in_words if change.unit else TOTAL_WORD,
        _content(change.old),
        _content(change.new),
        *_differences(change),
        CHANGE_WORDS[change.kind],
        change.old.note,
        change.new.note,
    )


def _content(held: Held) -> Content:
    if held.is_plain_number and isinstance(held.value, float | int):
        return _shown_as_needed(held.value)
    return held.shown


def _shown_as_needed(value: float, formula: str = "") -> Number:
    """A number without decimals where it has none; else with two, and all of them in the cell."""
    return Number(value, "#,##0" if value == int(value) else "#,##0.00", formula)


def _differences(change: Change) -> tuple[Content, Content]:
    """The difference, and the same in percent: live where both figures stand there as numbers."""
    is_live = change.old.is_plain_number and change.new.is_plain_number
    if change.difference is None or not is_live:
        return change.difference, None
    minus = f"{_NEW}{{row}}-{_OLD}{{row}}"
    difference = _shown_as_needed(change.difference, f"=ROUND({minus},9)")
    if change.relative is None:
        return difference, None
    return difference, Number(change.relative, "0.0_)", f"=100*({minus})/ABS({_OLD}{{row}})")


def _units(comparison: Comparison) -> Iterator[tuple[Content, ...]]:
    for units, word in ((comparison.came, CAME_WORD), (comparison.gone, GONE_WORD)):
        yield from (_unit(unit, word) for unit in units)


def _unit(unit: ReportingUnit, word: str) -> tuple[Content, ...]:
    return (None, None, None, unit.in_words, *[None] * 4, word, None, None)


def _write_findings(book: Book, findings: Sequence[Finding]) -> None:
    columns = (Column("Mức độ", 12), Column("Tệp", 40), Column("Nội dung", 80), Column("Ô", 40))
    rows = [
        (
            SEVERITY_WORDS[finding.severity],
            finding.file,
            finding.message,
            cells_in_words(finding.cells),
        )
        for finding in findings
    ]
    write_table(book, book.sheet(FINDINGS_SHEET), "CHƯA SO SÁNH ĐƯỢC", columns, rows)
