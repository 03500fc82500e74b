"""One file → what it holds: a submission and the findings about reading it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.layout import APPENDIX_HEADINGS, CODE, VALUE
from cchc_xlsx.reader.carried import carried_findings, standing
from cchc_xlsx.reader.entries import read_entries
from cchc_xlsx.reader.frame import Frames, Understood
from cchc_xlsx.reader.info import InfoTable, find_info, hidden_values, identify
from cchc_xlsx.reader.listing import find_totals
from cchc_xlsx.reader.opinions import Opinions, find_opinions
from cchc_xlsx.reader.stray import stray_findings
from cchc_xlsx.reader.table import AppendixTable, contradiction, find_tables
from cchc_xlsx.reading_rules import (
    CHANGED_ROWS,
    OTHER_FORMAT,
    OTHER_VERSION,
    OWN_OUTPUT,
    UNREADABLE_FILE,
    WRONG_FORM,
    Rejected,
)
from cchc_xlsx.rollup import read_hidden
from cchc_xlsx.submission import Reading, Status, Submission
from cchc_xlsx.vietnamese import clean
from cchc_xlsx.workbook import FileKind, NotAWorkbook, SheetCells, Workbook, read_workbook
from cchc_xlsx.workbook.package import Package

OURS = OWN_OUTPUT.finding("Đây là tệp tổng hợp do phần mềm tạo ra, không phải báo cáo.")


def read(data: bytes, file: str, form: Form, package: Package | None = None) -> Reading:
    """Read the bytes of a workbook that staff filled. Never raises for what the bytes hold.

    `package` is the archive of an ``.xlsx`` where it is open already.
    """
    empty = Submission(file=file, sha256=hashlib.sha256(data).hexdigest())
    try:
        return _read(read_workbook(data, package=package), form, empty).about_its_file()
    except NotAWorkbook as fault:
        return unreadable(empty, str(fault))
    except Rejected as fault:
        return Reading(empty).rejected(fault.finding)
    except Exception as fault:
        # Whatever a file makes us stumble over costs that file alone, never the others.
        return unreadable(empty, f"nội dung bất thường ({type(fault).__name__})")


def unreadable(empty: Submission, reason: str) -> Reading:
    """A file that cannot be opened; `reason` is a Vietnamese clause."""
    finding = UNREADABLE_FILE.finding(
        f"Không đọc được tệp: {reason}.",
        "Mở tệp bằng Excel, lưu lại ở định dạng .xlsx không có mật khẩu rồi gửi lại.",
    )
    return Reading(empty).rejected(finding)


def _read(book: Workbook, form: Form, empty: Submission) -> Reading:
    """What a workbook holds; figures that must not be used are kept with the reason for that."""
    hidden = hidden_values(book.sheets)
    found = _found(book, form, hidden)
    table, info = found.table, found.info
    sender = identify(info, hidden)
    entries = read_entries(table)
    refused = (*sender.refused, *_refusals(table, found.others))
    rollup = read_hidden(form, hidden)
    submission = replace(
        empty,
        status=Status.REJECTED if refused else Status.ACCEPTED,
        unit=sender.unit,
        period=sender.period,
        fill=entries.fill,
        notes=table.notes,
        info=info.answers,
        answers=found.opinions.answers,
        cells=table.cells,
        note_cells=table.note_cells,
        parts=standing(rollup, entries.fill) if rollup else {},
        leaves=rollup.leaves if rollup else (),
        speaks_for=rollup.speaks_for if rollup else 1,
        uncovered=rollup.uncovered if rollup else frozenset(),
        modified=book.modified,
    )
    findings = (
        *refused,
        *_format_findings(book),
        *found.changes,
        *table.note_findings(),
        *info.findings(sender.period, hidden.get("period", "")),
        *entries.findings,
        *(carried_findings(rollup, entries.fill, table.cells) if rollup else ()),
        *found.strays,
    )
    return Reading(submission, findings)


class _Found(NamedTuple):
    """What stands where in a workbook; what was changed about its form, and typed beside it."""

    table: AppendixTable
    info: InfoTable
    others: Sequence[AppendixTable] = ()
    opinions: Opinions = Opinions()
    changes: tuple[Finding, ...] = ()
    strays: tuple[Finding, ...] = ()

    @property
    def is_as_issued(self) -> bool:
        """Whether there is nothing but the form and the answers to it."""
        said = (self.others, self.opinions.sheet, self.changes, self.strays)
        return not any(said) and len(self.table.rows) == len(self.table.form.indicators)


_frames = Frames()


def _found(book: Workbook, form: Form, hidden: Mapping[str, str]) -> _Found:
    known = _frames.understood(book, form)
    if known:
        return _Found(*known)
    table, *others = _tables(book.sheets, form, hidden)
    info, opinions = find_info(book.sheets, form), find_opinions(book.sheets)
    found = _Found(
        table,
        info,
        others,
        opinions,
        (*_version_findings(table, form, hidden), *table.findings()),
        tuple(stray_findings(book, [table, *others], info, opinions)),
    )
    if found.is_as_issued:
        _frames.remember(book, Understood(table, info))
    return found


def _refusals(table: AppendixTable, others: Sequence[AppendixTable]) -> Iterator[Finding]:
    """Why the figures of a workbook must not be used, whoever sent it."""
    if VALUE not in table.columns:
        yield CHANGED_ROWS.finding(
            f"Mất cột «{APPENDIX_HEADINGS[VALUE]}» của trang {table.sheet.name}.",
            "Nhập lại vào tệp gốc, giữ nguyên các cột.",
        )
    for other in others:
        if found := contradiction(table, other):
            yield found


# --- which form -----------------------------------------------------------------------------


def _tables(
    sheets: Sequence[SheetCells], form: Form, hidden: Mapping[str, str]
) -> list[AppendixTable]:
    """The appendices of this form. Raises `Rejected` when there is none, or another form's."""
    if find_totals(sheets):
        raise Rejected(OURS)
    tables = find_tables(sheets, form)
    if not tables:
        raise Rejected(
            WRONG_FORM.finding(
                "Tệp không chứa bảng Phụ lục của biểu mẫu này.",
                "Gửi lại tệp do Sở Nội vụ phát hành cho kỳ báo cáo này.",
            )
        )
    known_as = [_tag(tables[0]).partition("/")[0], hidden.get("form", "")]
    others = [clean(form_id) for form_id in known_as if form_id not in ("", form.id)]
    if others:
        raise Rejected(
            WRONG_FORM.finding(
                f"Tệp mang mã biểu mẫu «{others[0]}», không phải «{form.id}».",
                "Gửi lại tệp do Sở Nội vụ phát hành cho kỳ báo cáo này.",
            )
        )
    return tables


