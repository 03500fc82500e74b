"""Where everything stands in the workbook that staff fill: the only place that knows.

Rows are counted from 1, as Excel shows them; columns are letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cchc_xlsx.expression import Expression, code_of, is_previous
from cchc_xlsx.figures import SUGGESTION_DECIMALS
from cchc_xlsx.finding import SEVERITY_WORDS
from cchc_xlsx.form import Form, Indicator, Rule
from cchc_xlsx.words import WHY_LATER

INFO_SHEET = "Thông tin"
APPENDIX_SHEET = "Phụ lục"
CHECKS_SHEET = "Kiểm tra"
GUIDE_SHEET = "Hướng dẫn"
HIDDEN_SHEET = "_cchc"

# --- Phụ lục --------------------------------------------------------------------------------

CODE, STT, LABEL, UNIT, VALUE, NOTE, PREVIOUS, STATUS = "ABCDEFGH"
PREVIOUS_COPY, OPENING, FIGURE, STATE = "WXYZ"
"""The columns of the appendix: B to F are printed, H is the live check, A and W to Z are hidden.

G shows the unit's figures of the last period, where they were known; else it is hidden. W repeats
them, so that a reader knows a figure that somebody typed there. X has the figures of the period
that ended when this one began, for the rules that name them.

Between H and W nothing stands, so that a long status shows in full without a higher row. Y repeats
the figures of E, found by their codes. All checks read Y: whoever cuts a cell of E and pastes it
elsewhere would take along every formula that names the cell.
"""

PREVIOUS_COLUMNS = (PREVIOUS, PREVIOUS_COPY, OPENING)
"""Those that stand only in a workbook that was written with figures of an earlier period."""

APPENDIX_HEADINGS = {
    CODE: "Mã",
    STT: "STT",
    LABEL: "Chỉ tiêu thống kê",
    UNIT: "Đơn vị tính",
    VALUE: "Kết quả thống kê",
    NOTE: "Ghi chú",
    PREVIOUS: "Số liệu kỳ trước",
    STATUS: "Kiểm tra",
    PREVIOUS_COPY: "Bản sao số liệu kỳ trước",
    OPENING: "Số liệu đầu kỳ",
    FIGURE: "Số liệu",
    STATE: "Trạng thái",
}
VALUE_SUBHEADING = "Số lượng/tỷ lệ"
PREVIOUS_LEGEND = (
    "Cột Số liệu kỳ trước chỉ để tham khảo. Ô tô xanh: số ít thay đổi; nếu không đổi, nhập lại số "
    "này."
)
"""Stands above the live checks of a workbook that has the column."""
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
APPENDIX_WORD = "Phụ lục"
NAMELESS = "(Tên cơ quan, đơn vị)"
ATTACHED = "(Kèm theo Báo cáo số "

TAG_CELL = "A1"
"""Holds the form's tag, by which a workbook is known."""

MERGED_TAG = "cchc-tong-hop"
"""Stands in `TAG_CELL` of a consolidated workbook, so that it is never taken for a filled one."""

HEADING_ROW = 7
FIRST_ROW = HEADING_ROW + 2


