"""The sheet `Ý kiến`: what has to be mended, worst first, with room for the sender's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import count

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from cchc_xlsx.colours import AMBER, HEADING, INPUT, ITEM, RED
from cchc_xlsx.finding import SEVERITY_WORDS, Finding, Severity
from cchc_xlsx.layout import (
    FIRST_OPINION_ROW,
    OPINION_ANSWER,
    OPINION_CELL,
    OPINION_HEADINGS,
    OPINION_HINT,
    OPINION_KEY,
    OPINION_MESSAGE,
    OPINION_SEVERITY,
    OPINIONS_HEADING_ROW,
    OPINIONS_SHEET,
    OPINIONS_TAG,
    SETTLED,
    TAG_CELL,
    quoted,
)
from cchc_xlsx.spreadsheet import FONT, FONT_SIZE, lines_needed, row_height, shortened
from cchc_xlsx.submission import Answer

TITLE = "Ý KIẾN VỀ BÁO CÁO"
HOW = (
    "Bấm vào cột «Đến ô» để tới chỗ cần sửa; ô cần sửa được tô màu và có lời nhắc.",
    "Lỗi: phải sửa. Cảnh báo: sửa; nếu số liệu đúng thì giải thích ở cột «Trả lời của cơ quan».",
    "Sửa ngay trong tệp này rồi gửi lại; không phải xóa trang này.",
)
WIDTHS = {
    OPINION_SEVERITY: 11.0,
    OPINION_CELL: 16.0,
    OPINION_MESSAGE: 62.0,
    OPINION_HINT: 44.0,
    OPINION_ANSWER: 40.0,
}
_COLOUR = {Severity.ERROR: RED, Severity.WARNING: AMBER}


@dataclass(frozen=True)
class Opinion:
    """What a workbook goes back with: to whom, until when, and the findings, worst first.

    `office` and `period` are names in words; `due` is a day in words, or empty. Findings that were
    answered come after those that are open; `keys` say what an answer to each belongs to. `settled`
    are answers to what is mended by now: nothing that was said is thrown away.
    """

    office: str
    period: str
    due: str
    findings: tuple[Finding, ...]
    keys: tuple[str, ...]
    settled: tuple[Answer, ...] = ()


def is_opinions(sheet: Worksheet) -> bool:
    """Whether a sheet is that of an earlier opinion, whatever it is called now."""
    return bool(sheet[TAG_CELL].value == OPINIONS_TAG)


def write_opinions(book: Workbook, opinion: Opinion) -> None:
    """Put the sheet in front of the others, in place of an earlier one; answers stay."""
    for earlier in [each for each in book.worksheets if is_opinions(each)]:
        book.remove(earlier)
    # openpyxl numbers the name when the sender has a sheet that is called so.
    sheet = book.create_sheet(OPINIONS_SHEET, 0)
    _write_head(sheet, opinion)
    rows = count(FIRST_OPINION_ROW)
    for finding, key in zip(opinion.findings, opinion.keys, strict=True):
        row = next(rows)
        _write_row(sheet, row, key, _texts(finding), _COLOUR[finding.severity])
        if finding.cells:
            _link(sheet, f"{OPINION_CELL}{row}", finding.cells)
    for answer in opinion.settled:
        texts = {OPINION_SEVERITY: SETTLED, OPINION_MESSAGE: answer.message,
                 OPINION_ANSWER: answer.text}  # fmt: skip
        _write_row(sheet, next(rows), answer.key, texts, ITEM)
    _lay_out(sheet, next(rows) - 1)
    _protect_like_the_others(book, sheet)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = sheet


def _write_head(sheet: Worksheet, opinion: Opinion) -> None:
    sheet[TAG_CELL] = OPINIONS_TAG
    due = f"Đề nghị gửi lại chậm nhất ngày {opinion.due}." if opinion.due else ""
    lines = (TITLE, f"Kính gửi: {opinion.office}", opinion.period, due, *HOW)
    for row, line in enumerate(lines, start=1):
        cell = sheet[f"{OPINION_SEVERITY}{row}"]
        cell.value = line or None
        cell.font = Font(name=FONT, size=14 if row == 1 else FONT_SIZE, bold=row in (1, 2, 4))
    for column, heading in OPINION_HEADINGS.items():
        cell = sheet[f"{column}{OPINIONS_HEADING_ROW}"]
        cell.value = heading
        cell.font = Font(name=FONT, size=FONT_SIZE, bold=True)
        cell.alignment = Alignment("center", "center", wrap_text=True)
        cell.fill, cell.border = solid(HEADING), _BORDER


def _texts(finding: Finding) -> dict[str, str]:
    return {
        OPINION_SEVERITY: SEVERITY_WORDS[finding.severity],
        OPINION_MESSAGE: finding.message,
        OPINION_HINT: finding.hint,
        OPINION_ANSWER: finding.explained,
    }


def _write_row(sheet: Worksheet, row: int, key: str, texts: Mapping[str, str], colour: str) -> None:
    for column, text in {OPINION_KEY: key, **texts}.items():
        # Written as text even when it begins with =: a finding quotes what somebody typed.
        cell = sheet[f"{column}{row}"]
        cell.value, cell.data_type = (shortened(text) or None), "s" if text else "n"
    for column in OPINION_HEADINGS:
        cell = sheet[f"{column}{row}"]
        cell.alignment, cell.border = Alignment(vertical="top", wrap_text=True), _BORDER
        cell.font = Font(name=FONT, size=FONT_SIZE)
    sheet[f"{OPINION_SEVERITY}{row}"].fill = solid(colour)
    sheet[f"{OPINION_ANSWER}{row}"].fill = solid(INPUT)
    sheet[f"{OPINION_ANSWER}{row}"].protection = Protection(locked=False)
    told = (OPINION_MESSAGE, OPINION_HINT, OPINION_ANSWER)
    lines = max(lines_needed(texts.get(column, ""), WIDTHS[column]) for column in told)
    sheet.row_dimensions[row].height = row_height(lines)


def _link(sheet: Worksheet, at: str, cells: Sequence[str]) -> None:
    """A link to the first of the cells, which shows how many more there are."""
    name, _, place = cells[0].rpartition("!")
    more = f" và {len(cells) - 1} ô nữa" if len(cells) > 1 else ""
    sheet[at] = f"{place}{more}"
    sheet[at].hyperlink = Hyperlink(ref=at, location=f"{quoted(name)}!{place}")
    sheet[at].font = Font(name=FONT, size=FONT_SIZE, color="FF0563C1", underline="single")


def _lay_out(sheet: Worksheet, last: int) -> None:
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    sheet.column_dimensions[OPINION_KEY].hidden = True
    sheet.freeze_panes = f"{OPINION_KEY}{FIRST_OPINION_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{OPINIONS_HEADING_ROW}:{OPINIONS_HEADING_ROW}"
    sheet.print_area = f"{OPINION_SEVERITY}1:{OPINION_ANSWER}{last}"


def _protect_like_the_others(book: Workbook, sheet: Worksheet) -> None:
    """The password, if there is one, is that of the other sheets; nobody needs to know it here."""
    protected = [each for each in book.worksheets if each is not sheet and each.protection.sheet]
    if protected:
        sheet.protection = copy(protected[0].protection)


def solid(colour: str) -> PatternFill:
    """A cell filled with one of our colours."""
    return PatternFill("solid", fgColor=f"FF{colour.removeprefix('#')}")


_LINE = Side("thin")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
