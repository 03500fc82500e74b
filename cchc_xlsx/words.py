"""The words with which the workbook's live checks answer."""

from __future__ import annotations

from cchc_xlsx.finding import Severity

HOLDS = "Đạt"
UNTOLD = "Chưa đủ số liệu"
BROKEN = {Severity.ERROR: "SAI", Severity.WARNING: "XEM LẠI", Severity.INFO: "LƯU Ý"}
NOT_ENTERED = "Chưa nhập"
NO_BASE = "Không phải nhập"
"""A rate of nothing: its denominator or weight is 0."""


def is_status(text: str) -> bool:
    """Whether a text is one that a live check shows beside a row."""
    broken = tuple(f"{word}: " for word in BROKEN.values())
    return text in (HOLDS, UNTOLD, NOT_ENTERED, NO_BASE) or text.startswith(broken)
