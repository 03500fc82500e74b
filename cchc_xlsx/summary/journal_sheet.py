"""The sheet `Nhật ký`: when and with what the workbook was made, so that it can be made again."""

from __future__ import annotations

from collections.abc import Iterator

from cchc_xlsx import __version__
from cchc_xlsx.consolidate import Consolidation
from cchc_xlsx.finding import SEVERITY_WORDS, Severity
from cchc_xlsx.journal import Journal
from cchc_xlsx.merged_layout import MERGED
from cchc_xlsx.spreadsheet import Book, Sheet
from cchc_xlsx.submission import Submission
from cchc_xlsx.summary.lists import LEFT_OUT
from cchc_xlsx.summary.plain_table import Column, Content, write_table


def write_journal(book: Book, sheet: Sheet, merged: Consolidation, journal: Journal) -> None:
    """The workbook's making in one table: tool, form, options, files, counts."""
    columns = (
        Column("Mục", 22),
        Column("Nội dung", 52),
        Column("Cơ quan, tình trạng", 36),
        Column("Mã băm SHA-256", 36),
    )
    rows = [
        *_making(merged, journal),
        *(
            (used.option, f"{used.meaning}: {used.value}", None, used.sha256)
            for used in journal.options
            if used.value
        ),
        *(_file(each) for each in merged.batch.submissions),
        *(_earlier(each) for each in merged.batch.previous.submissions),
        *_counts(merged),
    ]
    write_table(book, sheet, "NHẬT KÝ TỔNG HỢP", columns, rows)


def _making(merged: Consolidation, journal: Journal) -> Iterator[tuple[Content, ...]]:
    form = merged.form
    yield "Thời điểm", journal.made_in_words, None, None
    yield "Phần mềm", f"cchc-xlsx {__version__}", None, None
    yield "Biểu mẫu", f"{form.name} ({form.id}, phiên bản {form.version})", None, form.digest
    yield "Kỳ báo cáo", merged.period.title if merged.period else "Chưa có số liệu", None, None


def _file(each: Submission) -> tuple[Content, ...]:
    status = LEFT_OUT.get(each.status, MERGED)
    return "Tệp báo cáo", each.file, f"{each.unit_code}: {status}".lstrip(": "), each.sha256


def _earlier(each: Submission) -> tuple[Content, ...]:
    period = each.period.name if each.period else ""
    return "Tệp kỳ trước", each.file, f"{each.unit_code}: {period}", each.sha256


def _counts(merged: Consolidation) -> Iterator[tuple[Content, ...]]:
    batch = merged.batch
    counts = {
        "Số tệp": len(batch.submissions),
        "Số tệp được tổng hợp": len(batch.accepted),
        **{f"Số tệp: {words.lower()}": len(batch.with_status(status))
           for status, words in LEFT_OUT.items()},
        "Số cơ quan chưa nộp": len(batch.missing_units),
        "Số liệu được điều chỉnh": batch.adjusted,
        **{f"Số vấn đề mức {SEVERITY_WORDS[severity].lower()}": batch.count(severity)
           for severity in Severity},
    }  # fmt: skip
    yield from ((name, count, None, None) for name, count in counts.items())
