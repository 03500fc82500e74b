"""The mail that goes with a workbook back to its sender: its text, and a draft to send."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

from cchc_xlsx.feedback.opinions_sheet import Opinion
from cchc_xlsx.finding import SEVERITY_WORDS, Severity, cells_in_words

_MOST_TOLD = 15
"""So many findings are told in the mail; all of them stand in the workbook."""

_EXCEL = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def letter(opinion: Opinion, file: str, *, is_fresh: bool) -> str:
    """The text of the mail; `file` is the attached workbook, `is_fresh` if it is a new form."""
    return "\n".join(_paragraphs(opinion, file, is_fresh=is_fresh)) + "\n"


def _paragraphs(opinion: Opinion, file: str, *, is_fresh: bool) -> Iterator[str]:
    counts = {
        severity: sum(finding.severity is severity for finding in opinion.findings)
        for severity in (Severity.ERROR, Severity.WARNING)
    }
    yield f"Kính gửi: {opinion.office}"
    yield ""
    yield (
        f"Báo cáo cải cách hành chính ({opinion.period}) của quý cơ quan còn "
        f"{counts[Severity.ERROR]} lỗi phải sửa và {counts[Severity.WARNING]} nội dung cần xem lại:"
    )
    yield ""
    for number, finding in enumerate(opinion.findings[:_MOST_TOLD], start=1):
        place = f" {cells_in_words(finding.cells[:6])}:" if finding.cells else ""
        yield f"{number}. [{SEVERITY_WORDS[finding.severity]}]{place} {finding.message}"
        if finding.hint:
            yield f"   Cách xử lý: {finding.hint}"
    more = len(opinion.findings) - _MOST_TOLD
    if more > 0:
        yield f"… và {more} nội dung nữa, ghi ở trang «Ý kiến» của tệp."
    yield ""
    if is_fresh:
        yield (
            f"Tệp đã gửi bị hỏng cấu trúc, nên tệp kèm theo ({file}) là biểu mẫu mới, đã chép sang "
            "mọi số liệu đọc được. Đề nghị kiểm tra lại từng số liệu."
        )
    yield (
        f"Tệp kèm theo ({file}) có tô màu các ô cần sửa, và trang «Ý kiến» ở đầu liệt kê từng nội "
        "dung. Đề nghị quý cơ quan sửa ngay trong tệp này, hoặc giải thích ở cột «Trả lời của cơ "
        "quan», rồi gửi lại" + (f" trước ngày {opinion.due}." if opinion.due else ".")
    )
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
