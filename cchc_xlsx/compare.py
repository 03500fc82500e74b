"""Two consolidations → what changed between them: figures, notes, units, and the totals.

Units are matched by their code. What moves the reader's picture most comes first, see
`Change.weight`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from cchc_xlsx.aggregate import Value, way_of
from cchc_xlsx.batch import Batch
from cchc_xlsx.consolidate import Consolidation, Total, consolidate
from cchc_xlsx.errors import InputError
from cchc_xlsx.figures import is_same
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Indicator, Kind
from cchc_xlsx.merged_layout import NOTES_SHEET
from cchc_xlsx.reader.merged import MergedWorkbook
from cchc_xlsx.reading_rules import LOST_LINES
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import NO_FIGURE, UNREADABLE_FIGURE, Reading, Status, Submission
from cchc_xlsx.vietnamese import format_number

_PLACES = 9
"""Decimals of a difference: binary fractions leave dust beyond."""

OTHER_WEIGHT = 2.0
"""Of a change that is no difference of two numbers; as much as 4 where there was 0."""


class ChangeKind(StrEnum):
    """What happened to a row. The values are those of the JSON output."""

    FIGURE = "figure"
    FILLED = "filled"
    BLANKED = "blanked"
    UNREADABLE = "unreadable"
    NOTE = "note"


@dataclass(frozen=True)
class Held:
    """What one side holds of a row: the value, as people read it, and the note.

    `value` is None for a blank and for what nobody can read; `is_readable` tells which.
    """

    value: Value = None
    shown: str = ""
    is_readable: bool = True
    note: str = ""

    @property
    def is_plain_number(self) -> bool:
        """Whether it is read as a number, not as ``2/6`` or ``1 = Có``."""
        value = self.value
        return isinstance(value, float | int) and self.shown == format_number(value)


@dataclass(frozen=True)
class Change:
    """A row that is not what it was: of a unit, or with `unit` None of the total over all units."""

    unit: ReportingUnit | None
    indicator: Indicator
    old: Held
    new: Held

    @property
    def kind(self) -> ChangeKind:
        """What happened; a note counts only where the figure is the same."""
        if not (self.old.is_readable and self.new.is_readable):
            return ChangeKind.UNREADABLE
        if is_same(self.old.value, self.new.value):
            return ChangeKind.NOTE
        if self.old.value is None:
            return ChangeKind.FILLED
        return ChangeKind.BLANKED if self.new.value is None else ChangeKind.FIGURE

    @property
    def has_numbers(self) -> bool:
        """Whether both sides are numbers that may be subtracted; codes of answers are not."""
        measure = self.indicator.measure
        is_code = self.unit is not None and measure is not None and measure.kind in _CODES
        return not is_code and all(
            isinstance(each.value, float | int) for each in (self.old, self.new)
        )

    @property
    def difference(self) -> float | None:
        """New less old; None where there are no two numbers."""
        old, new = self.old.value, self.new.value
        if not self.has_numbers or isinstance(old, Mapping) or isinstance(new, Mapping):
            return None
        return round((new or 0) - (old or 0), _PLACES)

    @property
    def relative(self) -> float | None:
        """The difference in percent of the old number; None for rates, which have points."""
        old, measure = self.old.value, self.indicator.measure
        is_rate = measure is not None and measure.kind is Kind.PERCENT
        if self.difference is None or is_rate or not isinstance(old, float | int) or not old:
            return None
        return 100 * self.difference / abs(old)

    @property
    def weight(self) -> float:
        """How much it moves the picture: the difference by the square root of the larger number.

        So 400 → 800 outweighs 0 → 1, and 0 → 40 outweighs 1214 → 1254: counts stray by the root
        of their size. Blanks, answers and unreadable figures stand between, notes come last.
        """
        if self.kind is ChangeKind.NOTE:
            return 0.0
        if self.difference is None:
            return OTHER_WEIGHT
        largest = max(abs(_number(each.value)) for each in (self.old, self.new))
        return abs(self.difference) / math.sqrt(largest)


_CODES = (Kind.YES_NO, Kind.CHOICE)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, float | int) else 0.0


@dataclass(frozen=True)
class Side:
    """What is compared: the path as it was given, and what it holds."""

    path: str
    merged: Consolidation

    @staticmethod
    def of_merged(path: str, form: Form, workbook: MergedWorkbook) -> Side:
        """A consolidated workbook that was read back."""
        readings = tuple(Reading(each) for each in workbook.submissions)
        typed_over = (each.finding(workbook.file) for each in workbook.divergences)
        findings = (*workbook.findings, *typed_over, *_lost_notes(workbook))
        batch = Batch(form, readings, general=findings, year=workbook.year)
        # What a year lacks was told when it was put together.
        return Side(path, replace(consolidate(batch, workbook.period), batch=batch))

    @property
    def in_words(self) -> str:
        """The path and the period."""
        period = self.merged.period
        return f"{self.path} ({period.name})" if period else self.path

    @cached_property
    def by_unit(self) -> Mapping[str, Submission]:
        """The submissions by the folded code of their unit."""
        return {each.unit_code.casefold(): each for each in self.merged.submissions}

    @property
    def findings(self) -> list[Finding]:
        """Why files were not used. What is wrong inside those that were is for `check` to say."""
        batch = self.merged.batch
        unused = (each for each in batch.readings if not each.is_accepted)
        return [*(finding for each in unused for finding in each.findings), *batch.general]

    @property
    def has_failed(self) -> bool:
        """Whether something of it could not be used, or nothing could."""
        batch = self.merged.batch
        is_lost = any(each.severity is Severity.ERROR for each in batch.general)
        return is_lost or bool(batch.with_status(Status.REJECTED)) or not self.has_content

    @property
    def has_content(self) -> bool:
        """Whether anything was reported: of blanks alone nobody can say what changed."""
        return any(each.notes or not each.fill.is_blank for each in self.merged.submissions)


def _lost_notes(workbook: MergedWorkbook) -> Iterator[Finding]:
    if not (workbook.has_notes or workbook.is_unusable):
        yield LOST_LINES.finding(
            f"Tệp tổng hợp không còn trang {NOTES_SHEET}: ghi chú ở những dòng không có số liệu "
            "không so sánh được.",
            "Tổng hợp lại từ các tệp báo cáo, rồi dùng tệp mới.",
            file=workbook.file,
        )


@dataclass(frozen=True)
class Comparison:
    """Two sides of one form."""

    form: Form
    old: Side
    new: Side

    @property
    def is_possible(self) -> bool:
        """Whether both sides have anything to compare."""
        return self.old.has_content and self.new.has_content

    @cached_property
    def units(self) -> tuple[ReportingUnit, ...]:
        """The units that both sides have, under their newer name."""
        return tuple(unit for unit in self.new.merged.units if unit.code.casefold() in self._both)

    @cached_property
    def came(self) -> tuple[ReportingUnit, ...]:
        """The units that only the new side has."""
        return self._only(self.new)

    @cached_property
    def gone(self) -> tuple[ReportingUnit, ...]:
        """The units that only the old side has."""
        return self._only(self.old)

    @cached_property
    def _both(self) -> set[str]:
        return self.old.by_unit.keys() & self.new.by_unit.keys()

    def _only(self, side: Side) -> tuple[ReportingUnit, ...]:
        units = side.merged.units if self.old.by_unit and self.new.by_unit else ()
        return tuple(unit for unit in units if unit.code.casefold() not in self._both)

    @property
    def findings(self) -> list[Finding]:
        """What could not be used, of either side."""
        return [*self.old.findings, *self.new.findings]

    @property
    def has_failed(self) -> bool:
        """Whether something could not be used."""
        return self.old.has_failed or self.new.has_failed

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All changes: those of totals first, then by weight, then in the form's order."""
        found = [*self._changed_totals(), *self._changed_rows()]
        return tuple(sorted(found, key=lambda each: (each.unit is not None, -each.weight)))

    def _changed_totals(self) -> Iterator[Change]:
        """Only where both sides have several units: else a total says nothing of its own."""
        if min(len(self.old.by_unit), len(self.new.by_unit)) < 2:
            return
        for indicator in self.form.inputs:
            old, new = (
                _total(indicator, side.merged.totals[indicator.code])
                for side in (self.old, self.new)
            )
            if not is_same(old.value, new.value):
                yield Change(None, indicator, old, new)

    def _changed_rows(self) -> Iterator[Change]:
        for indicator in self.form.indicators:
            for unit in self.units:
                code = unit.code.casefold()
                old, new = (_held(indicator, side.by_unit[code]) for side in (self.old, self.new))
                change = Change(unit, indicator, old, new)
                if change.kind is not ChangeKind.NOTE or old.note != new.note:
                    yield change


