"""The checks that are no edit rules of a form: how cells are typed, what a file is, who has sent.

The ids G06, G07, G09, B01, N08 to N12, N14, H01, H02, H05, W01 to W04 and M01 to M03 are those of
the catalogue that the forms' rules come from; the others go on from there. An id is never used
again for something else, and no form may use one of these for a rule of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cchc_xlsx.finding import Finding, Severity
from cchc_xlsx.vietnamese import clean


@dataclass(frozen=True)
class ReadingRule:
    """A stable id, how grave it is, and in Vietnamese what it watches over."""

    id: str
    severity: Severity
    meaning: str

    def as_information(self) -> ReadingRule:
        """The same where somebody has decided already."""
        return replace(self, severity=Severity.INFO)

    def finding(
        self,
        message: str,
        hint: str = "",
        *,
        codes: Sequence[str] = (),
        cells: Sequence[str] = (),
        file: str = "",
        unit: str = "",
    ) -> Finding:
        """A finding of this rule; what it quotes from a file is made safe to print."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            message=clean(message),
            hint=hint,
            file=file,
            unit=unit,
            codes=tuple(codes),
            cells=tuple(cells),
        )


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

# How a cell is typed.
UNREADABLE = ReadingRule("G06", _ERROR, "Ô số liệu phải là số.")
THOUSANDS = ReadingRule("G07", _ERROR, "Số đếm có phần lẻ: có thể đã gõ dấu phân cách hàng nghìn.")
TEXT_UNDERSTOOD = ReadingRule("G10", _WARNING, "Số gõ thành chữ, chỉ có một cách hiểu.")
PERCENT_SHOWN = ReadingRule("G11", _WARNING, "Ô tỷ lệ có định dạng %.")
UNSAFE_CELL = ReadingRule("W03", _ERROR, "Ô số liệu chứa lỗi, ngày tháng hay công thức lạ.")
FORMULA_REDONE = ReadingRule("W07", _WARNING, "Công thức do đơn vị gõ, đã tính lại.")
JUMP = ReadingRule("G09", _WARNING, "Số tăng hoặc giảm bất thường so với kỳ trước.")
FALL = ReadingRule("G12", _WARNING, "Số lũy kế trong năm không giảm.")
BLANKS = ReadingRule("B01", _WARNING, "Ô để trống không phải là 0; không phát sinh thì nhập 0.")

# What was done to the workbook.
WRONG_FORM = ReadingRule("W01", _ERROR, "Tệp phải là biểu mẫu của báo cáo này.")
OTHER_VERSION = ReadingRule("W08", _WARNING, "Tệp thuộc một phiên bản khác của biểu mẫu.")
OTHER_FORMAT = ReadingRule("W15", _WARNING, "Tệp nên ở định dạng .xlsx, không có macro.")
OWN_OUTPUT = ReadingRule("W09", _INFO, "Tệp tổng hợp do phần mềm tạo ra không phải là báo cáo.")
LOST_LINES = ReadingRule("W20", _ERROR, "Tệp tổng hợp dùng lại phải còn đọc được từng dòng.")
CHANGED_ROWS = ReadingRule("W02", _ERROR, "Mỗi chỉ tiêu phải còn đúng một dòng trong Phụ lục.")
CHANGED_TEXTS = ReadingRule("W10", _WARNING, "Nhãn và đơn vị tính in sẵn không được sửa.")
KNOWN_BY_TEXT = ReadingRule("W12", _WARNING, "Dòng mất mã được nhận ra theo tên chỉ tiêu.")
FIGURE_IN_NOTE = ReadingRule("W13", _WARNING, "Số liệu phải ở cột số liệu, không ở cột Ghi chú.")
FORMULA_IN_NOTE = ReadingRule("W17", _WARNING, "Ghi chú phải là chữ, không phải công thức.")
STRAY_DATA = ReadingRule("W06", _WARNING, "Dữ liệu nằm ngoài các ô để nhập không được tổng hợp.")
MERGED_CELLS = ReadingRule("W11", _WARNING, "Ô số liệu không được gộp với ô khác.")
UNIT_OR_PERIOD = ReadingRule("W04", _ERROR, "Mã cơ quan và kỳ báo cáo phải rõ và đúng.")
ANSWERS = ReadingRule("H06", _ERROR, "Các ô ở trang Thông tin phải nhập đúng kiểu.")
ANSWER_LOST = ReadingRule("W14", _WARNING, "Trang Thông tin phải còn mã cơ quan và kỳ báo cáo.")
NAME_MISSING = ReadingRule("H07", _WARNING, "Trang Thông tin phải có tên cơ quan.")
HEADER_MISSING = ReadingRule("H01", _INFO, "Số và ngày ký của báo cáo phải ghi đủ.")
SYMBOL_ODD = ReadingRule("H02", _WARNING, "Ký hiệu báo cáo gồm BC và tên viết tắt của cơ quan.")
CONTACT_ODD = ReadingRule("H05", _WARNING, "Thư điện tử, điện thoại liên hệ phải dùng được.")
ANSWERED = ReadingRule("W16", _INFO, "Trả lời về một vấn đề không còn nữa.")
PARTS_OUTDATED = ReadingRule("W18", _WARNING, "Số liệu tổng hợp cấp dưới không được sửa tay.")
UNREADABLE_FILE = ReadingRule("W05", _ERROR, "Tệp phải mở được.")

