"""The sheet `Hướng dẫn`: one page that tells staff how to fill the workbook."""

from __future__ import annotations

from cchc_xlsx.form import Form
from cchc_xlsx.guide import SECTIONS, TITLE, bullet
from cchc_xlsx.layout import form_remark
from cchc_xlsx.spreadsheet import Book, Sheet, lines_needed

WIDTH = 96.0


def write_guide(book: Book, sheet: Sheet, form: Form) -> None:
    """Fill the sheet."""
    sheet.widths({"A": WIDTH})
    sheet.text("A1", TITLE, book.style(bold=True, font_size=14))
    sheet.text("A2", form.name, book.style(italic=True))
    row = 4
    for heading, paragraphs in SECTIONS:
        sheet.text(f"A{row}", heading, book.style(bold=True, font_size=13))
        for paragraph in paragraphs:
            row += 1
            sheet.text(f"A{row}", bullet(paragraph), book.style(text_wrap=True, valign="top"))
            sheet.height(row, lines_needed(bullet(paragraph), WIDTH))
        row += 2
    sheet.text(f"A{row}", form_remark(form), book.style(italic=True))
    sheet.page(repeat=(1, 1))