def compare(form: Form, old: Side, new: Side) -> Comparison:
    """Compare two sides. Raises `InputError` when they are of different units altogether."""
    comparison = Comparison(form, old, new)
    if old.by_unit and new.by_unit and not comparison.units:
        gone, came = (_names(units) for units in (comparison.gone, comparison.came))
        raise InputError(
            f"Hai bên không có cơ quan nào chung: «{old.path}» của {gone}, «{new.path}» của {came}."
        )
    return comparison


_MOST_NAMES = 5


def _names(units: tuple[ReportingUnit, ...]) -> str:
    named = ", ".join(unit.in_words for unit in units[:_MOST_NAMES])
    return named + (" …" if len(units) > _MOST_NAMES else "")


# --- what a side holds of a row -------------------------------------------------------------------


def _held(indicator: Indicator, each: Submission) -> Held:
    code, note = indicator.code, each.notes.get(indicator.code, "")
    if code in each.fill.unreadable:
        return Held(None, UNREADABLE_FIGURE, is_readable=False, note=note)
    value = each.fill.values.get(code)
    return Held(value, _in_words(indicator, value), note=note)


def _in_words(indicator: Indicator, value: float | None) -> str:
    if not indicator.measure or value is None:
        return NO_FIGURE if indicator.measure else ""
    meaning = indicator.measure.choices.get(int(value))
    return f"{value:.0f} = {meaning}" if meaning else format_number(value)


def _total(indicator: Indicator, total: Total) -> Held:
    shown = way_of(indicator).shown(indicator, total.parts)
    words = shown if isinstance(shown, str) else format_number(shown)
    return Held(total.value, words) if words else Held(None, NO_FIGURE)
