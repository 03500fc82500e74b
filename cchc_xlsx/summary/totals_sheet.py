"""The sheet `Tổng hợp`: the appendix's rows, their totals, and a column for each unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cchc_xlsx.colours import AMBER, HEADING, ITEM, RED, SECTION
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.finding import Severity, worst_first
from cchc_xlsx.form import Aggregate, Indicator, Kind, Level
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.spreadsheet import A3, Book, Sheet, lines_needed
from cchc_xlsx.summary.layout import (
    CODE,
    FIRST_ROW,
    FIRST_UNIT_COLUMN,
    HEADING_ROW,
    HEADINGS,
    LABEL,
    METHOD,
    REPORTED,
    STT,
    TOTAL,
    UNIT,
    TotalsLayout,
)
from cchc_xlsx.summary.live_totals import NAMES, Ranges, total_formula, total_value

WIDTHS = {CODE: 11.0, STT: 6.0, LABEL: 52.0, UNIT: 17.0, METHOD: 24.0, TOTAL: 16.0, REPORTED: 11.0}
UNIT_WIDTH = 14.0

_TINT = {Level.SECTION: SECTION, Level.ITEM: ITEM}
_COLOUR = {Severity.ERROR: RED, Severity.WARNING: AMBER}


def write_totals(book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout) -> None:
    """Fill the sheet."""
    sheet.widths(WIDTHS | {layout.column(code): UNIT_WIDTH for code in layout.unit_codes})
    _write_heading(book, sheet, merged)
    _write_column_headings(book, sheet, merged, layout)
    colours = _colours(merged)
    for row in merged.form.indicators:
        _write_row(book, sheet, merged, layout, row, colours)
    _write_cautions(book, sheet, merged, layout)
    sheet.raw.freeze_panes(FIRST_ROW - 1, FIRST_UNIT_COLUMN)
    sheet.raw.autofilter(f"{CODE}{FIRST_ROW - 1}:{layout.last_column}{layout.last_row}")
    sheet.page(landscape=True, paper=A3, repeat=(HEADING_ROW, FIRST_ROW - 1))


def _write_heading(book: Book, sheet: Sheet, merged: Consolidation) -> None:
    sheet.text(f"{CODE}1", f"{MERGED_TAG}/{merged.form.tag}", book.style(font_color="#808080"))
    title = f"TỔNG HỢP: {merged.form.title}"
    sheet.text(f"{CODE}2", title, book.style(bold=True, font_size=14))
    period = merged.period.title if merged.period else "Chưa có số liệu"
    sheet.text(f"{CODE}3", period, book.style(bold=True))
    missing = ", ".join(unit.name for unit in merged.batch.missing_units)
    senders = f"Số đơn vị được tổng hợp: {len(merged.units)}/{merged.expected}."
    sheet.text(f"{CODE}4", senders + (f" Chưa có: {missing}." if missing else ""), book.style())


def _write_column_headings(
    book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout
) -> None:
    style = book.style(
        bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color=HEADING
    )
    second = HEADING_ROW + 1
    for column, heading in HEADINGS.items():
        sheet.merged(f"{column}{HEADING_ROW}:{column}{second}", heading, style)
    for unit in merged.units:
        sheet.text(f"{layout.column(unit.code)}{HEADING_ROW}", unit.name, style)
        sheet.text(f"{layout.column(unit.code)}{second}", unit.code, style)
    sheet.height(
        HEADING_ROW,
        max([2, *(lines_needed(unit.name, UNIT_WIDTH, bold=True) for unit in merged.units)]),
    )


def _colours(merged: Consolidation) -> dict[tuple[str, str], str]:
    """The colour of each unit's cell that a finding names: the gravest finding decides."""
    colours: dict[tuple[str, str], str] = {}
    for finding in worst_first(merged.batch.findings):
        if finding.severity in _COLOUR and finding.rule != BLANKS.id:
            for code in finding.codes:
                colours.setdefault((finding.unit, code), _COLOUR[finding.severity])
    return colours


