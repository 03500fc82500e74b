"""What an answer of `Thông tin` may be: the workbook's spelling and ours side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cchc_xlsx.layout import (
    DAY,
    INFO_FIELDS,
    INFO_VALUE,
    MONTH,
    PERIOD,
    YEAR,
    InfoField,
    info_row,
)
from cchc_xlsx.message import excel_text

Answers = Mapping[str, str | int]
"""Answers by name; an empty text is no answer, a number is a number typed as such."""


@dataclass(frozen=True)
class InfoCheck:
    """Whether an answer that was given can be right.

    `excel` is the condition as the workbook asks it, `holds` the same over answers; `fault` is
    what to say when it does not hold.
    """

    excel: str
    holds: Callable[[Answers], bool]
    fault: str


def check_of(field: InfoField, periods: Sequence[str]) -> InfoCheck | None:
    """The check of a field, or None where any text will do; `periods` are the titles to choose."""
    if field.key == PERIOD:
        return _period(periods)
    if field.key == DAY:
        return _day()
    if field.bounds:
        return _bounded(field, field.bounds)
    return None


def _cell(key: str) -> str:
    return f"${INFO_VALUE}${info_row(key)}"


def _period(periods: Sequence[str]) -> InfoCheck:
    same = ",".join(f"{_cell(PERIOD)}={excel_text(title)}" for title in periods)
    return InfoCheck(
        f"OR({same})",
        lambda answers: answers[PERIOD] in periods,
        "chọn kỳ báo cáo trong danh sách",
    )


def _bounded(field: InfoField, bounds: tuple[int, int]) -> InfoCheck:
    cell, (least, most) = _cell(field.key), bounds
    return InfoCheck(
        f"IF(ISNUMBER({cell}),AND({cell}>={least},{cell}<={most},{cell}=ROUND({cell},0)),FALSE)",
        lambda answers: _is_between(answers[field.key], least, most),
        f"phải là số nguyên từ {least} đến {most}",
    )


def _is_between(answer: str | int, least: int, most: int) -> bool:
    return isinstance(answer, int) and least <= answer <= most


def _day() -> InfoCheck:
    day, month, year = (_cell(key) for key in (DAY, MONTH, YEAR))
    # The years accepted hold no exception to "every fourth is a leap year".
    february = f"28+IF(MOD({year},4)=0,1,0)"
    thirty = ",".join(f"{month}={number}" for number in (4, 6, 9, 11))
    longest = f"IF({month}=2,{february},31-IF(OR({thirty}),1,0))"
    known = f"AND({day}>=1,{day}<=IF(COUNT({month},{year})=2,{longest},31),{day}=ROUND({day},0))"
    return InfoCheck(
        f"IF(ISNUMBER({day}),{known},FALSE)", _is_a_day, "phải là số, và là một ngày có trong lịch"
    )


def _is_a_day(answers: Answers) -> bool:
    day, month, year = (answers[key] for key in (DAY, MONTH, YEAR))
    if not (isinstance(month, int) and isinstance(year, int)):
        return _is_between(day, 1, 31)
    if not isinstance(day, int):
        return False
    february = 28 + (year % 4 == 0)
    longest = february if month == 2 else 31 - (month in (4, 6, 9, 11))
    return 1 <= day <= longest


def faults(answers: Answers, periods: Sequence[str]) -> dict[str, str]:
    """The answers that cannot be right, by key, each with what is wrong with it."""
    checks = {field.key: check_of(field, periods) for field in INFO_FIELDS}
    return {
        key: check.fault
        for key, check in checks.items()
        if check and answers[key] != "" and not check.holds(answers)
    }
