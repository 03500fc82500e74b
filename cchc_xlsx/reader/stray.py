"""What was typed where the template asks for nothing: named cell by cell, so nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cchc_xlsx.expression import State
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.guide import guide_texts
from cchc_xlsx.layout import (
    APPENDIX_HEADINGS,
    APPENDIX_WORD,
    ATTACHED,
    CHECKS_SHEET,
    CODE,
    FIGURE,
    GUIDE_SHEET,
    HIDDEN_KEYS,
    HIDDEN_SHEET,
    LABEL,
    MOTTO,
    NAMELESS,
    NATION,
    NOTE,
    OPENING,
    PARENT_NAME,
    PERIOD,
    PREVIOUS,
    PREVIOUS_COPY,
    PREVIOUS_LEGEND,
    RULE_CELL,
    STATE,
    STATUS,
    STT,
    UNIT,
    UNIT_NAME,
    VALUE,
    VALUE_SUBHEADING,
    checks_texts,
    is_form_remark,
    quoted,
    without_remark,
)
from cchc_xlsx.message import excel_text
from cchc_xlsx.reader.info import InfoTable
from cchc_xlsx.reader.opinions import Opinions
from cchc_xlsx.reader.table import AppendixTable
from cchc_xlsx.reading_rules import STRAY_DATA
from cchc_xlsx.rollup import ONCE
from cchc_xlsx.vietnamese import clean
from cchc_xlsx.words import is_overall, is_status, is_verdict
from cchc_xlsx.workbook import FileKind, SheetCells, Workbook
from cchc_xlsx.workbook.cells import Cell, CellKind, Position

_MOST_NAMED = 40
"""So many cells are named in one finding; a further finding names the next ones."""

_MOST_FINDINGS = 25
_LONGEST = 600
"""Letters of a cell that are told."""

Stray = tuple[str, str]
"""The address of a cell and its content."""


def stray_findings(
    book: Workbook, tables: Sequence[AppendixTable], info: InfoTable, opinions: Opinions
) -> Iterator[Finding]:
    """Everything in the workbook that is neither the template's nor an answer to it.

    `tables` are the appendices that were found.
    """
    found = [stray for sheet in book.sheets for stray in _in_sheet(sheet, tables, info, opinions)]
    remarks = [remark for sheet in book.sheets for remark in _comments(sheet)]
    # LibreOffice stores 0 for every live text of ours when it writes .xls.
    nothing = ("0",) if book.kind is FileKind.XLS else ()
    formulas = [stray for stray in found if stray[1][:1] == "="]
    typed = [stray for stray in found if stray[1][:1] != "=" and stray[1] not in nothing]
    for strays, (said, hint) in ((typed, _TYPED), (remarks, _REMARKS), (formulas, _FORMULAS)):
        yield from _named(strays, said, hint)


_TYPED = (
    "Có dữ liệu ngoài các ô để nhập, không được tổng hợp: ",
    "Chuyển vào đúng ô số liệu hoặc ô Ghi chú, hoặc xóa đi.",
)
_REMARKS = (
    "Có nhận xét (comment) gắn vào ô, không được tổng hợp: ",
    "Đọc nội dung; nếu cần, chuyển vào cột Ghi chú.",
)
_FORMULAS = (
    "Có công thức ngoài các ô để nhập, không được tổng hợp: ",
    "Xóa các công thức này, hoặc nhập số liệu vào đúng ô.",
)


def _named(strays: Sequence[Stray], said: str, hint: str) -> Iterator[Finding]:
    most = _MOST_NAMED * _MOST_FINDINGS
    for first in range(0, min(len(strays), most), _MOST_NAMED):
        named = strays[first : first + _MOST_NAMED]
        yield STRAY_DATA.finding(
            said + "; ".join(f"{address} «{text}»" for address, text in named),
            hint,
            cells=[address for address, _ in named],
        )
    if len(strays) > most:
        yield STRAY_DATA.finding(
            f"{said}và còn {len(strays) - most} ô nữa.",
            "Xóa các trang và các bảng không thuộc biểu mẫu rồi gửi lại.",
        )


def _comments(sheet: SheetCells) -> Iterator[Stray]:
    for (row, column), text in sorted(sheet.comments.items()):
        if said := clean(without_remark(text)):
            yield sheet.address(row, column), _short(said)


def _short(text: str) -> str:
    line = clean(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _in_sheet(
    sheet: SheetCells, tables: Sequence[AppendixTable], info: InfoTable, opinions: Opinions
) -> Iterator[Stray]:
    is_opinions = sheet is opinions.sheet
    positions = opinions.strays() if is_opinions else _strays_of(sheet, tables, info)
    for row, column in sorted(positions):
        yield sheet.address(row, column), _short(sheet.text(row, column))


def _strays_of(
    sheet: SheetCells, tables: Sequence[AppendixTable], info: InfoTable
) -> Iterator[Position]:
    for at, table in enumerate(tables):
        if sheet is table.sheet:
            return _in_appendix(table, info.answers, copy_of=tables[0] if at else None)
    if sheet is info.sheet:
        return info.strays()
    if sheet.name not in _OWN_TEXTS:
        return iter(sheet.cells)
    own = _OWN_TEXTS[sheet.name](tables[0].form)
    typed = ((at, cell) for at, cell in sheet.cells.items() if not _is_live(cell))
    return (at for at, cell in typed if not own(clean(cell.text), at))


# --- Phụ lục --------------------------------------------------------------------------------


def depends_on_answers(table: AppendixTable, info: InfoTable) -> bool:
    """Whether a cell is the template's own only because an answer says the same.

    A text above the table; beside it a pasted figure, where the template shows the answer.
    """
    if any(_is_pasted(table, at, cell) for at, cell in table.sheet.cells.items()):
        return True
    with_answers, without = (list(_in_appendix(table, said, None)) for said in (info.answers, {}))
    return with_answers != without


def _is_pasted(table: AppendixTable, at: Position, cell: Cell) -> bool:
    row, column = at
    return column == table.column(FIGURE) and row in table.code_at and not _is_live(cell)


def are_own(table: AppendixTable, positions: Iterable[Position]) -> bool:
    """Whether all these cells, beside the answers, are what the template may put there."""
    letters = {column: letter for letter, column in table.columns.items()}
    return all(
        _belongs(table, letters[column], table.code_at[row], table.sheet.cells[row, column])
        for row, column in positions
    )


def _in_appendix(
    table: AppendixTable, answers: Mapping[str, str], copy_of: AppendixTable | None
) -> Iterator[Position]:
    letters = {column: letter for letter, column in table.columns.items()}
    headings = _headings(table.form, answers)
    for (row, column), cell in table.sheet.cells.items():
        letter, code = letters.get(column), table.code_at.get(row)
        if row < table.first_row:
            is_stray = not _is_heading(table.form, cell, letter, headings)
        else:
            is_stray = code is None or letter is None or not _belongs(table, letter, code, cell)
        if is_stray or (copy_of and letter == NOTE and _says_otherwise(table, copy_of, code)):
            yield row, column


def _says_otherwise(table: AppendixTable, copy_of: AppendixTable, code: str | None) -> bool:
    """Whether a second appendix has another note than the first."""
    return code is not None and table.note(code) != copy_of.note(code)


def _headings(form: Form, answers: Mapping[str, str]) -> set[str]:
    """The texts above the table; programs that keep no formulas leave live ones as they stood."""
    office = answers.get(UNIT_NAME, "")
    live = {answers.get(PARENT_NAME, ""), office, NAMELESS}
    fixed = {VALUE_SUBHEADING, NATION, MOTTO, form.tag, form.title, APPENDIX_WORD, PREVIOUS_LEGEND}
    subtitles = {
        f"{period.title} của {office}" if office else period.title
        for period in form.periods_named(answers.get(PERIOD, ""))
    }
    return live | fixed | subtitles | set(APPENDIX_HEADINGS.values())


def _is_heading(form: Form, cell: Cell, letter: str | None, headings: set[str]) -> bool:
    text = clean(cell.text)
    is_tag = letter == CODE and text.startswith(f"{form.id}/")
    is_text = text in headings or is_overall(text) or text.startswith(ATTACHED)
    is_period = letter == PREVIOUS and text in {each.title for each in form.periods_named(text)}
    return _is_live(cell) or is_tag or is_text or is_period


_LIVE = (
    "=IF(",
    f"={excel_text(ATTACHED)}",
    f"={quoted(CHECKS_SHEET)}!",
    "=#REF!",  # the same once that sheet is deleted
    '="Đã nhập "',
)
"""How the formulas of the template begin, outside the inputs."""


def _is_live(cell: Cell) -> bool:
    """Whether a cell holds a formula such as the template has, or what came of one."""
    is_ours = cell.kind is CellKind.FORMULA and cell.text.replace("$", "").startswith(_LIVE)
    return is_ours or cell.from_formula


def _belongs(table: AppendixTable, letter: str, code: str, cell: Cell) -> bool:
    """Whether a cell of a row of the table is an answer, or what the template puts there."""
    indicator = table.form.by_code[code]
    if letter in (STATUS, FIGURE, STATE) and _is_live(cell):
        return True
    # Some programs, and a paste of values, leave a formula's result in its place.
    if letter == STATUS:
        return is_status(clean(cell.text))
    if letter == FIGURE:
        return cell.text == table.text(code)
    if letter == STATE:
        return cell.kind is CellKind.NUMBER and cell.number in set(State)
    if letter == PREVIOUS:
        return cell.kind is CellKind.NUMBER and cell.number == _copied(table, code)
    if letter in (PREVIOUS_COPY, OPENING):
        return cell.kind is CellKind.NUMBER and indicator.is_input
    if letter == STT:
        return clean(cell.text) == indicator.stt
    if letter == VALUE:
        return indicator.is_input
    # An edited label or unit is told by the table itself.
    return letter in (CODE, LABEL, UNIT, NOTE)


def _copied(table: AppendixTable, code: str) -> float | None:
    """The figure of the last period that the template wrote into a row."""
    copy = table.sheet.cells.get((table.row(code), table.column(PREVIOUS_COPY)))
    return copy.number if copy and copy.kind is CellKind.NUMBER else None


# --- the other sheets -----------------------------------------------------------------------

Own = Callable[[str, Position], bool]
"""Whether a text at a position is the template's own."""


def _checks(form: Form) -> Own:
    texts = checks_texts(form)

    def is_own(text: str, position: Position) -> bool:
        is_link = position[1] == RULE_CELL and text.startswith(VALUE) and text[1:].isdigit()
        live = is_verdict(text) or is_status(text) or is_overall(text)
        return (
            text in texts
            or live
            or is_link
            or any(rule.message.matches(text) for rule in form.rules)
        )

    return is_own


def _guide(form: Form) -> Own:
    texts = guide_texts(form)
    return lambda text, _: text in texts or is_form_remark(text, form)


def _hidden(form: Form) -> Own:
    # What a roll-up carries along, one row for each figure.
    last = len(HIDDEN_KEYS) + len(ONCE) + len(form.inputs)
    return lambda _, position: position[0] <= last and position[1] in "AB"


_OWN_TEXTS: Mapping[str, Callable[[Form], Own]] = {
    CHECKS_SHEET: _checks,
    GUIDE_SHEET: _guide,
    HIDDEN_SHEET: _hidden,
}