def quoted(sheet: str) -> str:
    """The name of a sheet as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


class Places(Protocol):
    """Where an appendix stands: in a new workbook, or in one that came back."""

    def row(self, code: str) -> int:
        """The row of an indicator."""

    def column(self, letter: str) -> str:
        """The column that a new workbook has at this letter."""


@dataclass(frozen=True)
class AppendixCells:
    """Addresses for formulas: `expression.Addresses` over the sheet `Phụ lục`."""

    places: Places
    from_sheet: str = APPENDIX_SHEET

    def value(self, name: str) -> str:
        """The hidden cell that repeats a figure, or that has the one when the period began."""
        return self._cell(OPENING if is_previous(name) else FIGURE, code_of(name))

    def state(self, name: str) -> str:
        """The hidden cell beside that one; a figure when the period began is there or it is not."""
        return f"COUNT({self.value(name)})" if is_previous(name) else self._cell(STATE, name)

    def status(self, code: str) -> str:
        """The visible live check beside it."""
        return self._cell(STATUS, code)

    def _cell(self, column: str, code: str) -> str:
        cell = f"${self.places.column(column)}${self.places.row(code)}"
        same = self.from_sheet == APPENDIX_SHEET
        return cell if same else f"{quoted(APPENDIX_SHEET)}!{cell}"


@dataclass(frozen=True)
class AppendixLayout:
    """The rows of `Phụ lục` for a form."""

    form: Form

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {row.code: FIRST_ROW + at for at, row in enumerate(self.form.indicators)}

    @property
    def last_row(self) -> int:
        """The last row of the table."""
        return FIRST_ROW + len(self.form.indicators) - 1

    def row(self, code: str) -> int:
        """The row of an indicator."""
        return self._rows[code]

    def name(self, code: str, column: str = VALUE) -> str:
        """The address as findings name it: ``Phụ lục!E14``."""
        return f"{APPENDIX_SHEET}!{column}{self.row(code)}"

    def column(self, letter: str) -> str:
        """The column itself: this is the layout of a new workbook."""
        return letter

    def range_of(self, letter: str) -> str:
        """All rows of a column, as a range for formulas on other sheets."""
        return f"{quoted(APPENDIX_SHEET)}!${letter}${FIRST_ROW}:${letter}${self.last_row}"


def figure_formula(layout: AppendixLayout, code: str) -> str:
    """What repeats the figure of a row: the cell of E in the row that carries its code.

    The ranges reach one locked row beyond the table at either end, so that cutting the first or
    the last input does not shrink them.
    """
    first, last = FIRST_ROW - 1, layout.last_row + 1
    codes, values = (f"${column}${first}:${column}${last}" for column in (CODE, VALUE))
    found = f"INDEX({values},MATCH(${CODE}{layout.row(code)},{codes},0))"
    return f'=IF(COUNTBLANK({found})=1,"",{found})'


def suggestion_formula(indicator: Indicator, at: AppendixCells) -> str:
    """The defining formula of a row as it stands in its cell, with its ``=``."""
    formula = indicator.formula
    assert formula is not None, f"{indicator.code} has no formula"
    rounded = f"ROUND({formula.root.to_excel(at)},{SUGGESTION_DECIMALS})"
    guarded = formula.guarded(at, rounded, otherwise='""')
    return f"={_unless_all_blank(formula, at, guarded)}"


def _unless_all_blank(formula: Expression, at: AppendixCells, guarded: str) -> str:
    if formula.needed:
        return guarded
    states = ",".join(at.state(code) for code in formula.codes)
    return f'IF(MAX({states})<1,"",{guarded})'


# --- Kiểm tra -------------------------------------------------------------------------------

RULE_ID, RULE_STATUS, RULE_SEVERITY, RULE_CELL, RULE_REASON, RULE_MESSAGE = "ABCDEF"

CHECKS_HEADINGS = {
    RULE_ID: "Mã",
    RULE_STATUS: "Kết quả",
    RULE_SEVERITY: "Mức độ",
    RULE_CELL: "Đến ô",
    RULE_REASON: "Nội dung kiểm tra",
    RULE_MESSAGE: "Cần xem lại",
}
CHECKS_TITLE = "KẾT QUẢ KIỂM TRA TỰ ĐỘNG"
OVERALL_CELL = "$A$3"
PROGRESS_CELL = "$A$4"
CHECKS_HEADING_ROW = 6
FIRST_RULE_ROW = CHECKS_HEADING_ROW + 1


@dataclass(frozen=True)
class ChecksLayout:
    """The rows of `Kiểm tra`: rules between figures, those of single cells, those over notes."""

    form: Form

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The positions in `form.rules`, in the order of the sheet."""
        rules = self.form.rules

        def place(position: int) -> tuple[bool, bool]:
            return not rules[position].check.is_live, rules[position].each

        return tuple(sorted(range(len(rules)), key=place))

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {position: FIRST_RULE_ROW + at for at, position in enumerate(self.order)}

    @property
    def last_row(self) -> int:
        """The last row of the table."""
        return FIRST_RULE_ROW + len(self.form.rules) - 1

    def row(self, position: int) -> int:
        """The row of the rule at this position of `form.rules`."""
        return self._rows[position]

    def cell(self, column: str, position: int) -> str:
        """The cell of a rule, as formulas on other sheets write it."""
        return f"{quoted(CHECKS_SHEET)}!${column}${self.row(position)}"


