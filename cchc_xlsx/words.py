"""The words with which the workbook's live checks answer."""

from __future__ import annotations

import re

from cchc_xlsx.finding import Severity

HOLDS = "Đạt"
UNTOLD = "Chưa đủ số liệu"
LATER = "Kiểm tra sau"
"""Of a rule that asks something of a note: it is checked where the workbooks are put together."""
WHY_LATER = "Excel không đọc được lời ghi chú: nơi tổng hợp kiểm tra khi nhận tệp."
BROKEN = {Severity.ERROR: "SAI", Severity.WARNING: "XEM LẠI", Severity.INFO: "LƯU Ý"}
NOT_ENTERED = "Chưa nhập"
NO_BASE = "Không phải nhập"
"""A rate of nothing: its denominator or weight is 0."""


def is_verdict(text: str) -> bool:
    """Whether a text is what the workbook says of one rule."""
    return text in (HOLDS, UNTOLD, LATER, *BROKEN.values())


def is_status(text: str) -> bool:
    """Whether a text is one that a live check shows beside a row."""
    broken = tuple(f"{word}: " for word in BROKEN.values())
    return text in (HOLDS, UNTOLD, NOT_ENTERED, NO_BASE) or text.startswith(broken)


HAS_ERRORS = "CÒN LỖI PHẢI SỬA: xem các dòng SAI ở các trang Thông tin, Phụ lục, Kiểm tra"
INFO_MISSING = "CÒN THIẾU: điền trang Thông tin"
FIGURES_MISSING = "CHƯA NHẬP ĐỦ: xem các dòng Chưa nhập ở trang Phụ lục"
DOUBTFUL = "ĐÃ NHẬP ĐỦ, không có lỗi; còn chỗ cần xem lại"
ALL_WELL = "ĐẠT: đã nhập đủ, không có lỗi"

_PROGRESS = re.compile(r"Đã nhập \d+/\d+ chỉ tiêu; lỗi: \d+; cần xem lại: \d+")


def is_overall(text: str) -> bool:
    """Whether a text is one that the workbook shows of itself as a whole."""
    known = (HAS_ERRORS, INFO_MISSING, FIGURES_MISSING, DOUBTFUL, ALL_WELL)
    return text in known or _PROGRESS.fullmatch(text) is not None