def _write_row(
    book: Book,
    sheet: Sheet,
    merged: Consolidation,
    layout: TotalsLayout,
    row: Indicator,
    colours: dict[tuple[str, str], str],
) -> None:
    at = layout.row(row.code)
    look: dict[str, Any] = {"border": 1, "valign": "vcenter", "text_wrap": True}
    if row.level in _TINT:
        look |= {"bold": True, "bg_color": _TINT[row.level]}
    mark = " (*)" if row.caution else ""
    texts = {
        CODE: row.code,
        STT: row.stt,
        LABEL: row.label,
        UNIT: row.printed_unit,
        METHOD: NAMES[row.aggregate] + mark,
    }
    for column, text in texts.items():
        sheet.text(f"{column}{at}", text, book.style(**look))
    if row.is_input:
        _write_total(book, sheet, merged, layout, row, look)
        for unit_code in layout.unit_codes:
            tint = colours.get((unit_code, row.code))
            _write_figure(book, sheet, merged, layout, row, unit_code, look, tint)
    else:
        for column in (TOTAL, REPORTED, *map(layout.column, layout.unit_codes)):
            sheet.blank(f"{column}{at}", book.style(**look))
    lines = (lines_needed(text, WIDTHS[column]) for column, text in texts.items())
    sheet.height(at, max(*lines, _lines_of_total(row)))


def _lines_of_total(row: Indicator) -> int:
    return (
        len(row.measure.choices) if row.measure and row.aggregate is Aggregate.DISTRIBUTION else 1
    )


def _number_format(row: Indicator, *, total: bool) -> str:
    if row.measure and row.measure.kind is Kind.PERCENT:
        return "0.00" if total else "General"
    return "#,##0"


def _write_total(
    book: Book,
    sheet: Sheet,
    merged: Consolidation,
    layout: TotalsLayout,
    row: Indicator,
    look: dict[str, Any],
) -> None:
    at = layout.row(row.code)
    total = merged.totals[row.code]
    ranges = Ranges(layout.units_of(row.code), tuple(layout.units_of(code) for code in row.of))
    style = book.style(
        align="right", num_format=_number_format(row, total=True), **{**look, "bold": True}
    )
    sheet.formula(f"{TOTAL}{at}", total_formula(row, ranges), total_value(row, total), style)
    if row.caution:
        sheet.comment(f"{TOTAL}{at}", row.caution)
    reported = f'=COUNT({ranges.own})&"/{merged.expected}"'
    value = f"{total.reported}/{total.expected}"
    sheet.formula(f"{REPORTED}{at}", reported, value, book.style(align="center", **look))


def _write_figure(
    book: Book,
    sheet: Sheet,
    merged: Consolidation,
    layout: TotalsLayout,
    row: Indicator,
    unit_code: str,
    look: dict[str, Any],
    tint: str | None,
) -> None:
    colour = {"bg_color": tint} if tint else {}
    style = book.style(
        align="right",
        **{**look, "bold": False, **colour},
        num_format=_number_format(row, total=False),
    )
    cell = f"{layout.column(unit_code)}{layout.row(row.code)}"
    figure = merged.figure(unit_code, row.code)
    if figure is None:
        sheet.blank(cell, style)
    else:
        sheet.number(cell, figure, style)


def _write_cautions(book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout) -> None:
    """Below the table: what the totals marked (*) cannot say, and what the colours mean."""
    lines: Iterable[str] = [
        *(
            f"(*) {row.code} {row.label}: {row.caution}"
            for row in merged.form.inputs
            if row.caution
        ),
        "Ô trống: đơn vị chưa báo cáo chỉ tiêu đó, không được tính là 0. "
        "Ô màu đỏ, màu vàng: có lỗi, có cảnh báo; xem trang Vấn đề.",
    ]
    for at, line in enumerate(lines, start=layout.last_row + 2):
        sheet.text(f"{STT}{at}", line, book.style(italic=True))
