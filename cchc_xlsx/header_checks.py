"""What is odd about the answers of `Thông tin`, though each is typed well: number, date, contacts.

The symbol of a report is its kind and the agency (``274/BC-STNMT``): Nghị định 30/2020/NĐ-CP,
annex I, section II; only an official letter names the unit that drafted it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cchc_xlsx.finding import Finding
from cchc_xlsx.form import Form
from cchc_xlsx.layout import (
    CONTACT_COLUMNS,
    DAY,
    MONTH,
    REPORT_NUMBER,
    YEAR,
    contact_answer,
    info_question,
)
from cchc_xlsx.reading_rules import CONTACT_ODD, HEADER_MISSING, SYMBOL_ODD
from cchc_xlsx.submission import Submission

_SYMBOL = re.compile(r"\s*(?:số\s*:?\s*)?\d+\w?\s*/\s*BC-[^-/\s]+\s*", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE_LENGTHS = (10, 11)
"""Digits of a mobile number, and of a landline with its area code."""


def check_header(form: Form, submission: Submission) -> Iterator[Finding]:
    """The findings about a submission's answers; those left out are told together."""
    info = submission.info
    asked = (REPORT_NUMBER, DAY, MONTH, YEAR)
    missing = [key for key in asked if not info.get(key)]
    # An office that gives none of them sends its figures ahead of the report.
    if missing and len(missing) < len(asked):
        names = "; ".join(info_question(form, key).partition(": ")[2] for key in missing)
        yield HEADER_MISSING.finding(
            f"Trang Thông tin chưa ghi: {names}.",
            "Bổ sung khi báo cáo đã được ký, ban hành.",
        )
    number = info.get(REPORT_NUMBER, "")
    if number and not _SYMBOL.fullmatch(number):
        yield SYMBOL_ODD.finding(
            f"Số, ký hiệu báo cáo «{number}» không theo mẫu: số/BC-tên viết tắt cơ quan.",
            "Ghi như 274/BC-STNMT; ký hiệu của báo cáo không có tên đơn vị soạn thảo.",
        )
    yield from _contacts(form, submission)


def _contacts(form: Form, submission: Submission) -> Iterator[Finding]:
    """Addresses that no mail reaches; whose they are is not repeated outside the workbook."""
    *_, mail, phone = CONTACT_COLUMNS
    for at, role in enumerate(form.contacts, start=1):
        answers = {
            column: submission.info.get(contact_answer(at, column), "") for column in (mail, phone)
        }
        odd = [
            CONTACT_COLUMNS[column]
            for column, is_well in ((mail, _is_mail), (phone, _is_phone))
            if answers[column] and not is_well(answers[column])
        ]
        if odd:
            yield CONTACT_ODD.finding(
                f"{role}: {', '.join(odd).lower()} không đúng.",
                "Ghi thư điện tử như ten@coquan.gov.vn và điện thoại đủ 10 hoặc 11 chữ số, "
                "mỗi thứ một ô.",
            )


def _is_mail(text: str) -> bool:
    return all(_MAIL.fullmatch(part) for part in re.split(r"[;,\s]+", text.strip()) if part)


def _is_phone(text: str) -> bool:
    numbers = [re.sub(r"[\s.()-]", "", part) for part in re.split(r"[;,/]", text)]
    national = [re.sub(r"^\+?84(?=\d{9,10}$)", "0", number) for number in numbers]
    return all(each.isdecimal() and len(each) in _PHONE_LENGTHS for each in national)
