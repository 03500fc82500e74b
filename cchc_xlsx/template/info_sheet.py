"""The sheet `Thông tin`: who reports, for which period, and whom to ask."""

from __future__ import annotations

from typing import Any

from cchc_xlsx.colours import GREEN, HEADING, INPUT, RED
from cchc_xlsx.layout import (
    CARRIED_OVER,
    CONTACT_COLUMNS,
    CONTACT_HEADING_ROW,
    CONTACT_ROLE_HEADING,
    CONTACTS_TITLE,
    FIRST_CONTACT_ROW,
    FIRST_INFO_ROW,
    INFO_FIELDS,
    INFO_KEY,
    INFO_LABEL,
    INFO_STATUS,
    INFO_TITLE,
    INFO_VALUE,
    PERIOD,
    STATUS_HEADING,
    InfoField,
    contact_answer,
    contact_key,
    field_label,
    form_remark,
)
from cchc_xlsx.spreadsheet import Book, Sheet, lines_needed
from cchc_xlsx.template.content import Content
from cchc_xlsx.template.info_live import WRONG, info_status
from cchc_xlsx.words import HOLDS

WIDTHS = {"B": 34.0, "C": 46.0, "D": 32.0, "E": 30.0, "F": 18.0}


def write_info(book: Book, sheet: Sheet, content: Content) -> None:
    """Fill the sheet."""
    sheet.widths(WIDTHS)
    sheet.hide(INFO_KEY)
    title = book.style(bold=True, font_size=14)
    sheet.text(f"{INFO_LABEL}1", INFO_TITLE, title)
    sheet.text(f"{INFO_LABEL}2", content.form.name, book.style(italic=True))
    sheet.text(f"{INFO_STATUS}{FIRST_INFO_ROW - 1}", STATUS_HEADING, book.style(bold=True))
    if content.carried_over:
        sheet.text(f"{INFO_LABEL}{FIRST_INFO_ROW - 1}", CARRIED_OVER, book.style(italic=True))
    for offset, field in enumerate(INFO_FIELDS):
        _write_field(book, sheet, content, field, FIRST_INFO_ROW + offset)
    _write_contacts(book, sheet, content)
    end = FIRST_CONTACT_ROW + len(content.form.contacts) + 1
    sheet.text(f"{INFO_LABEL}{end}", form_remark(content.form), book.style(italic=True))
    _highlight(book, sheet)
    sheet.page(landscape=True, repeat=(1, 1))


def _write_field(book: Book, sheet: Sheet, content: Content, field: InfoField, row: int) -> None:
    sheet.text(f"{INFO_KEY}{row}", field.key, book.style())
    sheet.text(
        f"{INFO_LABEL}{row}",
        field_label(field),
        book.style(border=1, valign="vcenter", text_wrap=True),
    )
    _write_answer(book, sheet, content, field, f"{INFO_VALUE}{row}")
    status = info_status(content, field)
    style = book.style(valign="vcenter", text_wrap=True)
    sheet.formula(f"{INFO_STATUS}{row}", status.formula, status.value, style)
    sheet.height(row, max(1.3, answer_lines(str(content.answer(field.key)))))


def answer_lines(answer: str) -> int:
    """How many lines an answer takes in its cell."""
    return lines_needed(answer, WIDTHS[INFO_VALUE])


def _write_answer(book: Book, sheet: Sheet, content: Content, field: InfoField, cell: str) -> None:
    answer = content.answer(field.key)
    fixed = content.is_fixed(field.key)
    look: dict[str, Any] = {"border": 1, "align": "left", "valign": "vcenter", "text_wrap": True}
    look |= {"bold": True} if fixed else {"bg_color": INPUT, "locked": False}
    if not field.bounds:
        look |= {"num_format": "@"}
    if isinstance(answer, int):
        sheet.number(cell, answer, book.style(**look))
    else:
        sheet.text(cell, answer, book.style(**look))
    if not fixed:
        sheet.validate(cell, _validation(content, field))


def _validation(content: Content, field: InfoField) -> dict[str, object]:
    options: dict[str, object] = {"validate": "any"}
    if field.key == PERIOD:
        options = {"validate": "list", "source": content.period_titles}
    elif field.bounds:
        least, most = field.bounds
        options = {
            "validate": "integer",
            "criteria": "between",
            "minimum": least,
            "maximum": most,
        }
    return options | {
        "input_title": field.label,
        "input_message": field.prompt,
        "error_title": "Thông tin chưa đúng",
        "error_message": f"{field.label}: {field.prompt}.",
    }


def _write_contacts(book: Book, sheet: Sheet, content: Content) -> None:
    """Section 4 of the report: the persons in charge of administrative reform."""
    bold = book.style(bold=True)
    sheet.text(f"{INFO_LABEL}{CONTACT_HEADING_ROW - 1}", CONTACTS_TITLE, bold)
    heading = book.style(bold=True, border=1, align="center", bg_color=HEADING)
    for column, title in ({INFO_LABEL: CONTACT_ROLE_HEADING} | CONTACT_COLUMNS).items():
        sheet.text(f"{column}{CONTACT_HEADING_ROW}", title, heading)
    role_style = book.style(border=1, valign="vcenter", text_wrap=True)
    answer_style = book.style(
        border=1, valign="vcenter", text_wrap=True, bg_color=INPUT, locked=False, num_format="@"
    )
    for number, role in enumerate(content.form.contacts, start=1):
        row = FIRST_CONTACT_ROW + number - 1
        sheet.text(f"{INFO_KEY}{row}", contact_key(number), book.style())
        sheet.text(f"{INFO_LABEL}{row}", role, role_style)
        for column in CONTACT_COLUMNS:
            answer = str(content.answer(contact_answer(number, column)))
            sheet.text(f"{column}{row}", answer, answer_style)
        sheet.height(row, 2)


def _highlight(book: Book, sheet: Sheet) -> None:
    last = FIRST_INFO_ROW + len(INFO_FIELDS) - 1
    cells = f"{INFO_STATUS}{FIRST_INFO_ROW}:{INFO_STATUS}{last}"
    first = f"${INFO_STATUS}{FIRST_INFO_ROW}"
    sheet.highlight(cells, f'=COUNTIF({first},"{WRONG}:*")>0', book.style(bg_color=RED))
    sheet.highlight(cells, f'={first}="{HOLDS}"', book.style(font_color=GREEN))
