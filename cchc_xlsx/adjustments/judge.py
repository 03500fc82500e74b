"""Whether a row of the table of corrections can be applied, and to which submission."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cchc_xlsx.adjustments.table import Row, Table
from cchc_xlsx.expression import State
from cchc_xlsx.figures import is_same
from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form, Indicator, Period
from cchc_xlsx.merged_layout import CORRECTED, ORIGINAL, PERIOD, REASON, WHO
from cchc_xlsx.reader.entry import read_entry
from cchc_xlsx.reading_rules import ADJUSTED, NOT_ADJUSTED
from cchc_xlsx.submission import (
    NO_FIGURE,
    UNREADABLE_FIGURE,
    Adjustment,
    Submission,
    in_words,
)
from cchc_xlsx.vietnamese import fold
from cchc_xlsx.workbook.cells import Cell


@dataclass(frozen=True)
class JudgedRow:
    """What became of a row: it is applied to its submission, or the finding says why not.

    `submission` is None when the row does not name one.
    """

    row: Row
    submission: Submission | None
    finding: Finding
    adjustment: Adjustment | None = None


class _Refused(Exception):
    """A row cannot be applied: why, and how to mend it."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.hint = hint


@dataclass(frozen=True)
class Judge:
    """Says of each row whether it can be applied to one of the submissions."""

    form: Form
    submissions: Sequence[Submission]
    table: Table

    def judged(self, row: Row) -> JudgedRow:
        """The row with what becomes of it."""
        named = self._named(row)
        submission = named[0] if len(named) == 1 else None
        try:
            adjustment = self._adjustment(row)
        except _Refused as refusal:
            return JudgedRow(row, submission, self._refusal(row, submission, refusal))
        assert submission, "a row that names no submission is refused"
        return JudgedRow(row, submission, _applied(submission, row.code, adjustment), adjustment)

    def _named(self, row: Row) -> list[Submission]:
        return [
            each
            for each in self.submissions
            if each.unit_code.casefold() == row.unit.casefold()
            and (not row.period or _is_named(each.period, row.period))
        ]

    def _adjustment(self, row: Row) -> Adjustment:
        submission, indicator = self._submission(row), self._indicator(row)
        corrected = _figure(row.new, indicator, row.address, CORRECTED)
        if len(self._wanted[submission.file, row.code]) > 1:
            raise _Refused(
                "có dòng khác điều chỉnh cùng số liệu này thành số khác",
                "Chỉ giữ một dòng cho mỗi số liệu; Số gốc là số trong tệp của cơ quan.",
            )
        self._check_original(row, submission, indicator)
        self._refuse_no_change(row, submission, corrected)
        for heading, text in ((REASON, row.reason), (WHO, row.who)):
            if not text:
                raise _Refused(f"cột «{heading}» còn trống", f"Điền cột «{heading}».")
        return Adjustment(
            submission.fill.values.get(row.code),
            corrected,
            row.reason,
            row.who,
            is_unreadable=row.code in submission.fill.unreadable,
        )

    def _submission(self, row: Row) -> Submission:
        named = self._named(row)
        if not named:
            what = f"mã cơ quan «{row.unit}»" if row.unit else "dòng chưa có mã cơ quan,"
            period = f" của kỳ {row.period}" if row.period else ""
            raise _Refused(
                f"{what} không có tệp nào{period} được tổng hợp",
                "Ghi mã cơ quan như ở đầu cột trang Tổng hợp, kỳ như ở trang Dữ liệu.",
            )
        if len(named) > 1:
            periods = ", ".join(each.period.id for each in named if each.period)
            raise _Refused(
                f"cơ quan có số liệu của nhiều kỳ ({periods})",
                f"Ghi kỳ của số liệu vào cột «{PERIOD}».",
            )
        return named[0]

    def _indicator(self, row: Row) -> Indicator:
        indicator = self.form.by_code.get(row.code)
        if indicator is None or not indicator.is_input:
            raise _Refused(
                f"mã chỉ tiêu «{row.code}» không có, hoặc là dòng không nhập số liệu",
                "Ghi mã như ở cột Mã trang Tổng hợp.",
            )
        return indicator

    def _check_original(self, row: Row, submission: Submission, indicator: Indicator) -> None:
        original = submission.fill.values.get(row.code)
        if row.code in submission.parts:
            raise _Refused(
                "số liệu này được cộng từ các cơ quan cấp dưới",
                "Điều chỉnh khi tổng hợp cấp dưới, rồi tổng hợp lại.",
            )
        if row.code in submission.fill.unreadable:
            _check_unreadable(row.old, indicator, row.address)
            return
        told = _figure(row.old, indicator, row.address, ORIGINAL) if row.old else None
        if not is_same(told, original):
            shown = in_words(original)
            raise _Refused(
                f"tệp của cơ quan có {shown}, không phải số ghi ở cột «{ORIGINAL}»",
                f"Nếu cơ quan đã gửi số đúng thì xóa dòng này; nếu vẫn cần điều chỉnh thì ghi "
                f"{shown} vào cột «{ORIGINAL}».",
            )

    def _refuse_no_change(self, row: Row, submission: Submission, corrected: float | None) -> None:
        is_readable = row.code not in submission.fill.unreadable
        if is_readable and is_same(submission.fill.values.get(row.code), corrected):
            raise _Refused(f"«{CORRECTED}» bằng «{ORIGINAL}», không có gì để sửa", "Xóa dòng này.")

    @cached_property
    def _wanted(self) -> Mapping[tuple[str, str], set[float | None]]:
        """The new figures that the rows ask for, by file and code."""
        wanted: dict[tuple[str, str], set[float | None]] = {}
        for row in self.table.rows:
            with contextlib.suppress(_Refused):
                figure = _figure(row.new, self._indicator(row), row.address, CORRECTED)
                wanted.setdefault((self._submission(row).file, row.code), set()).add(figure)
        return wanted

    def _refusal(self, row: Row, submission: Submission | None, refusal: _Refused) -> Finding:
        return NOT_ADJUSTED.finding(
            f"Dòng {row.number} của bảng điều chỉnh ({row.unit} {row.code}) chưa được áp dụng: "
            f"{refusal}.",
            refusal.hint,
            codes=[row.code] if row.code in self.form.by_code else [],
            cells=[row.address],
            file=self.table.file,
            unit=submission.unit_code if submission else row.unit,
        )