def rule_reason(form: Form, rule: Rule) -> str:
    """What a rule watches over; one of a single cell names its row."""
    row = f"{form.by_code[rule.codes[0]].title}: " if rule.each else ""
    return row + rule.reason


def rule_target(layout: AppendixLayout, rule: Rule) -> str:
    """The input cell that a rule is about, as its link shows it."""
    return f"{VALUE}{layout.row(rule.codes[0])}"


def checks_texts(form: Form) -> set[str]:
    """All texts that the template itself puts on the sheet `Kiểm tra`, but for live ones."""
    layout = AppendixLayout(form)
    texts = {CHECKS_TITLE, WHY_LATER, *CHECKS_HEADINGS.values(), *SEVERITY_WORDS.values()}
    for rule in form.rules:
        texts |= {rule.id, rule_reason(form, rule), rule_target(layout, rule)}
    return texts


# --- Thông tin ------------------------------------------------------------------------------

INFO_KEY, INFO_LABEL, INFO_VALUE, INFO_STATUS = "ABCD"
FIRST_INFO_ROW = 4


@dataclass(frozen=True)
class InfoField:
    """One line of `Thông tin`: its hidden key, what it asks for, and how to answer.

    `bounds` are the least and the largest whole number that can be an answer; an answer without
    bounds is a text.
    """

    key: str
    label: str
    prompt: str
    required: bool = False
    bounds: tuple[int, int] | None = None


UNIT_CODE, UNIT_NAME, PARENT_NAME, PERIOD = "unit_code", "unit_name", "parent_name", "period"
REPORT_NUMBER, SIGNER = "report_number", "signer_title"
DAY, MONTH, YEAR = "report_day", "report_month", "report_year"

# Day, month and year stand apart: Excel on an English machine turns 05/9/2022 into 9 May.
INFO_FIELDS = (
    InfoField(PARENT_NAME, "Cơ quan chủ quản", "Ví dụ: Ủy ban nhân dân tỉnh A"),
    InfoField(UNIT_NAME, "Tên cơ quan, đơn vị", "Tên đầy đủ, như trên văn bản", required=True),
    InfoField(UNIT_CODE, "Mã định danh cơ quan", "Ví dụ: H51.05", required=True),
    InfoField(PERIOD, "Kỳ báo cáo", "Chọn trong danh sách", required=True),
    InfoField(REPORT_NUMBER, "Số, ký hiệu báo cáo", "Ví dụ: 274/BC-STNMT"),
    InfoField(DAY, "Ngày ký báo cáo: ngày", "Số từ 1 đến 31. Ví dụ: 15", bounds=(1, 31)),
    InfoField(MONTH, "Ngày ký báo cáo: tháng", "Số từ 1 đến 12. Ví dụ: 9", bounds=(1, 12)),
    InfoField(
        YEAR, "Ngày ký báo cáo: năm", "Bốn chữ số, từ 2000. Ví dụ: 2022", bounds=(2000, 2099)
    ),
    InfoField(SIGNER, "Chức danh người ký", "Ví dụ: Giám đốc"),
)

CONTACT_COLUMNS = {"C": "Họ và tên", "D": "Chức vụ", "E": "Thư điện tử", "F": "Điện thoại"}
CONTACT_HEADING_ROW = FIRST_INFO_ROW + len(INFO_FIELDS) + 2
FIRST_CONTACT_ROW = CONTACT_HEADING_ROW + 1


def info_row(key: str) -> int:
    """The row of a field of `Thông tin`."""
    return FIRST_INFO_ROW + [field.key for field in INFO_FIELDS].index(key)


def info_cell(key: str) -> str:
    """The answer's cell, as formulas on other sheets write it."""
    return f"{quoted(INFO_SHEET)}!${INFO_VALUE}${info_row(key)}"


def contact_key(number: int) -> str:
    """The hidden key of the n-th contact person (from 1)."""
    return f"contact_{number}"


def contact_answer(number: int, column: str) -> str:
    """The name of one answer about the n-th contact person: ``contact_1.C``."""
    return f"{contact_key(number)}.{column}"


