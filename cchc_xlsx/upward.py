"""A consolidation → the filled workbook that goes one level up."""

from __future__ import annotations

from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.form import Indicator, Period
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
    notes = {code: note for code in rows if (note := _note(merged, rows[code]))}
    rollup = RollUp(merged.leaves, merged.expected, parts, figures, merged.uncovered)
    return Content(merged.form, period, unit, entries=entries, notes=notes, rollup=rollup)


def _entry(figure: float | None) -> float | str:
    return "" if figure is None else figure


def _note(merged: Consolidation, row: Indicator) -> str:
    """What the figure cannot tell, and what the units noted, each under its code."""
    total = merged.totals.get(row.code)
    told = in_words(row, total.parts) if total and total.reported else ""
    notes = [
        f"{each.unit_code}: {each.notes[row.code]}"
        for each in merged.sources
        if row.code in each.notes
    ]
    return "\n".join(filter(None, [told, *notes]))
