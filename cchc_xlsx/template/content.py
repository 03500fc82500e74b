"""What a workbook is written with: its period, its office, and figures already known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cchc_xlsx.expression import Expression
from cchc_xlsx.figures import NO_FILL, Fill, is_usable, with_formulas
from cchc_xlsx.form import Form, Period
from cchc_xlsx.layout import (
    CONTACT_COLUMNS,
    PERIOD,
    RARELY_CHANGING,
    UNIT_CODE,
    UNIT_NAME,
    contact_answer,
)
from cchc_xlsx.rollup import RollUp
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Submission


@dataclass(frozen=True)
class Content:
    """Everything in a workbook that is not the form itself.

    A `unit` given here is locked in, with the period; without one, staff fill both in. `entries`
    and `notes` go by code, `info` by the key of a line of `Thông tin` (contact persons:
    ``contact_1.C`` with the column). An entry may be a text, as staff sometimes type. `rollup`
    travels along in a workbook whose figures were rolled up from other units. `previous` is the
    unit's last report, shown for reference; `opening` the figures that it had when the period
    began, which rules may name.
    """

    form: Form
    period: Period
    unit: ReportingUnit | None = None
    entries: Mapping[str, float | str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    info: Mapping[str, str | int] = field(default_factory=dict)
    rollup: RollUp | None = None
    previous: Submission | None = None
    opening: Fill = NO_FILL

    @cached_property
    def fill(self) -> Fill:
        """The figures as the rules see them, with the suggestions that formulas make."""
        entered = {code: entry for code, entry in self.entries.items() if entry != ""}
        numbers = {code: entry for code, entry in entered.items() if self._usable(code, entry)}
        typed = Fill(
            {code: float(number) for code, number in numbers.items()},
            frozenset(entered.keys() - numbers.keys()),
        )
        return with_formulas(self.form, typed, self.suggestions)

    def _usable(self, code: str, entry: float | str) -> bool:
        measure = self.form.by_code[code].measure
        return measure is not None and not isinstance(entry, str) and is_usable(measure.kind, entry)

    @property
    def suggestions(self) -> dict[str, Expression]:
        """The formulas of the cells that hold a suggestion because nothing was entered."""
        return {
            row.code: row.formula
            for row in self.form.inputs
            if row.formula and row.code not in self.entries
        }

    def shown(self, code: str) -> float | str:
        """What the input cell of a row shows; an empty text when it is blank."""
        entry = self.entries.get(code, "")
        if entry != "":
            return entry
        suggestion = self.fill.values.get(code)
        return "" if suggestion is None else suggestion

    @property
    def period_titles(self) -> list[str]:
        """The periods that staff choose from."""
        return [period.title for period in self.form.periods_of(self.period.year)]

    def answer(self, key: str) -> str | int:
        """What stands in a line of `Thông tin`; empty when staff have to fill it in."""
        known: dict[str, str] = {PERIOD: self.period.title}
        if self.unit:
            known |= {UNIT_CODE: self.unit.code, UNIT_NAME: self.unit.name}
        return known.get(key) or self.info.get(key, "") or self.carried_over.get(key, "")

    @cached_property
    def carried_over(self) -> Mapping[str, str]:
        """The answers of the last report that rarely change, for staff to look through."""
        if self.previous is None:
            return {}
        contacts = (
            contact_answer(number, column)
            for number, _ in enumerate(self.form.contacts, start=1)
            for column in CONTACT_COLUMNS
        )
        given = self.previous.info
        return {key: given[key] for key in (*RARELY_CHANGING, *contacts) if key in given}

    def is_fixed(self, key: str) -> bool:
        """Whether a line of `Thông tin` is locked."""
        return self.unit is not None and key in (UNIT_CODE, UNIT_NAME, PERIOD)