def info_question(form: Form, key: str) -> str:
    """What an answer of `Thông tin` answers, in words."""
    labels = {field.key: field.label for field in INFO_FIELDS}
    for number, role in enumerate(form.contacts, start=1):
        for column, heading in CONTACT_COLUMNS.items():
            labels[contact_answer(number, column)] = f"{role}, {heading}"
    return f"{INFO_SHEET}: {labels.get(key, key)}"


INFO_TITLE = "THÔNG TIN BÁO CÁO"
CARRIED_OVER = "Cơ quan chủ quản, người ký và người phụ trách lấy từ kỳ trước: sửa nếu đã thay đổi."
"""Stands above answers that were taken from the unit's last report."""

RARELY_CHANGING = (PARENT_NAME, SIGNER)
"""The answers that are offered again, beside those about contact persons."""
STATUS_HEADING = "Kiểm tra"
CONTACTS_TITLE = "Danh sách lãnh đạo, công chức phụ trách công tác CCHC (mục 4 của báo cáo)"
CONTACT_ROLE_HEADING = "Nội dung"


def field_label(field: InfoField) -> str:
    """What the sheet asks for."""
    return field.label + (" (bắt buộc)" if field.required else "")


_FORM_REMARK = "Mẫu biểu: "


def form_remark(form: Form) -> str:
    """Where a person reads which form the workbook is."""
    return f"{_FORM_REMARK}{form.tag}"


def is_form_remark(text: str, form: Form) -> bool:
    """Whether a text names the form, in whatever version."""
    return text.startswith(f"{_FORM_REMARK}{form.id}/")


def info_texts(form: Form) -> set[str]:
    """All texts that the template itself puts on the sheet `Thông tin`."""
    keys = {field.key for field in INFO_FIELDS}
    keys |= {contact_key(number) for number, _ in enumerate(form.contacts, start=1)}
    labels = {field_label(field) for field in INFO_FIELDS}
    titles = {
        INFO_TITLE,
        CARRIED_OVER,
        STATUS_HEADING,
        CONTACTS_TITLE,
        CONTACT_ROLE_HEADING,
        form.name,
        form_remark(form),
    }
    return keys | labels | titles | {*CONTACT_COLUMNS.values(), *form.contacts}


# --- Ý kiến, in a workbook that went back to its sender -------------------------------------

OPINIONS_SHEET = "Ý kiến"
OPINIONS_TAG = "cchc-y-kien"
"""Stands in `TAG_CELL` of the sheet."""

OPINION_KEY, OPINION_SEVERITY, OPINION_CELL, OPINION_MESSAGE, OPINION_HINT, OPINION_ANSWER = (
    "ABCDEF"
)
SETTLED = "Đã xong"
"""Stands for the severity of what is mended, beside the answer that was given to it."""

OPINION_HEADINGS = {
    OPINION_SEVERITY: "Mức độ",
    OPINION_CELL: "Đến ô",
    OPINION_MESSAGE: "Nội dung",
    OPINION_HINT: "Cách xử lý",
    OPINION_ANSWER: "Trả lời của cơ quan",
}
OPINIONS_HEADING_ROW = 8
FIRST_OPINION_ROW = OPINIONS_HEADING_ROW + 1

REMARK_BEGINS, REMARK_ENDS = "KIỂM TRA BÁO CÁO:", "(Trả lời ở trang Ý kiến.)"
"""The first and the last line of a comment of ours; what follows is somebody else's."""


def without_remark(comment: str) -> str:
    """What others wrote in a comment: all of it, or what stands around our lines in it."""
    if REMARK_BEGINS not in comment or REMARK_ENDS not in comment:
        return comment
    ours = (REMARK_BEGINS, REMARK_ENDS, "- ")
    return "\n".join(line for line in comment.splitlines() if not line.startswith(ours))


# --- _cchc ----------------------------------------------------------------------------------

HIDDEN_KEYS = ("form", "version", "digest", "tool", "period", "unit")
"""What the very hidden sheet repeats, key in column A, value in column B: a cross-check only."""

HIDDEN_UNIT = (HIDDEN_KEYS.index("unit") + 1, "B")
"""Where the code of the unit stands there: row and column."""
