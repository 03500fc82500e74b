"""The sheet `Tổng hợp`: the appendix's rows, their totals, and a column for each unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cchc_xlsx.aggregate import Ranges, way_of
from cchc_xlsx.colours import ADJUSTED, AMBER, HEADING, ITEM, RED, SECTION
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.finding import Severity, worst_first
from cchc_xlsx.form import Aggregate, Indicator, Kind, Level
from cchc_xlsx.layout import MERGED_TAG
from cchc_xlsx.reading_rules import BLANKS
from cchc_xlsx.spreadsheet import A3, Book, Sheet, lines_needed
from cchc_xlsx.submission import Adjustment
from cchc_xlsx.summary.totals_layout import (
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

WIDTHS = {CODE: 11.0, STT: 6.0, LABEL: 52.0, UNIT: 17.0, METHOD: 24.0, TOTAL: 16.0, REPORTED: 11.0}
UNIT_WIDTH = 14.0

_TINT = {Level.SECTION: SECTION, Level.ITEM: ITEM}
_INDENT = {Level.SUBSUB: 1}
_COLOUR = {Severity.ERROR: RED, Severity.WARNING: AMBER}


def write_totals(book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout) -> None:
    """Fill the sheet."""
    sheet.widths(WIDTHS | {layout.column(code): UNIT_WIDTH for code in layout.unit_codes})
    _write_heading(book, sheet, merged)
    _write_column_headings(book, sheet, merged, layout)
    writer = _Writer(book, sheet, merged, layout)
    for indicator in merged.form.indicators:
        writer.write_row(indicator)
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
    sheet.text(f"{CODE}4", senders + (f" Chưa nộp: {missing}." if missing else ""), book.style())


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


@dataclass(frozen=True)
class _Writer:
    """Writes the rows of the table."""

    book: Book
    sheet: Sheet
    merged: Consolidation
    layout: TotalsLayout

    def write_row(self, indicator: Indicator) -> None:
        at, style = self.layout.row(indicator.code), self.book.style(**_look(indicator))
        texts = {
            CODE: indicator.code,
            STT: indicator.stt,
            LABEL: indicator.label,
            UNIT: indicator.printed_unit,
            METHOD: _method(indicator),
        }
        own: dict[str, dict[str, Any]] = {
            STT: {"align": "center"},
            LABEL: {"indent": _INDENT.get(indicator.level, 0)},
        }
        for column, text in texts.items():
            look = _look(indicator) | own.get(column, {})
            self.sheet.text(f"{column}{at}", text, self.book.style(**look))
        if indicator.is_input:
            self._write_total(indicator)
            self._write_figures(indicator)
        else:
            for column in (TOTAL, REPORTED, *map(self.layout.column, self.layout.unit_codes)):
                self.sheet.blank(f"{column}{at}", style)
        lines = (lines_needed(text, WIDTHS[column]) for column, text in texts.items())
        self.sheet.height(at, max(*lines, _lines_of_total(indicator)))

    def _write_total(self, indicator: Indicator) -> None:
        at, code = self.layout.row(indicator.code), indicator.code
        total, way = self.merged.totals[code], way_of(indicator)
        ranges = Ranges(
            self.layout.units_of(code),
            tuple(self.layout.units_of(each) for each in indicator.of),
            total.beyond,
        )
        look = _look(indicator) | {"bold": True}
        if self._rests_on_an_error(indicator):
            look |= {"bg_color": AMBER}
        style = self.book.style(
            align="right", indent=1, num_format=_number_format(indicator, total=True), **look
        )
        formula, value = way.formula(indicator, ranges), way.shown(indicator, total.parts)
        self.sheet.formula(f"{TOTAL}{at}", formula, value, style)
        if indicator.caution:
            self.sheet.comment(f"{TOTAL}{at}", indicator.caution)
        self.sheet.formula(
            f"{REPORTED}{at}",
            f'=COUNT({ranges.own})&"/{total.expected}"',
            f"{total.reported}/{total.expected}",
            self.book.style(align="center", **_look(indicator)),
        )

    def _rests_on_an_error(self, indicator: Indicator) -> bool:
        """Whether a figure behind this total is named by a finding of the gravest kind."""
        return not self._codes_in_error.isdisjoint((indicator.code, *indicator.of))

    @cached_property
    def _codes_in_error(self) -> set[str]:
        return {code for (_, code), colour in self._colours.items() if colour == RED}

    @cached_property
    def _colours(self) -> dict[tuple[str, str], str]:
        """The colour of each unit's cell that a finding names: the gravest finding decides."""
        colours: dict[tuple[str, str], str] = {}
        for finding in worst_first(self.merged.batch.findings):
            if finding.severity in _COLOUR and finding.rule != BLANKS.id:
                for code in finding.codes:
                    colours.setdefault((finding.unit, code), _COLOUR[finding.severity])
        return colours

    def _write_figures(self, indicator: Indicator) -> None:
        plain = _look(indicator) | {"bold": False, "align": "right", "indent": 1}
        plain |= {"num_format": _number_format(indicator, total=False)}
        for submission in self.merged.submissions:
            cell = self.layout.cell(submission.unit_code, indicator.code)
            figure = submission.fill.values.get(indicator.code)
            tint = self._colours.get((submission.unit_code, indicator.code))
            tint = tint or (AMBER if _is_adverse(indicator, figure) else None)
            look = plain | {"bg_color": tint} if tint else plain
            look = look | self._mark_adjusted(cell, submission.adjusted.get(indicator.code))
            style = self.book.style(**look)
            if figure is None:
                self.sheet.blank(cell, style)
            else:
                self.sheet.number(cell, figure, style)

    def _mark_adjusted(self, cell: str, correction: Adjustment | None) -> dict[str, Any]:
        """The look of a figure that the coordinator corrected, and a comment with the original."""
        if correction is None:
            return {}
        self.sheet.comment(
            cell,
            f"Số gốc {correction.original_in_words} (đơn vị báo cáo), điều chỉnh thành "
            f"{correction.corrected_in_words}: {correction.reason} – {correction.who}",
        )
        return {"bold": True, "font_color": ADJUSTED, "border": 2, "border_color": ADJUSTED}