# What the notes say, all of them together.
KIND_AND_SYMBOL = ReadingRule("N08", _WARNING, "Tên loại văn bản phải khớp với ký hiệu.")
NUMBERS_IN_ORDER = ReadingRule("N09", _WARNING, "Trong năm, văn bản ký sau phải có số lớn hơn.")
ONE_NUMBER_AND_DATE = ReadingRule("N10", _WARNING, "Một văn bản chỉ có một số và một ngày.")
CITED_DATES = ReadingRule("N11", _WARNING, "Ngày văn bản phải có thật, không sau kỳ báo cáo.")
PLAN_OF_THE_YEAR = ReadingRule("N12", _INFO, "Văn bản về kế hoạch phải là của năm báo cáo.")
SYMBOL_CUT = ReadingRule("N14", _INFO, "Số, ký hiệu văn bản phải viết liền.")

# Many files together.
TWICE = ReadingRule("M01", _ERROR, "Mỗi cơ quan, mỗi kỳ chỉ có một tệp.")
NEWER_TAKEN = ReadingRule("M08", _WARNING, "Cơ quan gửi nhiều lần: dùng tệp mới nhất.")
OTHER_NAME = ReadingRule("M11", _WARNING, "Tên cơ quan trong tệp phải khớp với danh sách.")
COPY = ReadingRule("M06", _INFO, "Các tệp giống hệt nhau chỉ tính một lần.")
NOT_SENT = ReadingRule("M02", _WARNING, "Mọi cơ quan trong danh sách đều phải gửi.")
PREVIOUS_UNUSABLE = ReadingRule("M19", _WARNING, "Các tệp của kỳ trước phải dùng được.")
NO_PREVIOUS_FIGURES = ReadingRule("M13", _INFO, "Không có số liệu kỳ trước thì không so sánh được.")
SKIPPED = ReadingRule("M07", _WARNING, "Tệp có thể là báo cáo nhưng ở định dạng chưa đọc được.")
OTHER_PERIOD = ReadingRule("M09", _WARNING, "Các tệp gửi về phải của cùng một kỳ.")
TWO_LEVELS = ReadingRule("M12", _ERROR, "Số liệu một cơ quan chỉ tính một lần.")
WINDOW_COVERED = ReadingRule("M17", _INFO, "Các kỳ trùng thời gian không cộng hai lần.")
WINDOW_MISSING = ReadingRule("M18", _WARNING, "Số liệu cả năm phải gồm đủ các kỳ.")
PASSED_OVER = ReadingRule("M10", _INFO, "Tệp tạm, tệp ẩn, tệp không phải bảng tính được bỏ qua.")
ADJUSTED = ReadingRule("M14", _INFO, "Số liệu do người tổng hợp điều chỉnh, số gốc được giữ lại.")
TYPED_OVER = ReadingRule("M16", _WARNING, "Số liệu không sửa thẳng ở trang Tổng hợp.")
NOTES_SHORTENED = ReadingRule("M20", _WARNING, "Ghi chú gửi cấp trên phải đủ chỗ trong một ô.")
NOT_ADJUSTED = ReadingRule("M15", _ERROR, "Dòng điều chỉnh phải đủ, đúng và khớp với số gốc.")

# The totals.
NOT_THE_QUOTIENT = ReadingRule("M03", _WARNING, "Tỷ lệ tổng hợp phải khớp với các tổng số.")

READING_RULES = (
    UNREADABLE, THOUSANDS, TEXT_UNDERSTOOD, PERCENT_SHOWN, UNSAFE_CELL, FORMULA_REDONE, JUMP,
    FALL, BLANKS,
    KIND_AND_SYMBOL, NUMBERS_IN_ORDER, ONE_NUMBER_AND_DATE, CITED_DATES, PLAN_OF_THE_YEAR,
    SYMBOL_CUT, HEADER_MISSING, SYMBOL_ODD, CONTACT_ODD,
    WRONG_FORM, OTHER_VERSION, OTHER_FORMAT, OWN_OUTPUT, LOST_LINES, CHANGED_ROWS,
    CHANGED_TEXTS, KNOWN_BY_TEXT, FIGURE_IN_NOTE, FORMULA_IN_NOTE, STRAY_DATA, MERGED_CELLS,
    UNIT_OR_PERIOD, ANSWERS, ANSWER_LOST, NAME_MISSING, ANSWERED, PARTS_OUTDATED,
    UNREADABLE_FILE,
    TWICE, NEWER_TAKEN, OTHER_NAME, COPY, NOT_SENT, PREVIOUS_UNUSABLE, NO_PREVIOUS_FIGURES,
    SKIPPED, OTHER_PERIOD, TWO_LEVELS, WINDOW_COVERED, WINDOW_MISSING, PASSED_OVER, ADJUSTED,
    TYPED_OVER, NOTES_SHORTENED, NOT_ADJUSTED,
    NOT_THE_QUOTIENT,
)  # fmt: skip


class Rejected(Exception):
    """A file cannot be used as a whole; the finding says why. Never leaves the reader."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding
