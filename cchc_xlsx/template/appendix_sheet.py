"""The sheet `Phụ lục`: the appendix as it is printed, with input cells and live checks."""

from __future__ import annotations

from xlsxwriter.format import Format

from cchc_xlsx.colours import AMBER, BLUE, GREEN, HEADING, INPUT, ITEM, RED, SECTION
from cchc_xlsx.figures import state_formula
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import Basis, Indicator, Kind, Level, Measure
from cchc_xlsx.layout import (
    APPENDIX_HEADINGS,
    APPENDIX_WORD,
    ATTACHED,
    CHECKS_SHEET,
    CODE,
    DAY,
    FIGURE,
    FIRST_ROW,
    HEADING_ROW,
    LABEL,
    MONTH,
    MOTTO,
    NAMELESS,
    NATION,
    NOTE,
    OPENING,
    OVERALL_CELL,
    PARENT_NAME,
    PERIOD,
    PREVIOUS,
    PREVIOUS_COLUMNS,
    PREVIOUS_COPY,
    PREVIOUS_LEGEND,
    PROGRESS_CELL,
    REPORT_NUMBER,
    STATE,
    STATUS,
    STT,
    TAG_CELL,
    UNIT,
    UNIT_NAME,
    VALUE,
    VALUE_SUBHEADING,
    YEAR,
    AppendixCells,
    figure_formula,
    info_cell,
    quoted,
    suggestion_formula,
)
from cchc_xlsx.message import excel_text
from cchc_xlsx.prompts import prompt_for
from cchc_xlsx.spreadsheet import Book, Sheet, lines_needed
from cchc_xlsx.submission import Submission
from cchc_xlsx.template.content import Content
from cchc_xlsx.template.live import Live
from cchc_xlsx.template.live_cell import LiveCell
from cchc_xlsx.vietnamese import format_date
from cchc_xlsx.words import BROKEN, HOLDS

WIDTHS = {STT: 6.0, LABEL: 50.0, UNIT: 17.0, VALUE: 13.0, NOTE: 34.0, PREVIOUS: 22.0, STATUS: 110.0}


def write_appendix(book: Book, sheet: Sheet, live: Live) -> None:
    """Fill the sheet."""
    sheet.widths(WIDTHS)
    for column in (CODE, PREVIOUS_COPY, OPENING, FIGURE, STATE):
        sheet.hide(column)
    _write_official_heading(book, sheet, live)
    _write_table_heading(book, sheet)
    if live.content.previous:
        _write_previous_period(book, sheet, live, live.content.previous)
    else:
        sheet.hide(PREVIOUS)
    cells = AppendixCells(live.appendix)
    for indicator in live.form.indicators:
        _write_row(book, sheet, live, indicator, cells)
    _highlight(book, sheet, live)
    last = live.appendix.last_row
    sheet.raw.freeze_panes(FIRST_ROW - 1, 0)
    sheet.raw.autofilter(f"{STT}{FIRST_ROW - 1}:{STATUS}{last}")
    sheet.raw.print_area(f"{STT}1:{NOTE}{last}")
    sheet.page(repeat=(HEADING_ROW, FIRST_ROW - 1))
    sheet.raw.set_start_page(1)
    sheet.raw.set_footer(f"&L&8Mẫu {live.form.tag}")


# --- headings -------------------------------------------------------------------------------


def _write_official_heading(book: Book, sheet: Sheet, live: Live) -> None:
    """Issuing body, Quốc hiệu, title and "Kèm theo", as nghị định 30/2020/NĐ-CP places them."""
    content = live.content
    sheet.text(TAG_CELL, live.form.tag, book.style())
    centre = {"align": "center", "valign": "vcenter", "text_wrap": True}
    regular, bold = book.style(**centre), book.style(bold=True, **centre)
    motto = book.style(bold=True, underline=1, **centre)
    title = book.style(bold=True, font_size=14, **centre)
    attached = book.style(italic=True, **centre)

    left, right, whole = (
        f"{STT}{{0}}:{LABEL}{{0}}",
        f"{UNIT}{{0}}:{NOTE}{{0}}",
        f"{STT}{{0}}:{NOTE}{{0}}",
    )
    parent = _or_else(content, PARENT_NAME, "")
    office = _or_else(content, UNIT_NAME, NAMELESS)
    sheet.merged_formula(left.format(1), parent.formula, str(parent.value), regular)
    sheet.merged(right.format(1), NATION, bold)
    sheet.merged_formula(left.format(2), office.formula, str(office.value), bold)
    sheet.merged(right.format(2), MOTTO, motto)
    sheet.merged(whole.format(3), APPENDIX_WORD, title)
    sheet.merged(whole.format(4), live.form.title, title)
    for row, cell, style in ((5, _subtitle(content), bold), (6, _attached_to(content), attached)):
        sheet.merged_formula(whole.format(row), cell.formula, str(cell.value), style)
    for row, lines in ((1, 1.0), (2, 1.6), (3, 1.3), (4, 1.3), (5, 1.3), (6, 1.8)):
        sheet.height(row, lines)
    _write_summary(book, sheet, live)


def _write_summary(book: Book, sheet: Sheet, live: Live) -> None:
    """The overall status and the progress, above the live checks and outside the printed area."""
    style = book.style(bold=True, valign="vcenter")
    for row, source, cell in (
        (2, OVERALL_CELL, live.overall()),
        (4, PROGRESS_CELL, live.progress()),
    ):
        sheet.formula(f"{STATUS}{row}", f"={quoted(CHECKS_SHEET)}!{source}", cell.value, style)


def _or_else(content: Content, key: str, otherwise: str) -> LiveCell:
    cell = info_cell(key)
    return LiveCell(f'=IF({cell}="","{otherwise}",{cell})', str(content.answer(key) or otherwise))


def _subtitle(content: Content) -> LiveCell:
    period, office = info_cell(PERIOD), info_cell(UNIT_NAME)
    known = content.answer(PERIOD), content.answer(UNIT_NAME)
    return LiveCell(
        f'=IF({period}="","",{period})&IF({office}="",""," của "&{office})',
        f"{known[0]} của {known[1]}" if known[1] else f"{known[0]}",
    )


def _attached_to(content: Content) -> LiveCell:
    """The line ``(Kèm theo Báo cáo số … ngày … của …)``."""
    number, office = info_cell(REPORT_NUMBER), info_cell(UNIT_NAME)
    day, month, year = info_cell(DAY), info_cell(MONTH), info_cell(YEAR)
    formula = (
        f'={excel_text(ATTACHED)}&IF({number}="","……",{number})'
        # A day below 10 and the months 1 and 2 are written with a 0, the other months are not.
        f'&" ngày "&IF({day}="","…",IF({day}<10,"0","")&{day})'
        f'&"/"&IF({month}="","…",IF({month}<3,"0","")&{month})'
        f'&"/"&IF({year}="","…",{year})'
        f'&IF({office}="",""," của "&{office})&")"'
    )
    report = content.answer(REPORT_NUMBER) or "……"
    by = f" của {content.answer(UNIT_NAME)}" if content.answer(UNIT_NAME) else ""
    return LiveCell(formula, f"{ATTACHED}{report} ngày {_date(content)}{by})")


def _date(content: Content) -> str:
    day, month, year = (content.answer(key) for key in (DAY, MONTH, YEAR))
    if isinstance(day, int) and isinstance(month, int) and isinstance(year, int):
        return format_date(day, month, year)
    return f"{day or '…'}/{month or '…'}/{year or '…'}"


def _write_table_heading(book: Book, sheet: Sheet) -> None:
    style = book.style(
        bold=True, border=1, align="center", valign="vcenter", text_wrap=True, bg_color=HEADING
    )
    second = FIRST_ROW - 1
    for column, heading in APPENDIX_HEADINGS.items():
        if column in PREVIOUS_COLUMNS:
            continue
        if column == VALUE:
            sheet.text(f"{column}{HEADING_ROW}", heading, style)
            sheet.text(f"{column}{second}", VALUE_SUBHEADING, style)
        elif column in (STATUS, FIGURE, STATE):
            sheet.text(f"{column}{second}", heading, book.style(bold=True, valign="vcenter"))
        else:
            sheet.merged(f"{column}{HEADING_ROW}:{column}{second}", heading, style)
    sheet.height(HEADING_ROW, 2)
    sheet.height(second, 1.5)


# --- the period before ----------------------------------------------------------------------


def _write_previous_period(book: Book, sheet: Sheet, live: Live, previous: Submission) -> None:
    """What the unit reported last, right of the printed area: to be looked at, never read back."""
    style = book.style(align="center", valign="vcenter", text_wrap=True, italic=True)
    for column in PREVIOUS_COLUMNS:
        sheet.text(f"{column}{HEADING_ROW}", APPENDIX_HEADINGS[column], style)
    period = previous.period.title if previous.period else ""
    sheet.text(f"{PREVIOUS}{FIRST_ROW - 1}", period, style)
    sheet.text(f"{STATUS}6", PREVIOUS_LEGEND, book.style(italic=True, valign="vcenter"))
    for indicator in live.form.inputs:
        _write_previous(book, sheet, live, indicator, previous)


def _write_previous(
    book: Book, sheet: Sheet, live: Live, indicator: Indicator, previous: Submission
) -> None:
    row = live.appendix.row(indicator.code)
    tint = {"bg_color": BLUE} if indicator.basis is Basis.POINT_IN_TIME else {}
    look = book.style(align="center", valign="vcenter", italic=True, border=4, **tint)
    reported = previous.fill.values.get(indicator.code)
    opening = live.content.opening.values.get(indicator.code)
    for column, figure, style in (
        (PREVIOUS, reported, look),
        (PREVIOUS_COPY, reported, book.style()),
        (OPENING, opening, book.style()),
    ):
        if figure is None:
            sheet.blank(f"{column}{row}", style)
        else:
            sheet.number(f"{column}{row}", figure, style)


# --- rows -----------------------------------------------------------------------------------

_TINT = {Level.SECTION: SECTION, Level.ITEM: ITEM}
_INDENT = {Level.SUBSUB: 1}