def _is_adverse(indicator: Indicator, figure: float | None) -> bool:
    """Whether a unit chose a code that reports something bad, such as "Có vi phạm"."""
    return indicator.measure is not None and figure in indicator.measure.adverse


def _look(indicator: Indicator) -> dict[str, Any]:
    look: dict[str, Any] = {"border": 1, "valign": "vcenter", "text_wrap": True}
    if indicator.level in _TINT:
        look |= {"bold": True, "bg_color": _TINT[indicator.level]}
    return look


def _method(indicator: Indicator) -> str:
    """How the row is consolidated, with a mark when its total wants a caution."""
    if not indicator.is_input:
        return ""
    return way_of(indicator).name + (" (*)" if indicator.caution else "")


def _lines_of_total(indicator: Indicator) -> int:
    is_list = indicator.measure and indicator.aggregate is Aggregate.DISTRIBUTION
    return len(indicator.measure.choices) if indicator.measure and is_list else 1


def _number_format(indicator: Indicator, *, total: bool) -> str:
    if indicator.measure and indicator.measure.kind is Kind.PERCENT:
        return "0.00" if total else "General"
    return "#,##0"


def _write_cautions(book: Book, sheet: Sheet, merged: Consolidation, layout: TotalsLayout) -> None:
    """Below the table: what the totals marked (*) cannot say, and what the colours mean."""
    lines: Iterable[str] = [
        *(
            f"(*) {row.code} {row.label}: {row.caution}"
            for row in merged.form.inputs
            if row.caution
        ),
        "Ô trống: đơn vị chưa báo cáo chỉ tiêu đó, không được tính là 0. "
        "Ô màu đỏ, màu vàng: có lỗi, có cảnh báo (xem trang Vấn đề) hoặc có vi phạm. "
        "Số tổng hợp trên nền vàng: có số liệu thành phần đang bị lỗi. "
        "Số đậm màu xanh trong khung xanh: người tổng hợp đã điều chỉnh; số gốc ở nhận xét của ô "
        "và ở trang Điều chỉnh.",
    ]
    for at, line in enumerate(lines, start=layout.last_row + 2):
        sheet.text(f"{STT}{at}", line, book.style(italic=True))
