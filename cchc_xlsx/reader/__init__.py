"""One file → what it holds: a submission and the findings about reading it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.layout import CODE, MERGED_TAG
from cchc_xlsx.reader.answers import find_info, hidden_values
from cchc_xlsx.reader.entries import read_entries
from cchc_xlsx.reader.stray import stray_findings
from cchc_xlsx.reader.table import AppendixTable, find_table
from cchc_xlsx.reading_rules import (
    OTHER_VERSION,
    OWN_OUTPUT,
    UNREADABLE_FILE,
    WRONG_FORM,
    Rejected,
)
from cchc_xlsx.submission import Reading, Status, Submission
from cchc_xlsx.vietnamese import clean
from cchc_xlsx.workbook import NotAWorkbook, SheetCells, read_workbook


def read(data: bytes, file: str, form: Form) -> Reading:
    """Read the bytes of a workbook that staff filled. Never raises for what the bytes hold."""
    empty = Submission(file=file, sha256=hashlib.sha256(data).hexdigest())
    try:
        reading = _read(read_workbook(data).sheets, form, empty)
    except NotAWorkbook as fault:
        reading = _unreadable(empty, str(fault))
    except Rejected as fault:
        reading = Reading(replace(empty, status=Status.REJECTED), (fault.finding,))
    except Exception as fault:
        # Whatever a file makes us stumble over costs that file alone, never the others.
        reading = _unreadable(empty, f"nội dung bất thường ({type(fault).__name__})")
    unit = reading.submission.unit_code
    said = (replace(finding, file=file, unit=unit) for finding in reading.findings)
    return Reading(reading.submission, tuple(said))


def _unreadable(empty: Submission, reason: str) -> Reading:
    finding = UNREADABLE_FILE.finding(
        f"Không đọc được tệp: {reason}.",
        "Mở tệp bằng Excel, lưu lại ở định dạng .xlsx không có mật khẩu rồi gửi lại.",
    )
    return Reading(replace(empty, status=Status.REJECTED), (finding,))


def _read(sheets: Sequence[SheetCells], form: Form, empty: Submission) -> Reading:
    hidden = hidden_values(sheets)
    table = _table(sheets, form, hidden)
    info = find_info(sheets, form)
    issued_to = hidden.get("unit", "")
    unit = info.unit(issued_to)
    # Without a unit the workbook was issued to nobody, and its period was a suggestion.
    period = info.period(hidden.get("period", "") if issued_to else "")
    entries = read_entries(table)
    submission = replace(
        empty,
        unit=unit,
        period=period,
        fill=entries.fill,
        notes=table.notes(),
        info=info.answers,
        cells={code: table.address(code) for code in table.input_codes},
    )
    findings = (
        *_version_findings(table, form, hidden),
        *table.findings(),
        *info.findings(period, hidden.get("period", "")),
        *entries.findings,
        *stray_findings(sheets, table, info),
    )
    return Reading(submission, findings)


# --- which form -----------------------------------------------------------------------------


def _table(sheets: Sequence[SheetCells], form: Form, hidden: Mapping[str, str]) -> AppendixTable:
    """The appendix of this form. Raises `Rejected` when the workbook holds none or another's."""
    if any(sheet.text(1, "A").startswith(MERGED_TAG) for sheet in sheets):
        raise Rejected(
            OWN_OUTPUT.finding("Đây là tệp tổng hợp do phần mềm tạo ra, không phải báo cáo.")
        )
    table = find_table(sheets, form)
    if table is None:
        raise Rejected(
            WRONG_FORM.finding(
                "Tệp không chứa bảng Phụ lục của biểu mẫu này.",
                "Gửi lại tệp do Sở Nội vụ phát hành cho kỳ báo cáo này.",
            )
        )
    known_as = [_tag(table).partition("/")[0], hidden.get("form", "")]
    others = [clean(form_id) for form_id in known_as if form_id not in ("", form.id)]
    if others:
        raise Rejected(
            WRONG_FORM.finding(
                f"Tệp mang mã biểu mẫu «{others[0]}», không phải «{form.id}».",
                "Gửi lại tệp do Sở Nội vụ phát hành cho kỳ báo cáo này.",
            )
        )
    return table


def _tag(table: AppendixTable) -> str:
    """The form's tag, which stands above the codes; empty when it is lost."""
    column = table.sheet.column(table.column(CODE))
    tags = (text for row, text in column if row < table.first_row and "/" in text)
    return next((tag for tag in tags if not tag.startswith("=")), "")


def _version_findings(
    table: AppendixTable, form: Form, hidden: Mapping[str, str]
) -> Iterator[Finding]:
    if not hidden:
        yield OTHER_VERSION.finding(
            "Tệp đã mất dấu phát hành (trang ẩn _cchc): không kiểm tra được tệp này phát hành cho "
            "cơ quan nào, kỳ nào.",
            "Kiểm tra lại mã cơ quan và kỳ báo cáo với đơn vị gửi.",
        )
    if _tag(table) != form.tag or hidden.get("digest", form.digest) != form.digest:
        yield OTHER_VERSION.finding(
            "Tệp được tạo từ một phiên bản khác của biểu mẫu, hoặc đã mất nhãn biểu mẫu; "
            "số liệu được đọc theo mã của từng dòng.",
            "So lại vài chỉ tiêu với tệp gốc trước khi dùng.",
        )