def _write_row(
    book: Book, sheet: Sheet, live: Live, indicator: Indicator, cells: AppendixCells
) -> None:
    row = live.appendix.row(indicator.code)
    look = {"border": 1, "valign": "vcenter", "text_wrap": True}
    if indicator.level in _TINT:
        look |= {"bold": True, "bg_color": _TINT[indicator.level]}
    centred = book.style(align="center", **look)
    sheet.text(f"{CODE}{row}", indicator.code, book.style())
    sheet.text(f"{STT}{row}", indicator.stt, centred)
    sheet.text(
        f"{LABEL}{row}", indicator.label, book.style(indent=_INDENT.get(indicator.level, 0), **look)
    )
    sheet.text(
        f"{UNIT}{row}", indicator.printed_unit, book.style(align="center", **look, italic=True)
    )
    _write_note(book, sheet, live.content, indicator, row)
    if indicator.measure:
        _write_input(book, sheet, live, indicator, indicator.measure, cells)
    else:
        sheet.blank(f"{VALUE}{row}", centred)
    sheet.height(row, _lines(indicator, live.content.notes.get(indicator.code, "")))


def _lines(indicator: Indicator, note: str) -> int:
    bold = indicator.level in _TINT
    texts = ((LABEL, indicator.label), (UNIT, indicator.printed_unit), (NOTE, note))
    return max(lines_needed(text, WIDTHS[column], bold=bold) for column, text in texts)


def _write_note(book: Book, sheet: Sheet, content: Content, indicator: Indicator, row: int) -> None:
    # As text: a date or a formula that is typed here must stay what it is.
    look = {"border": 1, "valign": "vcenter", "text_wrap": True, "num_format": "@"}
    style = book.style(**look, locked=False, bg_color=INPUT)
    sheet.text(f"{NOTE}{row}", content.notes.get(indicator.code, ""), style)


def _write_input(
    book: Book,
    sheet: Sheet,
    live: Live,
    indicator: Indicator,
    measure: Measure,
    cells: AppendixCells,
) -> None:
    row = live.appendix.row(indicator.code)
    cell = f"{VALUE}{row}"
    _write_entry(book, sheet, live, indicator, cells)
    sheet.validate(cell, _validation(indicator, measure))
    status = live.row_status(indicator, cells)
    sheet.formula(
        f"{STATUS}{row}", status.formula, status.value, book.style(valign="vcenter", indent=1)
    )
    state = int(live.figures.states[indicator.code][0])
    mirror = f"{FIGURE}{row}"
    figure = live.content.shown(indicator.code)
    sheet.formula(mirror, figure_formula(live.appendix, indicator.code), figure, book.style())
    sheet.formula(f"{STATE}{row}", state_formula(measure.kind, mirror), state, book.style())


def _write_entry(
    book: Book, sheet: Sheet, live: Live, indicator: Indicator, cells: AppendixCells
) -> None:
    cell = f"{VALUE}{live.appendix.row(indicator.code)}"
    style = _input_style(book, indicator)
    entry = live.content.entries.get(indicator.code)
    if isinstance(entry, str):
        sheet.text(cell, entry, style)
    elif entry is not None:
        sheet.number(cell, entry, style)
    elif indicator.formula:
        formula = suggestion_formula(indicator, cells)
        sheet.formula(cell, formula, live.content.shown(indicator.code), style)
    else:
        sheet.blank(cell, style)


def _input_style(book: Book, indicator: Indicator) -> Format:
    bold = indicator.level in _TINT
    return book.style(
        border=1, align="center", valign="vcenter", bold=bold, bg_color=INPUT, locked=False
    )


def _validation(indicator: Indicator, measure: Measure) -> dict[str, object]:
    """The data validation of an input cell, by its unit of measure."""
    prompt = prompt_for(indicator)
    bounds: dict[Kind, dict[str, object]] = {
        Kind.COUNT: {"validate": "integer", "criteria": ">=", "value": 0},
        Kind.PERCENT: {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100},
    }
    codes: dict[str, object] = {"validate": "list", "source": list(measure.choices)}
    return bounds.get(measure.kind, codes) | {
        "input_title": prompt.title,
        "input_message": prompt.text,
        "error_title": prompt.stop_title,
        "error_message": prompt.stop_text,
    }


def _highlight(book: Book, sheet: Sheet, live: Live) -> None:
    """Colour the figure and its status by the first word of the status."""
    words = {
        BROKEN[Severity.ERROR]: RED,
        BROKEN[Severity.WARNING]: AMBER,
        BROKEN[Severity.INFO]: BLUE,
    }
    last = live.appendix.last_row
    for column in (VALUE, STATUS):
        cells = f"{column}{FIRST_ROW}:{column}{last}"
        for word, colour in words.items():
            condition = f'=COUNTIF(${STATUS}{FIRST_ROW},"{word}:*")>0'
            sheet.highlight(cells, condition, book.style(bg_color=colour))
    done = f"{STATUS}{FIRST_ROW}:{STATUS}{last}"
    sheet.highlight(done, f'=${STATUS}{FIRST_ROW}="{HOLDS}"', book.style(font_color=GREEN))
