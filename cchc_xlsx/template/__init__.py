"""Writes the locked workbook that staff fill."""

from __future__ import annotations

from pathlib import Path

from cchc_xlsx import __version__
from cchc_xlsx.layout import (
    APPENDIX_SHEET,
    CHECKS_SHEET,
    GUIDE_SHEET,
    HIDDEN_KEYS,
    HIDDEN_SHEET,
    INFO_SHEET,
)
from cchc_xlsx.spreadsheet import Book, Sheet
from cchc_xlsx.template.appendix_sheet import write_appendix
from cchc_xlsx.template.checks_sheet import write_checks
from cchc_xlsx.template.content import Content
from cchc_xlsx.template.guide_sheet import write_guide
from cchc_xlsx.template.info_sheet import write_info
from cchc_xlsx.template.live import Live

__all__ = ["Content", "write_template"]

_ALLOWED_UNDER_PROTECTION = {"format_rows": True, "autofilter": True}


def write_template(content: Content, path: Path, password: str = "") -> None:
    """Write the workbook of one reporting unit and period to `path`.

    Every sheet is protected, with the password if one is given; only input and note cells are
    unlocked. `path` must not be in use; the caller sees to its replacement being atomic.
    """
    with Book(path, lock_structure=True) as book:
        live = Live(content)
        names = (INFO_SHEET, APPENDIX_SHEET, CHECKS_SHEET, GUIDE_SHEET, HIDDEN_SHEET)
        info, appendix, checks, guide, hidden = (book.sheet(name) for name in names)
        write_info(book, info, content)
        write_appendix(book, appendix, live)
        write_checks(book, checks, live)
        write_guide(book, guide, content.form)
        _write_hidden(book, hidden, content)
        for sheet in (info, appendix, checks, guide, hidden):
            sheet.raw.protect(password, _ALLOWED_UNDER_PROTECTION)
        (appendix if content.unit else info).raw.activate()


def _write_hidden(book: Book, sheet: Sheet, content: Content) -> None:
    form = content.form
    unit = content.unit.code if content.unit else ""
    values = (form.id, form.version, form.digest, __version__, content.period.id, unit)
    carried = content.rollup.hidden().items() if content.rollup else ()
    pairs = (*zip(HIDDEN_KEYS, values, strict=True), *carried)
    for row, (key, value) in enumerate(pairs, start=1):
        sheet.text(f"A{row}", key, book.style())
        sheet.text(f"B{row}", value, book.style())
    sheet.raw.very_hidden()
