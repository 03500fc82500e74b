"""One file → what it holds: a submission and the findings about reading it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cchc_xlsx.cells import NotAWorkbook, SheetCells, read_cells
from cchc_xlsx.entries import read_entries
from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.form import Form, Period
from cchc_xlsx.layout import (
    HIDDEN_KEYS,
    HIDDEN_SHEET,
    INFO_FIELDS,
    INFO_KEY,
    MERGED_TAG,
    PERIOD,
    TAG_CELL,
    UNIT_CODE,
    UNIT_NAME,
    info_cells,
)
from cchc_xlsx.reading_rules import (
    UNIT_OR_PERIOD,
    UNREADABLE_FILE,
    WRONG_FORM,
)
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.submission import Status, Submission
from cchc_xlsx.table import AppendixTable, find_table, stray_findings
from cchc_xlsx.vietnamese import clean, fold


@dataclass(frozen=True)
class Reading:
    """A submission with everything that had to be said while reading it."""

    submission: Submission
    findings: tuple[Finding, ...]


class _Rejected(Exception):
    """The file cannot be used as a whole; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read(data: bytes, file: str, form: Form) -> Reading:
    """Read the bytes of a workbook that staff filled. Never raises for what the bytes hold."""
    empty = Submission(file=file, sha256=hashlib.sha256(data).hexdigest())
    try:
        reading = _Reader(read_cells(data), form, empty).reading()
    except NotAWorkbook as fault:
        hint = "Mở tệp bằng Excel, lưu lại ở định dạng .xlsx không có mật khẩu rồi gửi lại."
        finding = UNREADABLE_FILE.finding(f"Không đọc được tệp: {fault}.", hint)
        reading = _rejected(empty, finding)
    except _Rejected as fault:
        reading = _rejected(empty, fault.finding)
    unit = reading.submission.unit_code
    return Reading(
        reading.submission,
        tuple(replace(finding, file=file, unit=unit) for finding in reading.findings),
    )


def _rejected(empty: Submission, finding: Finding) -> Reading:
    return Reading(replace(empty, status=Status.REJECTED), (finding,))


