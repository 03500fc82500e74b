"""Consolidated figures as one more filled workbook of the same form, ready to be sent upwards.

A rate or a count of answers shows one figure, but is made of the parts of many units. The parts
travel along on the very hidden sheet, so that totals of totals are the totals of all units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from cchc_xlsx.aggregate import are_parts, parts_text, read_parts, way_of
from cchc_xlsx.figures import SUGGESTION_DECIMALS, rounded
from cchc_xlsx.form import Aggregate, Form, Indicator, days_between, spans
from cchc_xlsx.vietnamese import format_number

LEAVES, SPEAKS_FOR, UNCOVERED, PARTS = "leaves", "speaks_for", "uncovered", "parts."
"""Keys of the very hidden sheet; the last one goes before the code of a row."""

DIGEST = "carried_digest"
"""Key of the SHA-256 over the other rows."""

ONCE = (LEAVES, SPEAKS_FOR, UNCOVERED, DIGEST)
"""The keys that are there once; one for each figure comes beside them."""

MOST_UNITS = 100_000
"""That a workbook may speak for; Vietnam has some 10,000 communes."""

_MOST_DAYS = 400
_PARTS_FROM = "="


@dataclass(frozen=True)
class RollUp:
    """What a rolled-up workbook carries along.

    `parts` go by code (see `aggregate.Way`), `figures` are what was written for them. `leaves` are
    the codes of the units, `speaks_for` how many should have reported; `uncovered` are the days of
    the period that at least one of them did not report. Where it is not `is_sound`, something was
    lost or altered: `leaves` are then those that can be made out, and there are no parts.
    """

    leaves: tuple[str, ...]
    speaks_for: int
    parts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    figures: Mapping[str, float | None] = field(default_factory=dict)
    uncovered: frozenset[date] = frozenset()
    is_sound: bool = True

    def hidden(self) -> Mapping[str, str]:
        """The rows of the very hidden sheet: key and value."""
        days = (f"{begins}/{ends}" for begins, ends in spans(self.uncovered))
        rows = {
            LEAVES: " ".join(self.leaves),
            SPEAKS_FOR: str(self.speaks_for),
            UNCOVERED: " ".join(days),
        }
        for code, parts in self.parts.items():
            figure = self.figures[code]
            shown = "" if figure is None else format(figure, ".17g")
            rows[PARTS + code] = f"{shown}{_PARTS_FROM}{parts_text(parts)}"
        return {**rows, DIGEST: digest_of(rows)}


def digest_of(rows: Mapping[str, str]) -> str:
    """The SHA-256 over the rows that are not empty, in the order of their keys."""
    lines = (f"{key}\t{text}\n" for key, text in sorted(rows.items()) if text)
    return sha256("".join(lines).encode()).hexdigest()


def read_hidden(form: Form, hidden: Mapping[str, str]) -> RollUp | None:
    """What `RollUp.hidden` wrote; None in a workbook that is no roll-up.

    The digest tells what was typed or lost by accident, and `is_made_of` what no units can have
    reported. Neither is a lock: whoever reads this code can write another digest.
    """
    keys = (LEAVES, SPEAKS_FOR, UNCOVERED)
    rows = {key: text for key, text in hidden.items() if key in keys or key.startswith(PARTS)}
    if not rows and DIGEST not in hidden:
        return None
    try:
        if hidden.get(DIGEST) != digest_of(rows):
            raise ValueError(DIGEST)
        return _read(form, rows)
    except ValueError:
        leaves = tuple(dict.fromkeys(rows.get(LEAVES, "").split()[:MOST_UNITS]))
        return RollUp(leaves, max(1, len(leaves)), is_sound=False)


def _read(form: Form, rows: Mapping[str, str]) -> RollUp:
    """Raises `ValueError` for what cannot be what was written."""
    leaves = tuple(rows.get(LEAVES, "").split())
    speaks_for = int(rows.get(SPEAKS_FOR, "")[:_LONGEST_NUMBER])
    is_twice = len({code.casefold() for code in leaves}) < len(leaves)
    if is_twice or not 0 < len(leaves) <= speaks_for <= MOST_UNITS:
        raise ValueError(LEAVES)
    parts, figures = {}, {}
    for row in form.inputs:
        if text := rows.get(PARTS + row.code):
            shown, _, carried = text.partition(_PARTS_FROM)
            figure = figures[row.code] = float(shown) if shown else None
            parts[row.code] = read_parts(carried)
            if not is_made_of(form, row, figure, parts[row.code], speaks_for):
                raise ValueError(row.code)
    return RollUp(leaves, speaks_for, parts, figures, _days(rows.get(UNCOVERED, "")))


_LONGEST_NUMBER = 9


def _days(text: str) -> frozenset[date]:
    """The days of the spans in a text. Raises `ValueError` where there are none, or too many."""
    days: set[date] = set()
    for span in text.split():
        begins, ends = map(date.fromisoformat, span.split("/"))
        if not 0 <= (ends - begins).days < _MOST_DAYS - len(days):
            raise ValueError(span)
        days |= days_between(begins, ends)
    return frozenset(days)


def is_made_of(
    form: Form, row: Indicator, figure: float | None, parts: tuple[float, ...], speaks_for: int
) -> bool:
    """Whether a figure can be what these parts, of so many units, come to."""
    if not are_parts(row, parts) or parts[-1] > speaks_for:
        return False
    is_sum = row.aggregate is Aggregate.SUM
    made_of = [row] if is_sum else [form.by_code[code] for code in row.of]
    # From the end: the parts of a weighted mean begin with the product, which may be a fraction.
    pairs = zip(reversed(made_of), reversed(parts[:-1]), strict=False)
    counted = (part for each, part in pairs if each.measure and each.measure.kind.is_whole)
    return all(part.is_integer() for part in counted) and rolled_up(row, parts) == figure


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
