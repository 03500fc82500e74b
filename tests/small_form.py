"""A second form, a few rows long, that no line of the product knows."""

from __future__ import annotations

from pathlib import Path

FORM = """
id = "nha-van-hoa"
version = "2"
name = "Báo cáo nhà văn hóa xã (mẫu thử)"
title = "THỐNG KÊ NHÀ VĂN HÓA"
contacts = ["Người lập biểu"]
periods = [
  { id = "H1", name = "nửa đầu năm {year}", begins = "01/01", ends = "30/6" },
  { id = "H2", name = "nửa cuối năm {year}", begins = "01/7", ends = "31/12" },
]
measures = [
  { id = "buoi", kind = "count", noun = "buổi" },
  { id = "phan_tram", kind = "percent", noun = "%" },
  { id = "co_khong", kind = "yes_no", noun = "Có/Không", choices = { 1 = "Có", 0 = "Không" } },
  { id = "hang", kind = "choice", noun = "hạng", choices = { 1 = "Tốt", 2 = "Khá", 3 = "Yếu" } },
]
"""

INDICATORS = """
indicators = [
  { code = "A", stt = "A", level = "section", label = "Hoạt động" },
  { code = "A1", stt = "1", level = "item", label = "Số buổi sinh hoạt theo kế hoạch", unit = "Buổi", measure = "buoi", total = "sum", basis = "in_period" },
  { code = "A2", level = "sub", label = "Số buổi đã tổ chức", unit = "Buổi", measure = "buoi", total = "sum", basis = "in_period" },
  { code = "A3", level = "sub", label = "Tỷ lệ thực hiện kế hoạch", unit = "%", measure = "phan_tram", total = "ratio", of = ["A2", "A1"], basis = "in_period", formula = "100 * [A2] / [A1]" },
  { code = "A4", level = "sub", label = "Tỷ lệ người dân hài lòng", unit = "%", measure = "phan_tram", total = "weighted_mean", of = ["A2"], basis = "in_period", caution = "Gia quyền theo số buổi." },
  { code = "B", stt = "B", level = "section", label = "Cơ sở vật chất" },
  { code = "B1", stt = "1", level = "item", label = "Có phòng đọc", unit = "Có = 1 Không = 0", measure = "co_khong", total = "count_yes", basis = "point_in_time" },
  { code = "B2", stt = "2", level = "item", label = "Xếp hạng", unit = "Tốt = 1 Khá = 2 Yếu = 3", measure = "hang", total = "distribution", basis = "point_in_time" },
  { code = "B3", stt = "3", level = "item", label = "Mức hài lòng về cơ sở", unit = "%", measure = "phan_tram", total = "mean", basis = "point_in_time" },
]
"""  # noqa: E501  (one row, one line, as in every form)

RULES = """
[[rule]]
id = "K01"
check = "[A2] <= [A1]"
severity = "error"
message = "Số buổi đã tổ chức ({[A2]}) lớn hơn kế hoạch ({[A1]})."
reason = "Số buổi đã tổ chức không lớn hơn kế hoạch."

[[rule]]
id = "K02"
each = "percent"
check = "[*] >= 0 and [*] <= 100"
severity = "warning"
message = "Tỷ lệ {[*]} nằm ngoài 0–100."
hint = "Nhập lại tỷ lệ."
reason = "Tỷ lệ từ 0 đến 100."
"""

FILES = {"form.toml": FORM, "indicators.toml": INDICATORS, "rules.toml": RULES}


def write_small_form(folder: Path) -> Path:
    """Write the form's files; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
