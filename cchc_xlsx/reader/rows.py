"""Which row of a sheet is which indicator: by the hidden codes, and where those are lost by text.

Without a code a row is known by its label, its unit and its STT, and, where several indicators
share all of these, by its place among rows that are known. What stays unclear is left out: a figure
under another indicator is worse than one that has to be typed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from cchc_xlsx.form import Form, Indicator
from cchc_xlsx.layout import LABEL, STT, UNIT
from cchc_xlsx.vietnamese import clean, fold
from cchc_xlsx.workbook import SheetCells
from cchc_xlsx.workbook.cells import column_number

_ENOUGH = 3
"""A table of the form has at least one in so many of its rows."""

_ALIKE = 0.7
"""How alike an edited label must be to the one that belongs at its place, from 0 to 1."""


_LONGEST = 500
"""Letters of a text that are compared; the longest label has some 300."""


@lru_cache(maxsize=10_000)
def letters(text: str) -> str:
    """A text without what typing and line breaks change: accents, spaces, punctuation."""
    return "".join(letter for letter in fold(text[:_LONGEST]) if letter.isalnum())


def rows_by_code(sheet: SheetCells, column: str, form: Form) -> dict[str, tuple[int, ...]]:
    """The rows that carry each code of the form in a column."""
    rows_of: dict[str, list[int]] = {}
    for row, text in sheet.column(column):
        if (code := clean(text)) in form.by_code:
            rows_of.setdefault(code, []).append(row)
    return {code: tuple(rows_of[code]) for code in form.by_code if code in rows_of}


def believed(
    sheet: SheetCells, labels: str, form: Form, coded: Mapping[str, Sequence[int]]
) -> dict[str, tuple[int, ...]]:
    """The rows whose code is not contradicted: those that carry no other indicator's label.

    Codes stay where they are when somebody sorts the visible columns, or moves the hidden one.
    """
    known = {letters(indicator.label) for indicator in form.indicators}

    def agrees(code: str, row: int) -> bool:
        label = letters(sheet.text(row, labels))
        return label == letters(form.by_code[code].label) or label not in known

    kept = {code: tuple(row for row in rows if agrees(code, row)) for code, rows in coded.items()}
    return {code: rows for code, rows in kept.items() if rows}


def code_column(sheet: SheetCells, form: Form) -> str:
    """The column with the most codes of the form; empty when none holds enough of them."""
    counts = {column: len(rows_by_code(sheet, column, form)) for column in sheet.columns}
    best = max(counts, key=lambda column: counts[column], default="")
    return best if best and is_enough(counts[best], form) else ""


def is_enough(count: int, form: Form) -> bool:
    """Whether so many rows make a table of the form."""
    return count * _ENOUGH >= len(form.indicators)


# --- without codes ------------------------------------------------------------------------------

_PRINTED: Mapping[str, Callable[[Indicator], str]] = {
    LABEL: lambda indicator: indicator.label,
    UNIT: lambda indicator: indicator.printed_unit,
    STT: lambda indicator: indicator.stt,
}


def text_columns(sheet: SheetCells, form: Form) -> dict[str, str]:
    """The columns that hold the form's labels, units and STT, found by what stands in them."""
    found: dict[str, str] = {}
    for letter, printed in _PRINTED.items():
        meant = {letters(printed(indicator)) for indicator in form.indicators} - {""}
        counts = Counter(
            column
            for (_, column), cell in sheet.cells.items()
            if letters(cell.text) in meant and _may_be(letter, column, found)
        )
        if counts:
            found[letter] = counts.most_common(1)[0][0]
    return found


def _may_be(letter: str, column: str, found: Mapping[str, str]) -> bool:
    """Whether a column lies where one of this letter can: figures may look like STT."""
    if letter == LABEL:
        return True
    if LABEL not in found:
        return False
    label = column_number(found[LABEL])
    return column_number(column) < label if letter == STT else column_number(column) > label


