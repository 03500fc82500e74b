"""The live checks of `Thông tin`: is each answer there, and can it be right."""

from __future__ import annotations

from cchc_xlsx.finding import Severity
from cchc_xlsx.info_checks import check_of, faults
from cchc_xlsx.layout import (
    FIRST_INFO_ROW,
    INFO_FIELDS,
    INFO_SHEET,
    INFO_STATUS,
    INFO_VALUE,
    InfoField,
    info_row,
    quoted,
)
from cchc_xlsx.message import excel_text
from cchc_xlsx.template.content import Content
from cchc_xlsx.template.live_cell import LiveCell
from cchc_xlsx.words import BROKEN, HOLDS, NOT_ENTERED

WRONG = BROKEN[Severity.ERROR]


def info_status(content: Content, field: InfoField) -> LiveCell:
    """Whether an answer is missing, impossible or well."""
    cell = f"${INFO_VALUE}${info_row(field.key)}"
    check = check_of(field, content.period_titles)
    given = excel_text(HOLDS)
    if check:
        given = f"IF({check.excel},{given},{excel_text(f'{WRONG}: {check.fault}')})"
    formula = f'=IF({cell}="",{excel_text(NOT_ENTERED)},{given})'
    if content.answer(field.key) == "":
        return LiveCell(formula, NOT_ENTERED)
    fault = _faults(content).get(field.key)
    return LiveCell(formula, f"{WRONG}: {fault}" if fault else HOLDS)


def wrong_answers(content: Content) -> LiveCell:
    """How many answers of `Thông tin` are impossible."""
    last = FIRST_INFO_ROW + len(INFO_FIELDS) - 1
    cells = f"{quoted(INFO_SHEET)}!${INFO_STATUS}${FIRST_INFO_ROW}:${INFO_STATUS}${last}"
    return LiveCell(f'COUNTIF({cells},"{WRONG}:*")', len(_faults(content)))


def _faults(content: Content) -> dict[str, str]:
    answers = {field.key: content.answer(field.key) for field in INFO_FIELDS}
    return faults(answers, content.period_titles)