class _Reader:
    """Reads one workbook; gathers findings on the way."""

    def __init__(self, sheets: list[SheetCells], form: Form, empty: Submission) -> None:
        self._sheets = sheets
        self._form = form
        self._empty = empty
        self._findings: list[Finding] = []

    def reading(self) -> Reading:
        table = find_table(self._sheets, self._form)
        if table is None:
            raise _Rejected(
                WRONG_FORM.finding(
                    "Tệp không chứa bảng Phụ lục của biểu mẫu này.",
                    "Gửi lại tệp do Sở Nội vụ phát hành cho kỳ báo cáo này.",
                )
            )
        self._check_form(table)
        self._findings += table.findings()
        info = self._info()
        unit, period = self._unit(info), self._period(info)
        entries = read_entries(table)
        self._findings += entries.findings
        self._findings += stray_findings(self._sheets, table)
        submission = replace(
            self._empty,
            unit=unit,
            period=period,
            fill=entries.fill,
            notes=table.notes(),
            info={name: answer for name, answer in info.items() if answer},
            cells={code: table.address(code) for code in table.input_codes},
        )
        return Reading(submission, tuple(self._findings))

    # --- which form -----------------------------------------------------------------------

    def _check_form(self, table: AppendixTable) -> None:
        tag_row, tag_column = int(TAG_CELL[1:]), TAG_CELL[0]
        if table.sheet.text(tag_row, tag_column).startswith(MERGED_TAG):
            raise _Rejected(
                WRONG_FORM.finding(
                    "Đây là tệp tổng hợp do phần mềm tạo ra, không phải báo cáo; bỏ qua.",
                    severity=Severity.INFO,
                )
            )
        form_id, _, version = table.sheet.text(tag_row, tag_column).partition("/")
        hidden = self._hidden()
        if {form_id or self._form.id, hidden.get("form", self._form.id)} != {self._form.id}:
            other = form_id if form_id and form_id != self._form.id else hidden.get("form", "")
            raise _Rejected(
                WRONG_FORM.finding(
                    f"Tệp mang mã biểu mẫu «{clean(other)}», không phải «{self._form.id}».",
                    "Gửi lại tệp do Sở Nội vụ phát hành cho kỳ báo cáo này.",
                )
            )
        if (
            version != self._form.version
            or hidden.get("digest", self._form.digest) != self._form.digest
        ):
            self._findings.append(
                WRONG_FORM.finding(
                    "Tệp được tạo từ một phiên bản khác của biểu mẫu, hoặc đã mất nhãn biểu mẫu; "
                    "số liệu được đọc theo mã của từng dòng.",
                    "So lại vài chỉ tiêu với tệp gốc trước khi dùng.",
                    severity=Severity.WARNING,
                )
            )

    def _hidden(self) -> Mapping[str, str]:
        for sheet in self._sheets:
            if sheet.name == HIDDEN_SHEET:
                return {
                    key: sheet.text(row, "B")
                    for row, key in sheet.column("A")
                    if key in HIDDEN_KEYS and sheet.text(row, "B")
                }
        return {}

    # --- who, and for which period ----------------------------------------------------------

    def _info(self) -> dict[str, str]:
        """The answers of `Thông tin` by the name of the question; empty where blank."""
        questions = list(info_cells(self._form))
        keys = {key for key, _, _ in questions}
        sheet = max(self._sheets, key=lambda each: _count_known(each.column(INFO_KEY), keys))
        rows = {key: row for row, key in sheet.column(INFO_KEY) if key in keys}
        return {
            name: clean(sheet.text(rows[key], column)) if key in rows else ""
            for key, column, name in questions
        }

    def _unit(self, info: Mapping[str, str]) -> ReportingUnit:
        code, name = info[_NAMES[UNIT_CODE]], info[_NAMES[UNIT_NAME]]
        issued_to = self._hidden().get("unit", "")
        if not code:
            raise _Rejected(
                UNIT_OR_PERIOD.finding(
                    "Chưa điền mã định danh cơ quan ở trang Thông tin.",
                    "Điền mã định danh của cơ quan rồi gửi lại.",
                )
            )
        if issued_to and issued_to != code:
            raise _Rejected(
                UNIT_OR_PERIOD.finding(
                    f"Mã cơ quan ở trang Thông tin là «{code}», "
                    f"nhưng tệp được phát hành cho «{clean(issued_to)}».",
                    "Dùng đúng tệp phát hành cho cơ quan mình.",
                )
            )
        return ReportingUnit(code, name or code)

    def _period(self, info: Mapping[str, str]) -> Period:
        text = info[_NAMES[PERIOD]]
        for year in re.findall(r"\b\d{4}\b", text):
            for period in self._form.periods_of(int(year)):
                if fold(text) in (fold(period.title), fold(period.id)):
                    return self._as_issued(period)
        raise _Rejected(
            UNIT_OR_PERIOD.finding(
                f"Kỳ báo cáo ở trang Thông tin không rõ: «{text}»."
                if text
                else "Chưa chọn kỳ báo cáo ở trang Thông tin.",
                "Chọn kỳ báo cáo trong danh sách rồi gửi lại.",
            )
        )

    def _as_issued(self, period: Period) -> Period:
        """The period, when it agrees with the one that the workbook was issued for."""
        hidden = self._hidden()
        issued_for = hidden.get("period", "")
        if hidden.get("unit") and issued_for and issued_for != period.id:
            raise _Rejected(
                UNIT_OR_PERIOD.finding(
                    f"Kỳ báo cáo ở trang Thông tin là {period.name}, "
                    f"nhưng tệp được phát hành cho kỳ «{clean(issued_for)}».",
                    "Dùng đúng tệp phát hành cho kỳ này.",
                )
            )
        return period


_NAMES = {field.key: field.label for field in INFO_FIELDS}


def _count_known(column: Iterable[tuple[int, str]], known: set[str]) -> int:
    return sum(text in known for _, text in column)
