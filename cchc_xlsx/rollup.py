"""Consolidated figures as one more filled workbook of the same form, ready to be sent upwards.

A rate or a count of answers shows one figure, but is made of the parts of many units. The parts
travel along on the very hidden sheet, so that totals of totals are the totals of all units.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cchc_xlsx.aggregate import are_parts, parts_text, read_parts, way_of
from cchc_xlsx.figures import SUGGESTION_DECIMALS, rounded
from cchc_xlsx.form import Aggregate, Form, Indicator
from cchc_xlsx.vietnamese import format_number

LEAVES, SPEAKS_FOR, PARTS = "leaves", "speaks_for", "parts."
"""Keys of the very hidden sheet; the last one goes before the code of a row."""

_PARTS_FROM = "="


@dataclass(frozen=True)
class RollUp:
    """What a rolled-up workbook carries along.

    `parts` go by code (see `aggregate.Way`), `figures` are what was written for them. `leaves` are
    the codes of the units, `speaks_for` how many should have reported.
    """

    leaves: tuple[str, ...]
    speaks_for: int
    parts: Mapping[str, tuple[float, ...]]
    figures: Mapping[str, float | None] = field(default_factory=dict)

    def hidden(self) -> Iterator[tuple[str, str]]:
        """The rows of the very hidden sheet: key and value."""
        yield LEAVES, " ".join(self.leaves)
        yield SPEAKS_FOR, str(self.speaks_for)
        for code, parts in self.parts.items():
            figure = self.figures[code]
            shown = "" if figure is None else format(figure, ".17g")
            yield PARTS + code, f"{shown}{_PARTS_FROM}{parts_text(parts)}"


def read_hidden(form: Form, hidden: Mapping[str, str]) -> RollUp | None:
    """What `RollUp.hidden` wrote; None when it is not there, or when it cannot be right."""
    leaves = tuple(hidden.get(LEAVES, "").split())
    speaks_for = hidden.get(SPEAKS_FOR, "")
    if not leaves or not speaks_for.isdecimal() or int(speaks_for) < len(leaves):
        return None
    parts, figures = {}, {}
    for row in form.inputs:
        shown, _, text = hidden.get(PARTS + row.code, "").partition(_PARTS_FROM)
        try:
            carried, figure = read_parts(text), float(shown) if shown else None
        except ValueError:
            continue
        if is_made_of(row, figure, carried, int(speaks_for)):
            parts[row.code], figures[row.code] = carried, figure
    return RollUp(leaves, int(speaks_for), parts, figures)


def is_made_of(
    row: Indicator, figure: float | None, parts: tuple[float, ...], speaks_for: int
) -> bool:
    """Whether a figure can be what these parts, of so many units, come to."""
    is_sound = are_parts(row, parts) and 0 < parts[-1] <= speaks_for
    return is_sound and rolled_up(row, parts) == figure


def rolled_up(row: Indicator, parts: tuple[float, ...]) -> float | None:
    """The figure that stands for many units in the row of a form; None leaves it blank.

    Of several answers the one that prevails stands for all (see `form.Measure`).
    """
    way = way_of(row)
    if way.answers:
        return _answer(row, way.answers(row, parts))
    value = way.total(row, parts)
    assert not isinstance(value, Mapping), f"{row.code}: answers are counted"
    decimals = 0 if row.measure and row.measure.kind.is_whole else SUGGESTION_DECIMALS
    return None if value is None else rounded(value, decimals)


def _answer(row: Indicator, counts: Mapping[int, float]) -> float | None:
    given = [choice for choice, count in counts.items() if count]
    prevails = row.measure.prevails if row.measure else None
    if prevails in given:
        return prevails
    return given[0] if len(given) == 1 else None


def in_words(row: Indicator, parts: tuple[float, ...]) -> str:
    """What a figure that stands for many units cannot tell; empty where it tells all."""
    if row.aggregate is Aggregate.SUM:
        return ""
    shown = way_of(row).shown(row, parts)
    text = shown if isinstance(shown, str) else format_number(shown)
    return f"{way_of(row).name} của {parts[-1]:.0f} đơn vị: {text}."
