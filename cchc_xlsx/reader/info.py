"""The sheet `Thông tin` of a workbook that came back: who reports, and for which period."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Period
from cchc_xlsx.info_checks import faults
from cchc_xlsx.layout import (
    CONTACT_COLUMNS,
    HIDDEN_SHEET,
    INFO_FIELDS,
    INFO_KEY,
    INFO_LABEL,
    INFO_STATUS,
    INFO_VALUE,
    PERIOD,
    UNIT_CODE,
    UNIT_NAME,
    contact_answer,
    contact_key,
    field_label,
    info_texts,
    is_form_remark,
)
from cchc_xlsx.reading_rules import ANSWER_LOST, ANSWERS, NAME_MISSING, UNIT_OR_PERIOD, Rejected
from cchc_xlsx.roster import ReportingUnit, is_unit_code
from cchc_xlsx.vietnamese import clean, fold
from cchc_xlsx.words import is_status
from cchc_xlsx.workbook.cells import (
    Cell,
    CellKind,
    Position,
    SheetCells,
    column_letters,
    column_number,
)


def hidden_values(sheets: Sequence[SheetCells]) -> Mapping[str, str]:
    """What the very hidden sheet repeats; empty when it is lost."""
    for sheet in sheets:
        if sheet.name == HIDDEN_SHEET:
            pairs = {key: sheet.text(row, "B") for row, key in sheet.column("A")}
            return {key: value for key, value in pairs.items() if value}
    return {}


@dataclass(frozen=True)
class InfoTable:
    """The answers, found by the keys of their rows; `shift` is how many columns they moved by."""

    form: Form
    sheet: SheetCells
    rows: Mapping[str, int]
    shift: int = 0

    @cached_property
    def cells(self) -> Mapping[str, Position]:
        """Where each answer stands, by its name; those whose row is gone are left out."""
        asked = {field.key: (field.key, INFO_VALUE) for field in INFO_FIELDS}
        for number, _ in enumerate(self.form.contacts, start=1):
            for column in CONTACT_COLUMNS:
                asked[contact_answer(number, column)] = (contact_key(number), column)
        return {
            name: (self.rows[key], self._column(column))
            for name, (key, column) in asked.items()
            if key in self.rows
        }

    def _column(self, letter: str) -> str:
        """The column that a new workbook has at this letter."""
        return column_letters(column_number(letter) + self.shift)

    @cached_property
    def answers(self) -> Mapping[str, str]:
        """The answers that were given, as text."""
        given = {name: clean(self.sheet.text(*position)) for name, position in self.cells.items()}
        return {name: text for name, text in given.items() if text}

    # --- who, and for which period ----------------------------------------------------------

    def unit(self, issued_to: str) -> ReportingUnit:
        """The reporting unit. Raises `Rejected` when its code is missing, odd or another's.

        A workbook that was issued to a unit and has lost the answer is that unit's.
        """
        code = self.answers.get(UNIT_CODE, "").replace(" ", "")
        if not code and is_unit_code(issued_to):
            return ReportingUnit(issued_to, self.answers.get(UNIT_NAME, issued_to))
        if not code:
            raise Rejected(
                UNIT_OR_PERIOD.finding(
                    "Chưa điền mã định danh cơ quan ở trang Thông tin.",
                    "Điền mã định danh của cơ quan rồi gửi lại.",
                )
            )
        if not is_unit_code(code) or self._kind(UNIT_CODE) not in (CellKind.TEXT, CellKind.NUMBER):
            raise Rejected(
                UNIT_OR_PERIOD.finding(
                    f"Mã định danh cơ quan ở trang Thông tin không hợp lệ: «{code}».",
                    "Điền đúng mã định danh của cơ quan, ví dụ H51.05, rồi gửi lại.",
                    cells=[self._address(UNIT_CODE)],
                )
            )
        if issued_to and issued_to.casefold() != code.casefold():
            raise Rejected(
                UNIT_OR_PERIOD.finding(
                    f"Mã cơ quan ở trang Thông tin là «{code}», "
                    f"nhưng tệp được phát hành cho «{clean(issued_to)}».",
                    "Dùng đúng tệp phát hành cho cơ quan mình.",
                    cells=[self._address(UNIT_CODE)],
                )
            )
        return ReportingUnit(code, self.answers.get(UNIT_NAME, code))

    def period(self, issued_for: str) -> Period:
        """The period. Raises `Rejected` when it is missing, unclear or not the one issued for.

        A workbook that was issued for a period and has lost the answer is of that period.
        """
        text = self.answers.get(PERIOD, "")
        period = self._named(text or issued_for)
        if period is None:
            raise Rejected(
                UNIT_OR_PERIOD.finding(
                    f"Kỳ báo cáo ở trang Thông tin không rõ: «{text}»."
                    if text
                    else "Chưa chọn kỳ báo cáo ở trang Thông tin.",
                    "Chọn kỳ báo cáo trong danh sách rồi gửi lại.",
                )
            )
        if issued_for and issued_for != period.id:
            raise Rejected(
                UNIT_OR_PERIOD.finding(
                    f"Kỳ báo cáo ở trang Thông tin là {period.name}, "
                    f"nhưng tệp được phát hành cho kỳ «{clean(issued_for)}».",
                    "Dùng đúng tệp phát hành cho kỳ này.",
                )
            )
        return period

    def _named(self, text: str) -> Period | None:
        names = (
            (each, (fold(each.title), fold(each.id))) for each in self.form.periods_named(text)
        )
        return next((each for each, known_as in names if fold(text) in known_as), None)

    # --- what is wrong with the answers -------------------------------------------------------

    def findings(self, period: Period | None, issued_for: str) -> Iterator[Finding]:
        """The answers that are missing where one is required, or that cannot be right.

        `issued_for` is the period that the workbook was made for; it offers those of one year.
        """
        lost = [field.label for field in _IDENTIFYING if field.key not in self.answers]
        if lost and period:
            yield ANSWER_LOST.finding(
                f"Trang Thông tin đã mất: {', '.join(lost)}; đã lấy theo dấu phát hành của tệp.",
                "Hỏi lại đơn vị gửi để xác nhận tệp này của cơ quan nào, kỳ nào.",
            )
        if UNIT_NAME not in self.answers:
            yield NAME_MISSING.finding(
                "Chưa điền tên cơ quan ở trang Thông tin.", "Điền tên đầy đủ của cơ quan."
            )
        labels = {field.key: field.label for field in INFO_FIELDS}
        year = issued_for.partition("-")[0]
        offered = int(year) if year.isdecimal() else period.year if period else 0
        titles = [each.title for each in self.form.periods_of(offered)]
        given = {key: self._typed(key) for key in labels}
        given |= {PERIOD: period.title if period else ""}
        for key in labels:
            if self._kind(key) in (CellKind.FORMULA, CellKind.ERROR):
                yield ANSWERS.finding(
                    f"{labels[key]} đang là «{self.answers[key]}»: công thức hoặc giá trị lỗi.",
                    "Nhập thẳng nội dung ở trang Thông tin.",
                    cells=[self._address(key)],
                )
        for key, fault in faults(given, titles).items():
            yield ANSWERS.finding(
                f"{labels[key]} đang là «{self.answers[key]}»: {fault}.",
                "Sửa lại ở trang Thông tin.",
                cells=[self._address(key)],
            )

    def _typed(self, key: str) -> str | int:
        """An answer as the checks take it: whole numbers as numbers, the rest as text."""
        cell = self._cell(key)
        if cell and cell.kind is CellKind.NUMBER and cell.number == int(cell.number):
            return int(cell.number)
        return self.answers.get(key, "")

    def _cell(self, key: str) -> Cell | None:
        return self.sheet.cells.get(self.cells[key]) if key in self.cells else None

    def _kind(self, key: str) -> CellKind | None:
        cell = self._cell(key)
        return cell.kind if cell else None

    def _address(self, key: str) -> str:
        return self.sheet.address(*self.cells[key])

    # --- what stands elsewhere ----------------------------------------------------------------

    def strays(self) -> Iterator[Position]:
        """The filled cells that are neither answers nor the template's own texts."""
        own, asked = info_texts(self.form), set(self.cells.values())
        for position, cell in self.sheet.cells.items():
            is_formula = cell.kind is CellKind.FORMULA and cell.text.startswith("=IF(")
            is_live = is_formula or is_status(clean(cell.text))
            is_status_cell = position[1] == self._column(INFO_STATUS) and is_live
            text = clean(cell.text)
            is_own = text in own or is_form_remark(text, self.form) or is_status_cell
            if position not in asked and not is_own:
                yield position


