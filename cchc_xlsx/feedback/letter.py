"""The mail that goes with a workbook back to its sender: its text, and a draft to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum

from cchc_xlsx.feedback.opinions_sheet import Opinion
from cchc_xlsx.finding import SEVERITY_WORDS, Severity, cells_in_words
from cchc_xlsx.spreadsheet import shortened

_MOST_TOLD = 15
"""So many findings are told in the mail; all of them stand in the workbook."""

_LONGEST = 600
"""Letters of one of them."""

_EXCEL = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Enclosed(Enum):
    """What goes back with the letter."""

    MARKED = "marked"
    FRESH = "fresh"
    NOTHING = "nothing"


def letter(opinion: Opinion, file: str, enclosed: Enclosed) -> str:
    """The text of the mail; `file` is the attached workbook, if one is enclosed."""
    return "\n".join(_paragraphs(opinion, file, enclosed)) + "\n"


def _paragraphs(opinion: Opinion, file: str, enclosed: Enclosed) -> Iterator[str]:
    still_open = [finding for finding in opinion.findings if finding.is_open]
    counts = Counter(finding.severity for finding in still_open)
    yield f"Kính gửi: {opinion.office}"
    yield ""
    yield (
        f"Báo cáo cải cách hành chính ({opinion.period}) của quý cơ quan còn "
        f"{counts[Severity.ERROR]} lỗi phải sửa và {counts[Severity.WARNING]} nội dung cần xem lại:"
    )
    yield ""
    for number, finding in enumerate(still_open[:_MOST_TOLD], start=1):
        place = f" {cells_in_words(finding.cells[:6])}:" if finding.cells else ""
        said = shortened(finding.message, _LONGEST)
        yield f"{number}. [{SEVERITY_WORDS[finding.severity]}]{place} {said}"
        if finding.hint:
            yield f"   Cách xử lý: {finding.hint}"
    more = len(still_open) - _MOST_TOLD
    if more > 0:
        yield f"… và {more} nội dung nữa."
    yield ""
    if enclosed is Enclosed.FRESH:
        yield (
            f"Tệp đã gửi không phải .xlsx, hoặc đã mất dòng, mất mã, nên tệp kèm theo ({file}) là "
            "biểu mẫu mới, đã chép sang các số liệu đọc được; ô nào chưa chắc thì để trống. Đề "
            "nghị kiểm tra lại từng số liệu, và từ nay lưu đúng định dạng .xlsx."
        )
    if enclosed is not Enclosed.NOTHING:
        yield (
            f"Tệp kèm theo ({file}) có tô màu các ô cần sửa, và trang «Ý kiến» ở đầu liệt kê từng "
            "nội dung. Đề nghị quý cơ quan sửa ngay trong tệp này; cảnh báo nào đúng như đã khai "
            "thì giải thích ở cột «Trả lời của cơ quan»."
        )
    yield "Đề nghị gửi lại" + (f" chậm nhất ngày {opinion.due}." if opinion.due else ".")
    yield ""
    yield "Trân trọng."


def draft(text: str, subject: str, to: str, name: str, workbook: bytes) -> bytes:
    """A mail that is ready to be sent, the workbook attached; mail programs open it as a draft."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    if to:
        message["To"] = to
    message["X-Unsent"] = "1"
    message.set_content(text)
    if workbook:
        message.add_attachment(workbook, *_EXCEL, filename=name)
    return message.as_bytes()
