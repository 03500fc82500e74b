"""The live checks of the workbook: each formula beside the true value it must be written with.

The texts a clerk reads stand here once; the sheets only place them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cchc_xlsx.expression import Figures, State
from cchc_xlsx.figures import has_no_base, tabulate
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Form, Indicator
from cchc_xlsx.layout import (
    INFO_FIELDS,
    RULE_MESSAGE,
    RULE_STATUS,
    STATE,
    STATUS,
    AppendixCells,
    AppendixLayout,
    ChecksLayout,
    info_cell,
)
from cchc_xlsx.message import excel_text
from cchc_xlsx.prompts import what_to_type
from cchc_xlsx.template.content import Content
from cchc_xlsx.template.info_live import wrong_answers
from cchc_xlsx.template.live_cell import LiveCell
from cchc_xlsx.words import (
    ALL_WELL,
    BROKEN,
    DOUBTFUL,
    FIGURES_MISSING,
    HAS_ERRORS,
    HOLDS,
    INFO_MISSING,
    LATER,
    NO_BASE,
    NOT_ENTERED,
    UNTOLD,
)


def plain(number: float) -> str:
    """A number as Excel joins it into a text on an English machine."""
    return format(number, ".15g")


@dataclass(frozen=True)
class Live:
    """All live checks of one workbook."""

    content: Content

    @property
    def form(self) -> Form:
        """The form."""
        return self.content.form

    @cached_property
    def figures(self) -> Figures:
        """The workbook's own figures."""
        return tabulate(self.form, [self.content.fill], [self.content.opening])

    @cached_property
    def appendix(self) -> AppendixLayout:
        """The rows of `Phụ lục`."""
        return AppendixLayout(self.form)

    @cached_property
    def checks(self) -> ChecksLayout:
        """The rows of `Kiểm tra`."""
        return ChecksLayout(self.form)

    # --- one rule -------------------------------------------------------------------------

    @cached_property
    def verdicts(self) -> list[str]:
        """For each rule of the form the word in its status cell."""
        return [self._verdict(position) for position in range(len(self.form.rules))]

    def _verdict(self, position: int) -> str:
        rule = self.form.rules[position]
        if not rule.check.is_live:
            return LATER
        outcome = rule.check.over(self.figures)[0]
        if np.isnan(outcome):
            return UNTOLD
        return HOLDS if outcome else BROKEN[rule.severity]

    def rule_status(self, position: int, at: AppendixCells) -> LiveCell:
        """Whether a rule holds, is broken, or cannot be told."""
        rule = self.form.rules[position]
        broken = excel_text(BROKEN[rule.severity])
        decision = f"IF({rule.check.root.to_excel(at)},{excel_text(HOLDS)},{broken})"
        formula = rule.check.guarded(at, decision, otherwise=excel_text(UNTOLD))
        return LiveCell(f"={formula}", self.verdicts[position])

    def rule_message(self, position: int, at: AppendixCells) -> LiveCell:
        """What is wrong, in words with the figures, when a rule is broken; else empty."""
        rule = self.form.rules[position]
        broken = BROKEN[rule.severity]
        status = f"${RULE_STATUS}${self.checks.row(position)}"
        formula = f'=IF({status}={excel_text(broken)},{rule.message.to_excel(at)},"")'
        return LiveCell(formula, self._message(position))

    def _message(self, position: int) -> str:
        rule = self.form.rules[position]
        if self.verdicts[position] != BROKEN[rule.severity]:
            return ""
        return rule.message.fill(self.figures, plain)

    def can_ever_be_told(self, position: int) -> bool:
        """Whether a rule is of use here: one that looks back needs what it looks back at."""
        rule = self.form.rules[position]
        known = any(value is not None for value in self.content.opening.values.values())
        return known or not rule.check.looks_back

    # --- one row --------------------------------------------------------------------------

    def row_status(self, indicator: Indicator, at: AppendixCells) -> LiveCell:
        """The state of one input: unreadable, the first broken rule in words, missing, or well."""
        state = at.state(indicator.code)
        formula = f"IF({state}=0,{self._blank_formula(indicator, at)},{excel_text(HOLDS)})"
        for position in reversed(self._by_severity(indicator)):
            formula = self._if_broken(position, formula)
        unreadable = excel_text(self._unreadable(indicator))
        return LiveCell(
            f"=IF({state}={State.UNREADABLE:d},{unreadable},{formula})", self._row_word(indicator)
        )

    def _by_severity(self, indicator: Indicator) -> list[int]:
        rules = self.form.rules
        positions = self.form.live_rules_naming[indicator.code]
        return sorted(positions, key=lambda position: rules[position].severity.rank)

    def _if_broken(self, position: int, otherwise: str) -> str:
        word = BROKEN[self.form.rules[position].severity]
        status = self.checks.cell(RULE_STATUS, position)
        message = self.checks.cell(RULE_MESSAGE, position)
        return f"IF({status}={excel_text(word)},{excel_text(word + ': ')}&{message},{otherwise})"

    @staticmethod
    def _unreadable(indicator: Indicator) -> str:
        assert indicator.measure is not None
        wanted = what_to_type(indicator.measure)
        return f"{BROKEN[Severity.ERROR]}: chỉ nhận {wanted}; không nhận chữ"

    def _row_word(self, indicator: Indicator) -> str:
        state = self.figures.states[indicator.code][0]
        if state == State.UNREADABLE:
            return self._unreadable(indicator)
        for position in self._by_severity(indicator):
            if message := self._message(position):
                return f"{BROKEN[self.form.rules[position].severity]}: {message}"
        if state == State.USABLE:
            return HOLDS
        return NO_BASE if self._has_no_base(indicator) else NOT_ENTERED

    def _blank_formula(self, indicator: Indicator, at: AppendixCells) -> str:
        """The word for a blank cell: a rate of nothing has none to be entered."""
        word = excel_text(NOT_ENTERED)
        if not indicator.of:
            return word
        state, figure = at.state(indicator.of[-1]), at.value(indicator.of[-1])
        return f"IF({state}=1,IF({figure}=0,{excel_text(NO_BASE)},{word}),{word})"

    def _has_no_base(self, indicator: Indicator) -> bool:
        return bool(has_no_base(indicator, self.figures)[0])

    def _not_entered(self) -> LiveCell:
        """How many cells still wait for a figure."""
        words = [self._row_word(indicator) for indicator in self.form.inputs]
        column = self.appendix.range_of(STATUS)
        return LiveCell(f"COUNTIF({column},{excel_text(NOT_ENTERED)})", words.count(NOT_ENTERED))

    # --- the whole workbook ---------------------------------------------------------------

    def _count_states(self, state: State) -> LiveCell:
        states = (self.figures.states[row.code][0] for row in self.form.inputs)
        count = sum(int(each == state) for each in states)
        return LiveCell(f"COUNTIF({self.appendix.range_of(STATE)},{state:d})", count)

    def _count_verdicts(self, word: str) -> LiveCell:
        first = self.checks.cell(RULE_STATUS, self.checks.order[0])
        last = f"${RULE_STATUS}${self.checks.last_row}"
        return LiveCell(f"COUNTIF({first}:{last},{excel_text(word)})", self.verdicts.count(word))

    def _entered(self) -> LiveCell:
        return self._count_states(State.USABLE)

    def _wrong(self) -> LiveCell:
        """How many errors there are: unreadable cells, broken rules, impossible answers."""
        parts = (
            self._count_states(State.UNREADABLE),
            self._count_verdicts(BROKEN[Severity.ERROR]),
            wrong_answers(self.content),
        )
        return LiveCell(
            "+".join(part.formula for part in parts), sum(int(part.value) for part in parts)
        )

    def _doubtful(self) -> LiveCell:
        return self._count_verdicts(BROKEN[Severity.WARNING])

    def progress(self) -> LiveCell:
        """How much is done: ``Đã nhập 115/153 chỉ tiêu; lỗi: 0; cần xem lại: 1``."""
        entered, wrong, doubtful = self._entered(), self._wrong(), self._doubtful()
        total = len(self.form.inputs)
        return LiveCell(
            f'="Đã nhập "&{entered.formula}&"/{total} chỉ tiêu; lỗi: "'
            f'&({wrong.formula})&"; cần xem lại: "&{doubtful.formula}',
            f"Đã nhập {entered.value}/{total} chỉ tiêu; "
            f"lỗi: {wrong.value}; cần xem lại: {doubtful.value}",
        )

    def overall(self) -> LiveCell:
        """The one status of the workbook."""
        missing_figures, wrong = self._not_entered(), self._wrong()
        doubtful = self._doubtful()
        required = [field.key for field in INFO_FIELDS if field.required]
        blanks = "+".join(f"COUNTBLANK({info_cell(key)})" for key in required)
        missing = any(not self.content.answer(key) for key in required)
        cases = [
            (
                f"{wrong.formula}>0",
                bool(wrong.value),
                HAS_ERRORS,
            ),
            (f"{blanks}>0", missing, INFO_MISSING),
            (
                f"{missing_figures.formula}>0",
                bool(missing_figures.value),
                FIGURES_MISSING,
            ),
            (
                f"{doubtful.formula}>0",
                bool(doubtful.value),
                DOUBTFUL,
            ),
        ]
        return _first_case(cases, ALL_WELL)


def _first_case(cases: list[tuple[str, bool, str]], otherwise: str) -> LiveCell:
    """The text of the first case that applies: condition in Excel, the same here, text."""
    formula = excel_text(otherwise)
    for condition, _, text in reversed(cases):
        formula = f"IF({condition},{excel_text(text)},{formula})"
    value = next((text for _, applies, text in cases if applies), otherwise)
    return LiveCell(f"={formula}", value)
