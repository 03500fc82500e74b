"""A consolidation → the filled workbook that goes one level up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.excel_limits import LONGEST_CELL
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Indicator, Period
from cchc_xlsx.reading_rules import NOTES_SHORTENED
from cchc_xlsx.rollup import RollUp, in_words, rolled_up
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content


def upward(merged: Consolidation, period: Period, unit: ReportingUnit) -> Content:
    """The totals as the figures of one unit, with the parts that they are made of."""
    rows = merged.form.by_code
    # A rate that nobody reported still has parts: those of its rows that the same units filled.
    parts = {
        code: each.parts for code, each in merged.totals.items() if each.reported or rows[code].of
    }
    figures = {code: rolled_up(rows[code], each) for code, each in parts.items()}
    # A blank is written as one, or the form's own formula would suggest a figure for it.
    entries = {row.code: _entry(figures.get(row.code)) for row in merged.form.inputs}
    noted = {code: _noted(merged, row).text for code, row in rows.items()}
    notes = {code: text for code, text in noted.items() if text}
    rollup = RollUp(merged.leaves, merged.expected, parts, figures, merged.uncovered)
    return Content(merged.form, period, unit, entries=entries, notes=notes, rollup=rollup)


def _entry(figure: float | None) -> float | str:
    return "" if figure is None else figure


def shortened_notes(merged: Consolidation) -> Iterator[Finding]:
    """Where the units' notes of a row do not go into the one cell that goes upwards."""
    for row in merged.form.indicators:
        if left_out := _noted(merged, row).left_out:
            yield NOTES_SHORTENED.finding(
                f"Ghi chú {row.code} trong tệp gửi cấp trên không đủ chỗ cho ghi chú của "
                f"{', '.join(left_out)}.",
                "Xem đủ ở trang Ghi chú của tệp tổng hợp; gửi kèm nếu cấp trên cần.",
                codes=[row.code],
            )


class _Noted(NamedTuple):
    """The note of a row, and the units whose notes have found no room in it."""

    text: str
    left_out: tuple[str, ...]


_MORE = "\n… và ghi chú của cơ quan khác, xem trang Ghi chú của tệp tổng hợp."


def _noted(merged: Consolidation, row: Indicator) -> _Noted:
    """What the figure cannot tell, and what the units noted, each under its code."""
    total = merged.totals.get(row.code)
    text = in_words(row, total.parts) if total and total.reported else ""
    left_out: dict[str, None] = {}
    for each in merged.sources:
        if note := each.notes.get(row.code):
            longer = f"{text}\n{each.unit_code}: {note}".lstrip("\n")
            if len(longer) + len(_MORE) <= LONGEST_CELL:
                text = longer
            else:
                left_out[each.unit_code] = None
    return _Noted(text + _MORE if left_out else text, tuple(left_out))
