"""A consolidated workbook → the submissions that it was made of.

Figures are those of `Dữ liệu`, notes those of `Ghi chú`. Both may have been sorted, filtered, cut
or typed over since, and others may have added columns: tables and columns are found by their
headings, lines by the codes in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Period
from cchc_xlsx.reader.listing import find_totals
from cchc_xlsx.reader.merged.data import DataReader, periods_in
from cchc_xlsx.reader.merged.faults import AGAIN, Faults
from cchc_xlsx.reader.merged.lines import find_lines
from cchc_xlsx.reader.merged.senders import Senders
from cchc_xlsx.reader.merged.totals import Divergence, Totals
from cchc_xlsx.reading_rules import OTHER_VERSION, UNREADABLE_FILE, WRONG_FORM, Rejected
from cchc_xlsx.submission import Submission
from cchc_xlsx.workbook import SheetCells, read_workbook
from cchc_xlsx.year import whole_year, year_of

__all__ = ["MOST_CELLS", "Divergence", "MergedWorkbook", "read_merged", "read_merged_sheets"]

MOST_CELLS = 1_000_000
"""Of a consolidated workbook: some 1,700 a unit."""


@dataclass(frozen=True, kw_only=True)
class MergedWorkbook:
    """A consolidated workbook read back.

    `tag` is that of the form, ``<id>/<version>``. `submissions` have the unit, the period, every
    figure (None for a blank, and for what nobody could read: that was told when they were merged),
    its cell and its parts, the notes, the file and its hash; of a `year` whose periods were put
    together (`period` is the whole of it), they are those of each period. `findings` say what could
    not be used; where nothing could, they are all there is. `has_notes` tells whether the sheet
    `Ghi chú` is there, without which the notes of blank rows are lost.
    """

    file: str
    tag: str = ""
    period: Period | None = None
    year: int | None = None
    has_notes: bool = True
    submissions: tuple[Submission, ...] = ()
    divergences: tuple[Divergence, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_unusable(self) -> bool:
        """Whether nothing of it could be read; the findings say why."""
        return bool(self.findings) and not self.tag

    @staticmethod
    def unusable(file: str) -> MergedWorkbook:
        """One that says that it is ours and cannot be read."""
        finding = UNREADABLE_FILE.finding(
            "Tệp do phần mềm tạo ra, nhưng đã hỏng hoặc không phải là tệp tổng hợp.",
            AGAIN,
            file=file,
        )
        return MergedWorkbook(file=file, findings=(finding,))


def read_merged(
    data: bytes, file: str, form: Form, folder: Path | None = None
) -> MergedWorkbook | None:
    """Read the bytes of a consolidated workbook; None when they are something else.

    Figures in a file beside it are read where its `folder` is given, and left out otherwise.
    Never raises for what the bytes hold. What can be opened by no reader is something else, too:
    the reader of filled workbooks says what is wrong with it.
    """
    try:
        sheets = read_workbook(data, MOST_CELLS).sheets
    except Exception:  # bytes that nobody vouches for break a library in more ways than it names
        return None
    return read_merged_sheets(sheets, file, form, folder)


def read_merged_sheets(
    sheets: Sequence[SheetCells], file: str, form: Form, folder: Path | None = None
) -> MergedWorkbook | None:
    """The same of its sheets."""
    totals = find_totals(sheets)
    if totals is None:
        return None
    others = [sheet for sheet in sheets if sheet is not totals]
    try:
        merged = _read(file, Totals(form, totals), others, folder)
    except Rejected as fault:
        merged = MergedWorkbook(file=file, findings=(fault.finding,))
    except Exception as fault:
        finding = UNREADABLE_FILE.finding(
            f"Không đọc được tệp tổng hợp: nội dung bất thường ({type(fault).__name__}).", AGAIN
        )
        merged = MergedWorkbook(file=file, findings=(finding,))
    return replace(merged, findings=tuple(replace(each, file=file) for each in merged.findings))


def _read(
    file: str, totals: Totals, others: Sequence[SheetCells], folder: Path | None
) -> MergedWorkbook:
    """Everything. Raises `Rejected` when the workbook cannot be used as a whole."""
    form = totals.form
    _refuse_other_form(form, totals.tag)
    lines = find_lines(others, folder)
    found = periods_in(form, lines)
    period = totals.period or next(iter(found), None)
    year = _year(form, period, found)
    periods = [each for each in found if each.year == year] if year else [period]
    senders = Senders(form, [each for each in periods if each], Faults())
    senders.read_list(others)
    said = list(DataReader(lines, senders).read())
    has_notes = senders.read_notes(others)
    for (code, _), sender in senders.by_key.items():
        sender.name = totals.name(code) or sender.name
    submissions = tuple(
        sender.submission(form, *key)
        for key, sender in senders.by_key.items()
        if key[1] or not year
    )
    beside = whole_year(form, period, submissions) if year and period else submissions
    return MergedWorkbook(
        file=file,
        tag=totals.tag,
        period=period,
        year=year,
        has_notes=has_notes,
        submissions=submissions,
        divergences=tuple(totals.divergences(beside)),
        findings=(*_version_findings(form, totals.tag), *senders.faults.findings(), *said),
    )


def _year(form: Form, period: Period | None, found: Sequence[Period]) -> int | None:
    """The year whose periods were put together: it stands in the title, other periods in lines."""
    if period is None or period != year_of(form, period.year):
        return None
    is_put_together = any(each != period and each.year == period.year for each in found)
    return period.year if is_put_together else None


def _refuse_other_form(form: Form, tag: str) -> None:
    if tag.partition("/")[0] != form.id:
        raise Rejected(
            WRONG_FORM.finding(
                f"Tệp tổng hợp của biểu mẫu «{tag}», không phải «{form.id}».",
                "Chọn tệp tổng hợp của đúng biểu mẫu.",
            )
        )


def _version_findings(form: Form, tag: str) -> Iterator[Finding]:
    if tag != form.tag:
        yield OTHER_VERSION.finding(
            f"Tệp tổng hợp theo phiên bản khác của biểu mẫu ({tag}); số liệu được đọc theo mã.",
            "So lại vài chỉ tiêu trước khi dùng.",
        )
