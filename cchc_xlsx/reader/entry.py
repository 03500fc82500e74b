"""What one input cell says: a usable figure, a blank, or something a person has to mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from cchc_xlsx.expression import State
from cchc_xlsx.figures import is_usable
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Indicator, Kind, Measure
from cchc_xlsx.prompts import what_to_type
from cchc_xlsx.reading_rules import (
    PERCENT_SHOWN,
    TEXT_UNDERSTOOD,
    THOUSANDS,
    UNREADABLE,
    UNSAFE_CELL,
    ReadingRule,
)
from cchc_xlsx.vietnamese import (
    Typed,
    format_number,
    number_to_type,
    read_choice,
    read_count,
    read_percent,
)
from cchc_xlsx.workbook.cells import Cell, CellKind


class Entry(NamedTuple):
    """A cell understood: its state, its figure when usable, and what has to be said about it."""

    state: State
    value: float | None = None
    findings: tuple[Finding, ...] = ()


BLANK = Entry(State.BLANK)


def read_entry(cell: Cell | None, indicator: Indicator, address: str) -> Entry:
    """Read an input cell that holds no formula.

    Nothing is guessed: a text is understood only where it can mean one thing, and then a finding
    says what it was understood as.
    """
    if cell is None:
        return BLANK
    measure = indicator.measure
    assert measure is not None, f"{indicator.code} takes no value"
    is_as_typed = not (cell.shown_as_percent or cell.shown_otherwise)
    if cell.kind is CellKind.NUMBER and is_as_typed and is_usable(measure.kind, cell.number):
        return Entry(State.USABLE, cell.number)
    place = _Place(indicator, measure, address)
    return _READERS[cell.kind](cell, place)


@dataclass(frozen=True)
class _Place:
    """The cell that is being read, as findings name it."""

    indicator: Indicator
    measure: Measure
    address: str

    def understood(self, value: float, *findings: Finding) -> Entry:
        return Entry(State.USABLE, value, findings)

    def refused(self, finding: Finding) -> Entry:
        return Entry(State.UNREADABLE, None, (finding,))

    def finding(self, rule: ReadingRule, message: str, hint: str) -> Finding:
        return rule.finding(message, hint, codes=[self.indicator.code], cells=[self.address])

    @property
    def retype(self) -> str:
        """How to mend the cell."""
        return f"Nhập lại ô này: {what_to_type(self.measure)}. Ví dụ: {self.measure.example}."


def _number(cell: Cell, place: _Place) -> Entry:
    number = cell.number
    is_count = place.measure.kind.is_whole
    if cell.shown_otherwise or (is_count and cell.shown_as_percent and number):
        message = (
            f"Ô chứa số {number_to_type(number)}, nhưng định dạng của ô làm số hiển thị khác đi."
        )
        return place.refused(place.finding(UNSAFE_CELL, message, place.retype))
    if place.measure.kind is Kind.PERCENT and cell.shown_as_percent:
        return _shown_as_percent(cell, place)
    if place.measure.kind.is_whole and _looks_like_thousands(number):
        meant = round(number * 1000)
        message = (
            f"Ô chứa số {number_to_type(number)}: có thể là {meant} "
            f"(đã gõ dấu chấm phân cách hàng nghìn) hoặc {number_to_type(number)}."
        )
        hint = f"Nếu đúng là {meant} thì nhập {meant}, không gõ dấu chấm."
        return place.refused(place.finding(THOUSANDS, message, hint))
    reason = "không phải là số nguyên" if abs(number) < 1e12 else "lớn bất thường"
    message = f"Ô chứa số {number_to_type(number)}, {reason}."
    return place.refused(place.finding(UNREADABLE, message, place.retype))


def _looks_like_thousands(number: float) -> bool:
    """Whether a fraction has at most three decimals and so may be 1.214 typed for 1214."""
    thousand = number * 1000
    return 1 <= abs(number) < 1000 and abs(thousand - round(thousand)) < 1e-6


def _shown_as_percent(cell: Cell, place: _Place) -> Entry:
    """A cell with a % format: Excel shows 72% and stores 0.72; what is shown is what is meant."""
    percent = round(cell.number * 100, 10)
    shown = format_number(percent)
    message = f"Ô có định dạng %, đang hiển thị {shown}%; đã hiểu là {shown}."
    hint = f"Nhập {number_to_type(percent)}, không gõ dấu %."
    return place.understood(percent, place.finding(PERCENT_SHOWN, message, hint))


def _text(cell: Cell, place: _Place) -> Entry:
    typed = _read_text(cell.text, place)
    if typed.value is None:
        message = f"Ô chứa «{_short(cell.text)}», {typed.reading}."
        return place.refused(place.finding(UNREADABLE, message, place.retype))
    message = f"Ô chứa chữ «{_short(cell.text)}», không phải là số; {typed.reading}."
    hint = f"Nếu đúng, nhập lại số {number_to_type(typed.value)}."
    return place.understood(typed.value, place.finding(TEXT_UNDERSTOOD, message, hint))


def _read_text(text: str, place: _Place) -> Typed:
    if place.measure.kind is Kind.PERCENT:
        return read_percent(text)
    if place.measure.kind is Kind.COUNT:
        # Staff append either what the row counts or what its unit column prints.
        typed = read_count(text, place.measure.noun)
        return typed if typed.value is not None else read_count(text, place.indicator.printed_unit)
    return read_choice(text, place.measure.choices)


def _short(text: str, most: int = 1000) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _refuse(what: str) -> Callable[[Cell, _Place], Entry]:
    def read(cell: Cell, place: _Place) -> Entry:
        message = f"Ô chứa {what} «{_short(cell.text)}»."
        return place.refused(place.finding(UNSAFE_CELL, message, place.retype))

    return read


_READERS: dict[CellKind, Callable[[Cell, _Place], Entry]] = {
    CellKind.NUMBER: _number,
    CellKind.TEXT: _text,
    CellKind.ERROR: _refuse("giá trị lỗi"),
    CellKind.BOOLEAN: _refuse("giá trị logic"),
    CellKind.DATE: _refuse("ngày tháng"),
    CellKind.FORMULA: _refuse("công thức không tính lại được"),
}
