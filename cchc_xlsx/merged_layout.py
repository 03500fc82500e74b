"""What a consolidated workbook is read back by: the names of its sheets, headings and states."""

from __future__ import annotations

from typing import NamedTuple

TOTALS_SHEET = "Tổng hợp"
FINDINGS_SHEET = "Vấn đề"
SENDERS_SHEET = "Tình hình nộp"
NOTES_SHEET = "Ghi chú"
DATA_SHEET = "Dữ liệu"
CHARTS_SHEET = "Biểu đồ"
ANSWERS_SHEET = "Có - Không"
UNITS_SHEET = "Theo cơ quan"
ADJUSTMENTS_SHEET = "Điều chỉnh"
JOURNAL_SHEET = "Nhật ký"

MOST_UNITS_ACROSS = 200
"""Above so many units each becomes a row on a sheet of its own: nobody scrolls further sideways,
and Excel ends at 16,384 columns. Then the lines of `Dữ liệu`, too, stand elsewhere: in a file."""

ROW_CODE = "Mã"
"""Heads the codes of the rows on `Tổng hợp` and `Ghi chú`."""

LABEL = "Chỉ tiêu thống kê"
UNIT_CODE = "Mã cơ quan"
UNIT = "Cơ quan"
NOTE = "Ghi chú"
FILE = "Tệp"

STATUS = "Tình trạng"
REPORTED_PERIOD = "Kỳ báo cáo"
HASH = "Mã băm SHA-256 của tệp"
MERGED, MERGED_UNLISTED = "Đã tổng hợp", "Đã tổng hợp, ngoài danh sách"
"""The states of the files whose figures count."""

NAME_IN_FILE = " (trong tệp: "
"""Follows the name of a unit that calls itself otherwise."""

PERIOD = "Kỳ"
INDICATOR_CODE = "Mã chỉ tiêu"
FIGURE = "Số liệu"
CELL = "Ô"
PARTS = "Thành phần"
ORIGINAL = "Số gốc"

DATA_FILE, DATA_LINES, DATA_HASH = "Tệp dữ liệu", "Số dòng", "Mã băm SHA-256 của tệp dữ liệu"
"""Head, on `Dữ liệu`, what is told of a file beside the workbook that holds its lines."""


class DataFile(NamedTuple):
    """A file beside a consolidated workbook that holds the lines of `Dữ liệu`, as CSV."""

    name: str
    lines: int
    sha256: str


REASON, WHO = "Lý do", "Người điều chỉnh"
CORRECTED = "Số mới"
"""With the two codes and `ORIGINAL`, the headings by which a table of corrections is known."""