def _format_findings(book: Workbook) -> Iterator[Finding]:
    """What the kind of file means for its figures."""
    if book.kind is FileKind.XLSM:
        yield OTHER_FORMAT.finding(
            "Tệp chứa macro (.xlsm). Macro không được chạy; chỉ đọc số liệu.",
            "Biểu mẫu không có macro: hỏi đơn vị vì sao có, đừng mở tệp trước khi rõ.",
        )
    elif book.kind in (FileKind.XLS, FileKind.XLSB):
        yield OTHER_FORMAT.finding(
            f"Tệp ở định dạng cũ: {book.kind.value}. Ô nào chứa công thức thì lấy kết quả đã lưu "
            "trong tệp, không tính lại được.",
            "Đối chiếu các tỷ lệ và tổng số; lần sau lưu ở định dạng .xlsx.",
        )


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
            "Kiểm tra lại mã cơ quan và kỳ báo cáo với đơn vị gửi. Nếu là tệp tổng hợp từ cấp "
            "dưới: phần ẩn để cộng tiếp đã mất, đề nghị gửi lại đúng tệp do phần mềm tạo ra.",
        )
    # Where the column of codes is lost, so is the tag above it; that is told by itself.
    is_tagged_otherwise = bool(table.column(CODE)) and _tag(table) != form.tag
    if is_tagged_otherwise or hidden.get("digest", form.digest) != form.digest:
        yield OTHER_VERSION.finding(
            "Tệp được tạo từ một phiên bản khác của biểu mẫu, hoặc đã mất nhãn biểu mẫu; "
            "số liệu được đọc theo mã của từng dòng.",
            "So lại vài chỉ tiêu với tệp gốc trước khi dùng.",
        )
