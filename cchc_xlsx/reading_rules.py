"""The checks that are no edit rules of a form: how cells are typed, what a file is, who has sent.

Their ids are those of the catalogue that the forms' rules come from; an id is never used again
for something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cchc_xlsx.finding import Finding, Severity


@dataclass(frozen=True)
class ReadingRule:
    """A stable id, how grave it is, and in Vietnamese what it watches over."""

    id: str
    severity: Severity
    meaning: str

    def finding(
        self,
        message: str,
        hint: str = "",
        *,
        codes: Sequence[str] = (),
        cells: Sequence[str] = (),
        file: str = "",
        unit: str = "",
        severity: Severity | None = None,
    ) -> Finding:
        """A finding of this rule."""
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            message=message,
            hint=hint,
            file=file,
            unit=unit,
            codes=tuple(codes),
            cells=tuple(cells),
        )


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

TYPED_TEXT = ReadingRule("G06", _ERROR, "Ô số liệu phải là số; chữ chỉ được hiểu khi rõ nghĩa.")
THOUSANDS = ReadingRule("G07", _ERROR, "Dấu chấm, dấu phẩy trong số đếm có thể là dấu ngăn nghìn.")
PERCENT_SIGN = ReadingRule("G08", _WARNING, "Tỷ lệ nhập 72, không nhập 0,72.")
BLANKS = ReadingRule("B01", _WARNING, "Ô để trống không phải là 0; không phát sinh thì nhập 0.")
WRONG_FORM = ReadingRule("W01", _ERROR, "Tệp phải là biểu mẫu của kỳ báo cáo, đúng phiên bản.")
CHANGED_ROWS = ReadingRule("W02", _ERROR, "Mỗi chỉ tiêu phải còn đúng một dòng trong Phụ lục.")
UNSAFE_CELL = ReadingRule("W03", _ERROR, "Ô số liệu không chứa lỗi, ngày tháng hay công thức lạ.")
UNIT_OR_PERIOD = ReadingRule("W04", _ERROR, "Mã cơ quan và kỳ báo cáo phải rõ và đúng.")
UNREADABLE_FILE = ReadingRule("W05", _ERROR, "Tệp phải mở được.")
STRAY_DATA = ReadingRule("W06", _WARNING, "Dữ liệu nằm ngoài các ô để nhập không được tổng hợp.")
TWICE = ReadingRule("M01", _ERROR, "Mỗi cơ quan, mỗi kỳ chỉ có một tệp.")
NOT_SENT = ReadingRule("M02", _WARNING, "Mọi cơ quan trong danh sách đều phải gửi.")

READING_RULES = (
    TYPED_TEXT,
    THOUSANDS,
    PERCENT_SIGN,
    BLANKS,
    WRONG_FORM,
    CHANGED_ROWS,
    UNSAFE_CELL,
    UNIT_OR_PERIOD,
    UNREADABLE_FILE,
    STRAY_DATA,
    TWICE,
    NOT_SENT,
)
