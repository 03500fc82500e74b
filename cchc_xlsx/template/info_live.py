"""The live checks of `Thông tin`: is each answer there, and can it be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from cchc_xlsx.layout import (
    DAY,
    FIRST_INFO_ROW,
    INFO_FIELDS,
    INFO_SHEET,
    INFO_STATUS,
    INFO_VALUE,
    MONTH,
    PERIOD,
    YEAR,
    InfoField,
    info_row,
    quoted,
)
from cchc_xlsx.message import excel_text
from cchc_xlsx.template.content import Content
from cchc_xlsx.template.words import HOLDS, NOT_ENTERED, Cell

WRONG = "SAI"
_EARLIEST, _LATEST = 2000, 2099

_NO_SUCH_PERIOD = f"{WRONG}: chọn kỳ báo cáo trong danh sách"
_NO_SUCH_DAY = f"{WRONG}: ngày này không có trong lịch"
_NO_SUCH_MONTH = f"{WRONG}: tháng là số từ 1 đến 12"
_NO_SUCH_YEAR = f"{WRONG}: năm gồm bốn chữ số, ví dụ 2022"


def info_status(content: Content, field: InfoField) -> Cell:
    """Whether an answer is missing, impossible or well."""
    cell = f"${INFO_VALUE}${info_row(field.key)}"
    sound, is_sound, fault = _CHECKS.get(field.key, _anything)(content)
    formula = (
        f'=IF({cell}="",{excel_text(NOT_ENTERED)},'
        f"IF({sound},{excel_text(HOLDS)},{excel_text(fault)}))"
    )
    if content.answer(field.key) == "":
        return Cell(formula, NOT_ENTERED)
    return Cell(formula, HOLDS if is_sound else fault)


def wrong_answers(content: Content) -> Cell:
    """How many answers of `Thông tin` are impossible."""
    last = FIRST_INFO_ROW + len(INFO_FIELDS) - 1
    cells = f"{quoted(INFO_SHEET)}!${INFO_STATUS}${FIRST_INFO_ROW}:${INFO_STATUS}${last}"
    values = [str(info_status(content, field).value) for field in INFO_FIELDS]
    count = sum(value.startswith(WRONG) for value in values)
    return Cell(f'COUNTIF({cells},"{WRONG}*")', count)


Check = tuple[str, bool, str]
"""The condition in Excel's spelling, whether it holds, and the text when it does not."""


def _anything(content: Content) -> Check:
    return "TRUE", True, ""


def _period(content: Content) -> Check:
    cell = f"${INFO_VALUE}${info_row(PERIOD)}"
    titles = [period.title for period in content.form.periods_of(content.period.year)]
    same = ",".join(f"{cell}={excel_text(title)}" for title in titles)
    return f"OR({same})", content.answer(PERIOD) in titles, _NO_SUCH_PERIOD


def _whole_between(key: str, least: int, most: int, fault: str) -> Callable[[Content], Check]:
    cell = f"${INFO_VALUE}${info_row(key)}"

    def check(content: Content) -> Check:
        answer = content.answer(key)
        sound = (
            f"IF(ISNUMBER({cell}),AND({cell}>={least},{cell}<={most},{cell}=ROUND({cell},0)),FALSE)"
        )
        return sound, isinstance(answer, int) and least <= answer <= most, fault

    return check


def _day(content: Content) -> Check:
    day, month, year = (f"${INFO_VALUE}${info_row(key)}" for key in (DAY, MONTH, YEAR))
    # The Gregorian exception of 2100 lies outside the years accepted.
    february = f"28+IF(MOD({year},4)=0,1,0)"
    thirty = ",".join(f"{month}={number}" for number in (4, 6, 9, 11))
    longest = f"IF({month}=2,{february},31-IF(OR({thirty}),1,0))"
    known = f"AND({day}>=1,{day}<=IF(COUNT({month},{year})=2,{longest},31),{day}=ROUND({day},0))"
    sound = f"IF(ISNUMBER({day}),{known},FALSE)"
    return sound, _is_a_day(*(content.answer(key) for key in (DAY, MONTH, YEAR))), _NO_SUCH_DAY


def _is_a_day(day: str | int, month: str | int, year: str | int) -> bool:
    if not isinstance(day, int):
        return False
    if not (isinstance(month, int) and isinstance(year, int)):
        return 1 <= day <= 31
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_CHECKS: Mapping[str, Callable[[Content], Check]] = {
    PERIOD: _period,
    DAY: _day,
    MONTH: _whole_between(MONTH, 1, 12, _NO_SUCH_MONTH),
    YEAR: _whole_between(YEAR, _EARLIEST, _LATEST, _NO_SUCH_YEAR),
}