def _check_unreadable(old: Cell | None, indicator: Indicator, address: str) -> None:
    """Refuse a number as the original of a figure that nobody can read: none stands in the file."""
    if old and read_entry(old, indicator, address).state is State.USABLE:
        raise _Refused(
            f"ô trong tệp của cơ quan không đọc được, không phải số ghi ở cột «{ORIGINAL}»",
            f"Ghi nội dung của ô trong tệp, hoặc {UNREADABLE_FIGURE}, vào cột «{ORIGINAL}».",
        )


def _is_named(period: Period | None, text: str) -> bool:
    """Whether a text names a period, by its code or in words."""
    return period is not None and fold(text) in (fold(period.id), fold(period.name))


_BLANK = {fold(NO_FIGURE), fold(NO_FIGURE).strip("()")}


def _figure(cell: Cell | None, indicator: Indicator, address: str, heading: str) -> float | None:
    """The figure in a cell; None where it says that there is none."""
    if cell is None:
        raise _Refused(f"cột «{heading}» còn trống", f"Nhập số, hoặc {NO_FIGURE} để xóa số liệu.")
    if fold(cell.text) in _BLANK:
        return None
    entry = read_entry(cell, indicator, address)
    if entry.state is not State.USABLE:
        fault = entry.findings[0]
        raise _Refused(f"cột «{heading}»: {fault.message.rstrip('.')}", fault.hint)
    return entry.value


def _applied(submission: Submission, code: str, adjustment: Adjustment) -> Finding:
    change = f"{adjustment.original_in_words} → {adjustment.corrected_in_words}"
    address = submission.cells.get(code)
    return ADJUSTED.finding(
        f"Đã điều chỉnh {code}: {change}. Lý do: «{adjustment.reason}». "
        f"Người điều chỉnh: {adjustment.who}.",
        codes=[code],
        cells=[address] if address else [],
        file=submission.file,
        unit=submission.unit_code,
    )