_IDENTIFYING = tuple(field for field in INFO_FIELDS if field.key in (UNIT_CODE, PERIOD))


def find_info(sheets: Sequence[SheetCells], form: Form) -> InfoTable:
    """The sheet with the most of the hidden keys, or where those are lost, of the labels.

    Every answer is missing when there is no such sheet.
    """
    keys = {field.key: field.key for field in INFO_FIELDS}
    keys |= {contact_key(at): contact_key(at) for at, _ in enumerate(form.contacts, start=1)}
    by_key = _info_by(form, sheets, str, keys, INFO_KEY)
    if by_key.rows:
        return by_key
    labels = {fold(field_label(field)): field.key for field in INFO_FIELDS}
    labels |= {fold(role): contact_key(at) for at, role in enumerate(form.contacts, start=1)}
    return _info_by(form, sheets, fold, labels, INFO_LABEL)


def _info_by(
    form: Form,
    sheets: Sequence[SheetCells],
    spelling: Callable[[str], str],
    names: Mapping[str, str],
    letter: str,
) -> InfoTable:
    """The answers beside the column with the most names; a new workbook has it at `letter`."""
    tables = [
        InfoTable(
            form,
            sheet,
            {
                names[name]: row
                for row, text in sheet.column(column)
                if (name := spelling(text)) in names
            },
            column_number(column) - column_number(letter),
        )
        for sheet in sheets
        for column in sheet.columns
    ]
    best = max(tables, key=lambda table: len(table.rows), default=None)
    return best if best and best.rows else InfoTable(form, SheetCells("", {}), {})


@dataclass(frozen=True)
class Sender:
    """Who reports and for which period, as far as that is sure; and why it is not."""

    unit: ReportingUnit | None = None
    period: Period | None = None
    refused: tuple[Finding, ...] = ()


def identify(info: InfoTable, hidden: Mapping[str, str]) -> Sender:
    """The unit and the period: the answers, which must agree with what the workbook was issued as.

    Without a unit the workbook was issued to nobody, and its period was a suggestion.
    """
    issued_to = hidden.get("unit", "")
    try:
        unit = info.unit(issued_to)
    except Rejected as fault:
        return Sender(refused=(fault.finding,))
    try:
        return Sender(unit, info.period(hidden.get("period", "") if issued_to else ""))
    except Rejected as fault:
        return Sender(unit, refused=(fault.finding,))
