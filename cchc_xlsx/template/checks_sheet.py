"""The sheet `Kiểm tra`: one status for the workbook, then every rule with a link to its cell."""

from __future__ import annotations

from cchc_xlsx.colours import AMBER, BLUE, GREEN, HEADING, RED
from cchc_xlsx.finding import SEVERITY_WORDS, Severity
from cchc_xlsx.layout import (
    APPENDIX_SHEET,
    CHECKS_HEADING_ROW,
    CHECKS_HEADINGS,
    CHECKS_SHEET,
    CHECKS_TITLE,
    FIRST_RULE_ROW,
    OVERALL_CELL,
    PROGRESS_CELL,
    RULE_CELL,
    RULE_ID,
    RULE_MESSAGE,
    RULE_REASON,
    RULE_SEVERITY,
    RULE_STATUS,
    AppendixCells,
    quoted,
    rule_reason,
    rule_target,
)
from cchc_xlsx.spreadsheet import Book, Sheet, lines_needed
from cchc_xlsx.template.live import Live
from cchc_xlsx.words import BROKEN, HOLDS, LATER, WHY_LATER

WIDTHS = {
    RULE_ID: 8.0,
    RULE_STATUS: 18.0,
    RULE_SEVERITY: 12.0,
    RULE_CELL: 10.0,
    RULE_REASON: 60.0,
    RULE_MESSAGE: 60.0,
}


def write_checks(book: Book, sheet: Sheet, live: Live) -> None:
    """Fill the sheet."""
    sheet.widths(WIDTHS)
    sheet.text("A1", CHECKS_TITLE, book.style(bold=True, font_size=14))
    overall, progress = live.overall(), live.progress()
    strong = book.style(bold=True, font_size=13)
    sheet.formula(OVERALL_CELL.replace("$", ""), overall.formula, overall.value, strong)
    sheet.formula(PROGRESS_CELL.replace("$", ""), progress.formula, progress.value, book.style())
    heading = book.style(
        bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color=HEADING
    )
    for column, title in CHECKS_HEADINGS.items():
        sheet.text(f"{column}{CHECKS_HEADING_ROW}", title, heading)
    cells = AppendixCells(live.appendix, from_sheet=CHECKS_SHEET)
    for position in live.checks.order:
        _write_rule(book, sheet, live, position, cells)
    _highlight(book, sheet, live)
    last = live.checks.last_row
    sheet.raw.freeze_panes(FIRST_RULE_ROW - 1, 0)
    sheet.raw.autofilter(f"{RULE_ID}{CHECKS_HEADING_ROW}:{RULE_MESSAGE}{last}")
    sheet.page(landscape=True, repeat=(CHECKS_HEADING_ROW, CHECKS_HEADING_ROW))


def _write_rule(book: Book, sheet: Sheet, live: Live, position: int, cells: AppendixCells) -> None:
    rule = live.form.rules[position]
    row = live.checks.row(position)
    look = {"border": 1, "valign": "vcenter", "text_wrap": True}
    plain, centred = book.style(**look), book.style(align="center", **look)
    target = rule_target(live.appendix, rule)
    sheet.text(f"{RULE_ID}{row}", rule.id, centred)
    if rule.check.is_live:
        status, message = live.rule_status(position, cells), live.rule_message(position, cells)
        sheet.formula(f"{RULE_STATUS}{row}", status.formula, status.value, centred)
        sheet.formula(f"{RULE_MESSAGE}{row}", message.formula, message.value, plain)
    else:
        sheet.text(f"{RULE_STATUS}{row}", LATER, centred)
        sheet.text(f"{RULE_MESSAGE}{row}", WHY_LATER, plain)
    sheet.text(f"{RULE_SEVERITY}{row}", SEVERITY_WORDS[rule.severity], centred)
    link = book.style(font_color="#0563C1", underline=1, align="center", **look)
    sheet.link(f"{RULE_CELL}{row}", f"{quoted(APPENDIX_SHEET)}!{target}", target, link)
    reason = rule_reason(live.form, rule)
    sheet.text(f"{RULE_REASON}{row}", reason, plain)
    # The message may come up later, while the row's height cannot change by itself.
    longest = max(reason, rule.message.sketch, key=len)
    sheet.height(row, lines_needed(longest, WIDTHS[RULE_REASON]))
    if not live.can_ever_be_told(position):
        sheet.hide_row(row)


def _highlight(book: Book, sheet: Sheet, live: Live) -> None:
    first = f"${RULE_STATUS}{FIRST_RULE_ROW}"
    cells = f"{RULE_STATUS}{FIRST_RULE_ROW}:{RULE_STATUS}{live.checks.last_row}"
    for severity, colour in (
        (Severity.ERROR, RED),
        (Severity.WARNING, AMBER),
        (Severity.INFO, BLUE),
    ):
        sheet.highlight(cells, f'={first}="{BROKEN[severity]}"', book.style(bg_color=colour))
    sheet.highlight(cells, f'={first}="{HOLDS}"', book.style(font_color=GREEN))