def rows_by_text(
    sheet: SheetCells, columns: Mapping[str, str], form: Form, known: Mapping[str, Sequence[int]]
) -> dict[str, int]:
    """The rows of the codes that no row carries, told by text and place."""
    taken = {row for rows in known.values() for row in rows}
    labelled = sorted(
        row for row, column in sheet.cells if column == columns.get(LABEL) and row not in taken
    )
    rows = [_Row(sheet, columns, row) for row in labelled]
    missing = [each for each in form.indicators if each.code not in known]
    matched = _unmistakable(rows, missing)
    anchors = {code: rows_of[0] for code, rows_of in known.items()} | matched
    if _in_order(anchors, form):
        matched |= _between(anchors, rows, form)
    return matched


@dataclass(frozen=True)
class _Row:
    """The printed texts of a row."""

    sheet: SheetCells
    columns: Mapping[str, str]
    number: int

    def text(self, letter: str) -> str:
        return self.sheet.text(self.number, self.columns.get(letter, ""))

    def candidates(self, indicators: Iterable[Indicator]) -> list[Indicator]:
        """Those whose label it carries; of several those that also agree in the other texts."""
        label = letters(self.text(LABEL))
        left = [each for each in indicators if label and letters(each.label) == label]
        for letter in (UNIT, STT):
            printed = _PRINTED[letter]
            agreeing = [
                each for each in left if letters(printed(each)) == letters(self.text(letter))
            ]
            left = agreeing or left
        return left


def _unmistakable(rows: Sequence[_Row], indicators: Sequence[Indicator]) -> dict[str, int]:
    """The rows that can be only one indicator, which can be only that row."""
    sole = [
        (each[0].code, row.number) for row in rows if len(each := row.candidates(indicators)) == 1
    ]
    times = Counter(code for code, _ in sole)
    return {code: row for code, row in sole if times[code] == 1}


def _in_order(anchors: Mapping[str, int], form: Form) -> bool:
    places = [anchors[code] for code in form.by_code if code in anchors]
    return all(above < below for above, below in pairwise(places))


def _between(anchors: Mapping[str, int], rows: Sequence[_Row], form: Form) -> dict[str, int]:
    """The rows between two known ones, when they are as many as the form has there."""
    matched: dict[str, int] = {}
    gap: list[Indicator] = []
    above = 0
    for indicator in (*form.indicators, None):
        if indicator and indicator.code not in anchors:
            gap.append(indicator)
            continue
        below = anchors[indicator.code] if indicator else float("inf")
        matched |= _aligned([row for row in rows if above < row.number < below], gap)
        gap, above = [], int(below) if indicator else 0
    return matched


def _aligned(rows: Sequence[_Row], gap: Sequence[Indicator]) -> dict[str, int]:
    """Rows and indicators of one gap side by side; none of them when one pair does not fit."""
    rows = [row for row in rows if any(_likeness(row, each) for each in gap)]
    if len(rows) != len(gap):
        return {}
    pairs = list(zip(rows, gap, strict=True))
    are_sure = all(_is_likeliest(row, indicator, gap) for row, indicator in pairs)
    return {indicator.code: row.number for row, indicator in pairs} if are_sure else {}


def _is_likeliest(row: _Row, indicator: Indicator, gap: Sequence[Indicator]) -> bool:
    """Whether a row fits its indicator, and no other one of the gap better."""
    likeness = _likeness(row, indicator)
    return likeness > 0 and all(_likeness(row, each) <= likeness for each in gap)


def _likeness(row: _Row, indicator: Indicator) -> float:
    """How alike the label of a row is to that of an indicator; 0 when it is not alike enough."""
    typed, meant = letters(row.text(LABEL)), letters(indicator.label)
    if typed == meant:
        return 1.0
    matcher = SequenceMatcher(None, typed, meant, autojunk=False)
    # The first two are upper bounds of the third, and quickly told.
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return matcher.ratio() if all(bound() >= _ALIKE for bound in bounds) else 0.0
