"""The words with which the workbook's live checks answer."""

from __future__ import annotations

from cchc_xlsx.finding import Severity

HOLDS = "Đạt"
UNTOLD = "Chưa đủ số liệu"
BROKEN = {Severity.ERROR: "SAI", Severity.WARNING: "XEM LẠI", Severity.INFO: "LƯU Ý"}
NOT_ENTERED = "Chưa nhập"

STATUS_WORDS = (HOLDS, UNTOLD, NOT_ENTERED, *BROKEN.values())
